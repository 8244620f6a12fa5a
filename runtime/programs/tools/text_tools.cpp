// find, sort, more: filters over lines. Doc: "find", "sort", "more".
#include <algorithm>
#include <optional>

#include "abi/winerror.h"
#include "base/text.h"
#include "dll/kernel32/kernel32.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"
#include "programs/tools/tools.h"

namespace lsw::tools {

using namespace programs;

namespace {

std::string upper(std::string_view text) {
    std::u16string wide = utf16_from_linux(text);
    for (char16_t& unit : wide) unit = upcase(unit);
    return linux_from_utf16(wide);
}

std::vector<std::u16string> matching_files(const std::u16string& pattern) {
    if (!has_wildcards(pattern)) return {pattern};
    std::vector<std::u16string> out;
    size_t slash = pattern.find_last_of(u"\\/:");
    std::u16string directory = slash == std::u16string::npos ? u"" : pattern.substr(0, slash + 1);
    for (const Entry& entry : list(pattern))
        if (!entry.is_directory()) out.push_back(directory + entry.name);
    return out;
}

struct FindOptions {
    bool invert = false, count = false, numbers = false, ignore_case = false;
    std::string wanted;
};

// The number of lines that were found.
size_t find_in(Output& out, std::string_view bytes, const FindOptions& options,
               const std::u16string* name) {
    if (name && !options.count) out.text(u"\r\n---------- " + *name + u"\r\n");
    size_t found = 0, number = 0;
    for (std::string_view line : lines_of(bytes)) {
        ++number;
        bool has = options.wanted.empty() ? false
                   : options.ignore_case  ? upper(line).find(options.wanted) != std::string::npos
                                          : line.find(options.wanted) != std::string_view::npos;
        if (has == options.invert) continue;
        ++found;
        if (options.count) continue;
        if (options.numbers) out.text(u"[" + to_text(static_cast<int64_t>(number)) + u"]");
        out.bytes(line);
        out.bytes("\r\n");
    }
    if (options.count) {
        if (name) out.text(u"\r\n---------- " + *name + u": ");
        out.text(to_text(static_cast<int64_t>(found)) + u"\r\n");
    }
    return found;
}

}  // namespace

uint32_t find() {
    FindOptions options;
    std::vector<std::u16string> files;
    bool have_text = false;
    // The text must stand between quotes: "find", string.
    std::u16string line = argument_text();
    for (size_t at = 0; at < line.size();) {
        if (line[at] == u' ' || line[at] == u'\t') {
            ++at;
        } else if (line[at] == u'"') {
            std::u16string word;
            for (++at; at < line.size(); ++at) {
                if (line[at] == u'"' && !(at + 1 < line.size() && line[at + 1] == u'"')) break;
                if (line[at] == u'"') ++at;
                word += line[at];
            }
            ++at;
            if (have_text)
                files.push_back(word);
            else
                options.wanted = linux_from_utf16(word);
            have_text = true;
        } else {
            size_t end = std::min(line.find_first_of(u" \t\"", at), line.size());
            std::u16string word = line.substr(at, end - at);
            at = end;
            if (is_switch(word, u"v"))
                options.invert = true;
            else if (is_switch(word, u"c"))
                options.count = true;
            else if (is_switch(word, u"n"))
                options.numbers = true;
            else if (is_switch(word, u"i"))
                options.ignore_case = true;
            else if (word[0] != u'/')
                files.push_back(word);
            else if (!is_switch(word, u"offline") && !is_switch(word, u"off"))
                return complain(u"FIND: Invalid switch\r\n"), 2;
        }
    }
    if (!have_text) return complain(u"FIND: Parameter format not correct\r\n"), 2;
    if (options.ignore_case) options.wanted = upper(options.wanted);
    Output out(std_out());
    size_t found = 0;
    bool failed = false;
    if (files.empty()) found = find_in(out, read_all(std_in()), options, nullptr);
    for (const std::u16string& pattern : files) {
        std::vector<std::u16string> names = matching_files(pattern);
        for (const std::u16string& name : names) {
            std::string bytes;
            if (!read_file(name, bytes)) {
                out.flush();
                complain(u"File not found - " + name + u"\r\n");
                failed = true;
                continue;
            }
            std::u16string shown = name;
            for (char16_t& unit : shown) unit = upcase(unit);
            found += find_in(out, bytes, options, &shown);
        }
        if (names.empty()) complain(u"File not found - " + pattern + u"\r\n"), failed = true;
    }
    return failed && !found ? 1 : found ? 0 : 1;
}

uint32_t sort() {
    bool reverse = false, unique = false, with_case = false;
    size_t column = 1;
    std::u16string input, output, value;
    std::vector<std::u16string> words = arguments();
    for (size_t i = 0; i < words.size(); ++i) {
        const std::u16string& word = words[i];
        auto next = [&] { return i + 1 < words.size() ? words[++i] : std::u16string(); };
        if (is_switch(word, u"r") || is_switch(word, u"reverse"))
            reverse = true;
        else if (is_switch(word, u"unique") || is_switch(word, u"uniq"))
            unique = true;
        else if (is_switch(word, u"c") || is_switch(word, u"case_sensitive"))
            with_case = true;
        else if (is_switch(word, u"o") || is_switch(word, u"output"))
            output = next();
        else if (is_switch(word, u"m") || is_switch(word, u"l") || is_switch(word, u"rec") ||
                 is_switch(word, u"t"))
            next();
        else if (word.size() > 2 && word[0] == u'/' && word[1] == u'+')
            column =
                std::max<size_t>(1, strtoul(utf8_from_utf16(word.substr(2)).c_str(), nullptr, 10));
        else if (word.starts_with(u"/"))
            return complain(u"Invalid switch.\r\n"), 1;
        else
            input = word;
    }
    std::string bytes;
    if (input.empty()) {
        bytes = read_all(std_in());
    } else if (!read_file(input, bytes)) {
        complain(input + error_message(kernel32::GetLastError()));
        return 1;
    }
    struct Line {
        std::string_view text;
        std::u16string key;
    };
    std::vector<Line> lines;
    for (std::string_view text : lines_of(bytes)) {
        std::u16string wide = utf16_from_linux(text);
        lines.push_back({text, wide.substr(std::min(column - 1, wide.size()))});
    }
    std::stable_sort(lines.begin(), lines.end(), [&](const Line& a, const Line& b) {
        int order = with_case ? a.key.compare(b.key) : compare_ignore_case(a.key, b.key);
        return reverse ? order > 0 : order < 0;
    });
    HANDLE target = std_out();
    if (!output.empty()) {
        target = kernel32::CreateFileW(output.c_str(), 0x40000000, 1, nullptr, 2, 0, nullptr);
        if (target == INVALID_HANDLE_VALUE)
            return complain(error_message(kernel32::GetLastError())), 1;
    }
    Output out(target);
    const Line* last = nullptr;
    for (const Line& line : lines) {
        bool same =
            unique && last &&
            (with_case ? last->key == line.key : compare_ignore_case(last->key, line.key) == 0);
        last = &line;
        if (same) continue;
        out.bytes(line.text);
        out.bytes("\r\n");
    }
    return 0;
}

uint32_t more() {
    std::vector<std::u16string> files;
    bool squeeze = false;
    size_t tab = 8, first = 0;
    for (const std::u16string& word : arguments()) {
        if (word.size() > 1 && word[0] == u'+')
            first = strtoul(utf8_from_utf16(word.substr(1)).c_str(), nullptr, 10);
        else if (is_switch(word, u"s"))
            squeeze = true;
        else if (word.size() > 2 && word[0] == u'/' && (word[1] | 0x20) == u't')
            tab = strtoul(utf8_from_utf16(word.substr(2)).c_str(), nullptr, 10);
        else if (word.empty() || word[0] != u'/')
            files.push_back(word);
    }
    Output out(std_out());
    auto show = [&](std::string_view bytes) {
        size_t number = 0;
        bool blank = false;
        for (std::string_view line : lines_of(bytes)) {
            if (number++ < first) continue;
            if (squeeze && blank && line.empty()) continue;
            blank = line.empty();
            size_t column = 0;
            std::string text;
            for (char byte : line) {
                if (byte == '\t' && tab > 0) {
                    size_t fill = tab - column % tab;
                    text.append(fill, ' ');
                    column += fill;
                } else {
                    text += byte;
                    ++column;
                }
            }
            out.bytes(text);
            out.bytes("\r\n");
        }
    };
    if (files.empty()) show(read_all(std_in()));
    uint32_t status = 0;
    for (const std::u16string& pattern : files)
        for (const std::u16string& name : matching_files(pattern)) {
            std::string bytes;
            if (read_file(name, bytes)) {
                show(bytes);
            } else {
                out.flush();
                complain(u"Cannot access file " + full_path(name) + u"\r\n");
                status = 1;
            }
        }
    return status;
}

}  // namespace lsw::tools
