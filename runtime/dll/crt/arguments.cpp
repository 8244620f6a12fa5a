#include "dll/crt/arguments.h"

#include <algorithm>

#include "abi/types.h"
#include "base/text.h"
#include "dll/crt/process.h"

namespace lsw::crt {
namespace {

bool is_blank(char16_t unit) { return unit == u' ' || unit == u'\t'; }

size_t parse_program(std::u16string_view line, Argument& program) {
    size_t at = 0;
    bool in_quotes = false;
    for (; at < line.size() && (in_quotes || !is_blank(line[at])); ++at) {
        if (line[at] == u'"')
            in_quotes = !in_quotes, program.quoted = true;
        else
            program.text += line[at];
    }
    return at;
}

size_t parse_argument(std::u16string_view line, size_t at, Argument& argument) {
    bool in_quotes = false;
    while (at < line.size() && (in_quotes || !is_blank(line[at]))) {
        size_t backslashes = 0;
        while (at < line.size() && line[at] == u'\\') ++backslashes, ++at;
        bool quote = at < line.size() && line[at] == u'"';
        argument.text.append(quote ? backslashes / 2 : backslashes, u'\\');
        if (!quote) {
            if (at < line.size() && (in_quotes || !is_blank(line[at]))) argument.text += line[at++];
            continue;
        }
        ++at;
        if (backslashes % 2 == 1) {
            argument.text += u'"';
        } else if (in_quotes && at < line.size() && line[at] == u'"') {
            argument.text += u'"';  // "" within quotation marks is one of them
            ++at;
        } else {
            in_quotes = !in_quotes;
            argument.quoted = true;
        }
    }
    return at;
}

struct FindData {  // WIN32_FIND_DATAW
    DWORD attributes, times[6], size_high, size_low, reserved[2];
    WCHAR name[260];
    WCHAR short_name[14];
};
static_assert(sizeof(FindData) == 592);

struct FindFunctions {
    HANDLE(WINAPI* first)(LPCWSTR, FindData*);
    BOOL(WINAPI* next)(HANDLE, FindData*);
    BOOL(WINAPI* close)(HANDLE);
};

bool append_matches(const std::u16string& pattern, const FindFunctions& find, std::vector<std::u16string>& out) {
    FindData data;
    HANDLE search = find.first(pattern.c_str(), &data);
    if (search == INVALID_HANDLE_VALUE) return false;
    size_t slash = pattern.find_last_of(u"\\/:");
    std::u16string directory = slash == std::u16string::npos ? u"" : pattern.substr(0, slash + 1);
    size_t before = out.size();
    do {
        std::u16string_view name = data.name;
        if (name != u"." && name != u"..") out.push_back(directory + std::u16string(name));
    } while (find.next(search, &data));
    find.close(search);
    std::sort(out.begin() + static_cast<ptrdiff_t>(before), out.end(),
              [](const auto& a, const auto& b) { return compare_ignore_case(a, b) < 0; });
    return out.size() > before;
}

}  // namespace

std::vector<Argument> parse_command_line(std::u16string_view line) {
    std::vector<Argument> arguments(1);
    size_t at = parse_program(line, arguments[0]);
    for (;;) {
        while (at < line.size() && is_blank(line[at])) ++at;
        if (at >= line.size()) return arguments;
        at = parse_argument(line, at, arguments.emplace_back());
    }
}

std::vector<std::u16string> expand_wildcards(const std::vector<Argument>& arguments) {
    FindFunctions find{};
    std::vector<std::u16string> expanded;
    for (size_t i = 0; i < arguments.size(); ++i) {
        const Argument& argument = arguments[i];
        bool literal = i == 0 || argument.quoted || argument.text.find_first_of(u"*?") == std::u16string::npos;
        if (!literal && !find.first) {
            find.first = reinterpret_cast<decltype(find.first)>(kernel32_function("FindFirstFileW"));
            find.next = reinterpret_cast<decltype(find.next)>(kernel32_function("FindNextFileW"));
            find.close = reinterpret_cast<decltype(find.close)>(kernel32_function("FindClose"));
        }
        if (literal || !find.first || !append_matches(argument.text, find, expanded))
            expanded.push_back(argument.text);
    }
    return expanded;
}

}  // namespace lsw::crt
