// Variables in texts: %NAME%, %1, %~dp0 and %* in lines (phase 1), %x of FOR (phase 4), !NAME!
// (phase 5), and the modifiers they share. Doc: "set", "call", "for".
#include <algorithm>

#include "abi/winerror.h"
#include "base/random.h"
#include "base/text.h"
#include "core/process/environment.h"
#include "dll/kernel32/kernel32.h"
#include "programs/cmd/shell.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"

namespace lsw::cmd {
namespace {

using namespace programs;

std::u16string two(unsigned number, char16_t fill = u'0') {
    std::u16string out = to_text(number);
    return out.size() < 2 ? std::u16string(1, fill) + out : out;
}

std::u16string date_now() {
    constexpr const char16_t* kDays[] = {u"Sun", u"Mon", u"Tue", u"Wed", u"Thu", u"Fri", u"Sat"};
    SYSTEMTIME now;
    kernel32::GetLocalTime(&now);
    return std::u16string(kDays[now.wDayOfWeek % 7]) + u" " + date_text(now);
}

std::u16string time_now() {
    SYSTEMTIME now;
    kernel32::GetLocalTime(&now);
    return two(now.wHour, u' ') + u":" + two(now.wMinute) + u":" + two(now.wSecond) + u"." +
           two(now.wMilliseconds / 10u);
}

// "~3", "~-2,1": a piece of the value.
std::u16string piece(const std::u16string& value, std::u16string_view spec) {
    auto number = [](std::u16string_view text, int64_t fallback) -> int64_t {
        size_t at = 0;
        while (at < text.size() && text[at] == u' ') ++at;
        bool negative = at < text.size() && text[at] == u'-';
        if (negative || (at < text.size() && text[at] == u'+')) ++at;
        if (at >= text.size()) return fallback;
        int64_t out = 0;
        for (; at < text.size() && text[at] >= u'0' && text[at] <= u'9'; ++at)
            out = std::min<int64_t>(out * 10 + (text[at] - u'0'), 1 << 30);
        return negative ? -out : out;
    };
    auto size = static_cast<int64_t>(value.size());
    size_t comma = spec.find(u',');
    int64_t start = number(spec.substr(0, comma), 0);
    if (start < 0) start = std::max<int64_t>(0, size + start);
    start = std::min(start, size);
    int64_t end = size;
    if (comma != std::u16string_view::npos) {
        int64_t length = number(spec.substr(comma + 1), size);
        end = length < 0 ? size + length : std::min(size, start + length);
    }
    return end > start ? value.substr(static_cast<size_t>(start), static_cast<size_t>(end - start))
                       : u"";
}

size_t find_ignoring_case(const std::u16string& text, std::u16string_view wanted, size_t from) {
    for (size_t at = from; at + wanted.size() <= text.size(); ++at)
        if (equal_ignore_case(std::u16string_view(text).substr(at, wanted.size()), wanted))
            return at;
    return std::u16string::npos;
}

// "a=b", "*a=b": replaced everywhere, or everything up to the first.
std::u16string replaced(const std::u16string& value, std::u16string_view spec) {
    size_t equals = spec.find(u'=', 1);
    if (equals == std::u16string_view::npos) return value;
    std::u16string_view wanted = spec.substr(0, equals), other = spec.substr(equals + 1);
    if (wanted[0] == u'*' && wanted.size() > 1) {
        wanted.remove_prefix(1);
        size_t at = find_ignoring_case(value, wanted, 0);
        if (at == std::u16string::npos) return value;
        return std::u16string(other) + value.substr(at + wanted.size());
    }
    std::u16string out;
    size_t from = 0;
    for (;;) {
        size_t at = find_ignoring_case(value, wanted, from);
        if (at == std::u16string::npos) return out + value.substr(from);
        out += value.substr(from, at - from);
        out += other;
        from = at + wanted.size();
    }
}

std::u16string attribute_letters(DWORD attributes) {
    std::u16string out = u"----------";
    constexpr std::pair<DWORD, char16_t> kLetters[] = {
        {0x10, u'd'},  {0x1, u'r'},    {0x20, u'a'},  {0x2, u'h'},   {0x4, u's'},
        {0x800, u'c'}, {0x1000, u'o'}, {0x100, u't'}, {0x400, u'l'}, {0x8000, u'v'}};
    for (size_t i = 0; i < std::size(kLetters); ++i)
        if (attributes & kLetters[i].first) out[i] = kLetters[i].second;
    return out;
}

std::u16string found_along(std::u16string_view list, const std::u16string& name) {
    if (is_file(name)) return full_path(name);
    for (const std::u16string& directory : path_list(list))
        if (std::u16string candidate = join(directory, name); is_file(candidate))
            return full_path(candidate);
    return {};
}

}  // namespace

std::vector<std::u16string> words(std::u16string_view text) {
    std::vector<std::u16string> out;
    std::u16string word;
    bool quoted = false, open = false;
    for (char16_t unit : text) {
        if (!quoted && (is_delimiter(unit) || unit == u'\n')) {
            if (open) out.push_back(word);
            word.clear();
            open = false;
            continue;
        }
        if (unit == u'"') quoted = !quoted;
        word += unit;
        open = true;
    }
    if (open) out.push_back(word);
    return out;
}

std::u16string without_quotes(std::u16string_view text) {
    std::u16string out;
    for (char16_t unit : text)
        if (unit != u'"') out += unit;
    return out;
}

std::optional<std::u16string> Shell::variable(std::u16string_view name) {
    if (auto value = environment_variable(name)) return value;
    if (!extensions) return std::nullopt;
    if (equal_ignore_case(name, u"CD")) return current_directory();
    if (equal_ignore_case(name, u"DATE")) return date_now();
    if (equal_ignore_case(name, u"TIME")) return time_now();
    if (equal_ignore_case(name, u"ERRORLEVEL")) return to_text(errorlevel);
    if (equal_ignore_case(name, u"CMDEXTVERSION")) return u"2";
    if (equal_ignore_case(name, u"CMDCMDLINE")) return command_line_;
    if (equal_ignore_case(name, u"HIGHESTNUMANODENUMBER")) return u"0";
    if (equal_ignore_case(name, u"RANDOM")) {
        uint16_t number = 0;
        fill_random(&number, sizeof number);
        return to_text(number & 0x7FFF);
    }
    return std::nullopt;
}

std::u16string Shell::modified(std::u16string_view modifiers, std::u16string_view path_variable,
                               const std::u16string& value) {
    std::u16string plain = value;
    if (plain.size() > 1 && plain.front() == u'"') {
        plain.erase(0, 1);
        if (plain.back() == u'"') plain.pop_back();
    }
    auto has = [&](char16_t letter) { return modifiers.find(letter) != std::u16string_view::npos; };
    std::u16string path = plain;
    if (!path_variable.empty()) {
        path = found_along(environment_value(path_variable), plain);
        if (path.empty()) return {};
    }
    bool file_facts = has(u'a') || has(u't') || has(u'z'),
         parts = has(u'd') || has(u'p') || has(u'n') || has(u'x');
    if (!file_facts && !parts && !has(u'f') && !has(u's'))
        return path_variable.empty() ? plain : path;
    if (plain.empty()) return {};
    std::u16string out;
    auto add = [&](std::u16string_view text) {
        if (text.empty()) return;
        if (!out.empty()) out += u' ';
        out += text;
    };
    std::u16string full = as_spelled(full_path(path));
    if (file_facts) {
        if (auto entry = entry_of(full)) {
            if (has(u'a')) add(attribute_letters(entry->attributes));
            SYSTEMTIME time = local_time(entry->write);
            if (has(u't')) add(date_text(time) + u" " + time_text(time));
            if (has(u'z')) add(to_text(static_cast<int64_t>(entry->size_bytes)));
        }
    }
    Parts names = split(full);
    std::u16string shown;
    if (has(u'f') || (has(u's') && !parts)) {
        shown = full;
    } else {
        if (has(u'd')) shown += names.drive;
        if (has(u'p')) shown += names.directory;
        if (has(u'n')) shown += names.name;
        if (has(u'x')) shown += names.extension;
    }
    add(shown);
    return out;
}

namespace {

constexpr std::u16string_view kModifierLetters = u"fdpnxsatz";

// "~dp" or "~dp$PATH:" at `at`; leaves `at` behind it. False when it is no such thing.
bool read_modifiers(std::u16string_view line, size_t& at, std::u16string& letters,
                    std::u16string& path_variable) {
    size_t end = at + 1;
    while (end < line.size() &&
           kModifierLetters.find(downcase(line[end])) != std::u16string_view::npos)
        ++end;
    if (end < line.size() && line[end] == u'$') {
        size_t colon = line.find(u':', end);
        if (colon == std::u16string_view::npos) return false;
        path_variable = line.substr(end + 1, colon - end - 1);
        end = colon + 1;
    }
    letters.clear();
    for (size_t i = at + 1; i < end && line[i] != u'$'; ++i) letters += downcase(line[i]);
    at = end;
    return true;
}

}  // namespace

// At a '%' in a batch file: %1, %*, %~dp0.
bool Shell::take_argument(const std::u16string& line, size_t& at, std::u16string& out) {
    const Frame& frame = *frames_.back();
    char16_t next = at + 1 < line.size() ? line[at + 1] : u'\0';
    if (next == u'*') {
        out += frame.all_arguments;
        at += 2;
        return true;
    }
    if (next >= u'0' && next <= u'9') {
        out += frame.argument(next - u'0');
        at += 2;
        return true;
    }
    if (next != u'~') return false;
    size_t end = at + 1;
    std::u16string letters, path_variable;
    if (!read_modifiers(line, end, letters, path_variable)) return false;
    if (end >= line.size() || line[end] < u'0' || line[end] > u'9') return false;
    size_t digit = line[end] - u'0';
    // %~f0 and its kin mean the batch file itself, however it was called.
    bool own = digit == 0 && frame.shifted[0] == 0 && !letters.empty();
    std::u16string value =
        own && !(frame.is_label && letters.empty()) ? frame.path : frame.argument(digit);
    out += modified(letters, path_variable, value);
    at = end + 1;
    return true;
}

// At the mark of %NAME% or !NAME!, with an optional :a=b or :~n,m.
bool Shell::take_variable(const std::u16string& line, size_t& at, char16_t mark, bool keep_unknown,
                          std::u16string& out) {
    size_t close = line.find(mark, at + 1);
    if (close == std::u16string::npos || close == at + 1) return false;
    std::u16string_view inside = std::u16string_view(line).substr(at + 1, close - at - 1);
    size_t colon = extensions ? inside.find(u':') : std::u16string_view::npos;
    if (colon == 0) colon = std::u16string_view::npos;
    auto value = variable(inside.substr(0, colon));
    if (colon != std::u16string_view::npos && !value && variable(inside)) {
        value = variable(inside);
        colon = std::u16string_view::npos;
    }
    if (!value) {
        if (keep_unknown) return false;
        // What follows the colon of an unknown name stands, its closing mark opens the next name.
        at = colon == std::u16string_view::npos || mark == u'!' ? close + 1 : at + 2 + colon;
        return true;
    }
    if (colon == std::u16string_view::npos) {
        out += *value;
    } else {
        std::u16string_view spec = inside.substr(colon + 1);
        if (spec.starts_with(u'~'))
            out += piece(*value, spec.substr(1));
        else if (spec.find(u'=', 1) != std::u16string_view::npos)
            out += value->empty() ? std::u16string() : replaced(*value, spec);
        else
            return false;
    }
    at = close + 1;
    return true;
}

std::u16string Shell::expand_percent(const std::u16string& line) {
    if (line.find(u'%') == std::u16string::npos) return line;
    std::u16string out;
    for (size_t at = 0; at < line.size();) {
        if (line[at] != u'%') {
            out += line[at++];
            continue;
        }
        if (in_batch()) {
            if (at + 1 < line.size() && line[at + 1] == u'%') {
                out += u'%';
                at += 2;
                continue;
            }
            if (take_argument(line, at, out)) continue;
            if (!take_variable(line, at, u'%', false, out)) ++at;  // a lone one goes
            continue;
        }
        if (!take_variable(line, at, u'%', true, out)) out += line[at++];
    }
    return out;
}

std::u16string Shell::expand_delayed(const std::u16string& text) {
    if (!delayed || text.find(u'!') == std::u16string::npos) return text;
    std::u16string out;
    for (size_t at = 0; at < text.size();) {
        if (text[at] == u'^' && at + 1 < text.size()) {
            out += text[at + 1];
            at += 2;
        } else if (text[at] == u'!') {
            if (!take_variable(text, at, u'!', false, out)) ++at;
        } else {
            out += text[at++];
        }
    }
    return out;
}

std::u16string Shell::expand_loop_variables(const std::u16string& text) {
    if (loop_variables_.empty() || text.find(u'%') == std::u16string::npos) return text;
    std::u16string out;
    for (size_t at = 0; at < text.size();) {
        if (text[at] != u'%' || at + 1 >= text.size()) {
            out += text[at++];
            continue;
        }
        char16_t next = text[at + 1];
        if (auto found = loop_variables_.find(next);
            found != loop_variables_.end() && next != u'~') {
            out += found->second;
            at += 2;
            continue;
        }
        // "%~nx": letters that are modifiers, the last of those that names a variable is the
        // variable.
        size_t longest = at + 2;
        std::u16string path_variable;
        if (next == u'~') {
            std::u16string letters;
            size_t end = at + 1;
            if (read_modifiers(text, end, letters, path_variable)) longest = end;
        }
        bool done = false;
        for (size_t end = longest; next == u'~' && end >= at + 2 && !done; --end) {
            if (end >= text.size()) continue;
            auto found = loop_variables_.find(text[end]);
            if (found == loop_variables_.end()) continue;
            std::u16string letters;
            for (size_t i = at + 2; i < end && text[i] != u'$'; ++i) letters += downcase(text[i]);
            out += modified(letters, end == longest ? path_variable : u"", found->second);
            at = end + 1;
            done = true;
        }
        if (!done) out += text[at++];
    }
    return out;
}

std::u16string Shell::expanded(const std::u16string& text) {
    return expand_delayed(expand_loop_variables(text));
}

}  // namespace lsw::cmd
