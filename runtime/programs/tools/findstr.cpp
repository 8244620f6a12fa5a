// findstr: literal strings and its small regular expressions, searched line by line. Doc:
// "findstr".
#include <algorithm>

#include "abi/winerror.h"
#include "base/text.h"
#include "dll/kernel32/kernel32.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"
#include "programs/tools/tools.h"

namespace lsw::tools {

using namespace programs;

namespace {

struct Pattern {
    std::u16string text;
    bool regular = false;
};

struct Options {
    bool ignore_case = false, invert = false, numbers = false, names_only = false, offsets = false,
         exact = false;
    bool at_start = false, at_end = false, below = false, printable = false;
    bool literal = false, regular = false;
    std::vector<Pattern> patterns;
    std::vector<std::u16string> files;
};

bool is_word(char16_t unit) {
    return (unit >= u'0' && unit <= u'9') || (upcase(unit) >= u'A' && upcase(unit) <= u'Z') ||
           unit > 127;
}

// One expression against one line. Items: a literal, '.', [class], each perhaps with '*'; ^ $ \<
// \>.
class Matcher {
public:
    Matcher(std::u16string_view pattern, std::u16string_view line, bool ignore_case)
        : pattern_(pattern), line_(line), ignore_case_(ignore_case) {}

    bool at(size_t start) { return match(0, start); }

private:
    bool same(char16_t a, char16_t b) const {
        return ignore_case_ ? upcase(a) == upcase(b) : a == b;
    }

    // The end of the item at `p`; whether it accepts `unit`.
    size_t item_end(size_t p) const {
        if (pattern_[p] == u'\\' && p + 1 < pattern_.size()) return p + 2;
        if (pattern_[p] != u'[') return p + 1;
        size_t end = p + 1;
        if (end < pattern_.size() && pattern_[end] == u'^') ++end;
        if (end < pattern_.size() && pattern_[end] == u']') ++end;
        while (end < pattern_.size() && pattern_[end] != u']')
            end += pattern_[end] == u'\\' ? 2 : 1;
        return end < pattern_.size() ? end + 1 : p + 1;
    }

    bool accepts(size_t p, size_t end, char16_t unit) const {
        if (pattern_[p] == u'\\' && end == p + 2) return same(pattern_[p + 1], unit);
        if (pattern_[p] == u'.') return true;
        if (pattern_[p] != u'[' || end == p + 1) return same(pattern_[p], unit);
        std::u16string_view set = pattern_.substr(p + 1, end - p - 2);
        bool negated = set.starts_with(u'^'), in = false;
        if (negated) set.remove_prefix(1);
        for (size_t i = 0; i < set.size(); ++i) {
            if (set[i] == u'\\' && i + 1 < set.size()) ++i;
            if (i + 2 < set.size() && set[i + 1] == u'-') {
                auto inside = [&](char16_t value) {
                    return value >= set[i] && value <= set[i + 2];
                };
                in = in || inside(unit) ||
                     (ignore_case_ && (inside(upcase(unit)) || inside(downcase(unit))));
                i += 2;
            } else {
                in = in || same(set[i], unit);
            }
        }
        return in != negated;
    }

    bool match(size_t p, size_t at) {
        while (p < pattern_.size()) {
            if (pattern_[p] == u'^' && p == 0) {
                if (at != 0) return false;
                ++p;
                continue;
            }
            if (pattern_[p] == u'$' && p + 1 == pattern_.size()) return at == line_.size();
            if (pattern_[p] == u'\\' && p + 1 < pattern_.size() &&
                (pattern_[p + 1] == u'<' || pattern_[p + 1] == u'>')) {
                bool before = at > 0 && is_word(line_[at - 1]),
                     here = at < line_.size() && is_word(line_[at]);
                if (pattern_[p + 1] == u'<' ? before || !here : !before || here) return false;
                p += 2;
                continue;
            }
            size_t end = item_end(p);
            if (end < pattern_.size() && pattern_[end] == u'*') {
                size_t last = at;
                while (last < line_.size() && accepts(p, end, line_[last])) ++last;
                for (;; --last) {
                    if (match(end + 1, last)) return true;
                    if (last == at) return false;
                }
            }
            if (at >= line_.size() || !accepts(p, end, line_[at])) return false;
            ++at;
            p = end;
        }
        return true;
    }

    std::u16string_view pattern_, line_;
    bool ignore_case_;
};

bool matches(const Pattern& pattern, std::u16string_view line, const Options& options) {
    const std::u16string& text = pattern.text;
    auto same = [&](std::u16string_view part) {
        return options.ignore_case ? equal_ignore_case(part, text) : part == text;
    };
    if (!pattern.regular) {
        if (options.exact) return same(line);
        if (line.size() < text.size()) return false;
        if (options.at_start) return same(line.substr(0, text.size()));
        if (options.at_end) return same(line.substr(line.size() - text.size()));
        for (size_t at = 0; at + text.size() <= line.size(); ++at)
            if (same(line.substr(at, text.size()))) return true;
        return false;
    }
    std::u16string expression = text;
    if ((options.at_start || options.exact) && !expression.starts_with(u'^'))
        expression.insert(0, u"^");
    if ((options.at_end || options.exact) && !expression.ends_with(u'$')) expression += u'$';
    Matcher matcher(expression, line, options.ignore_case);
    for (size_t at = 0; at <= line.size(); ++at)
        if (matcher.at(at)) return true;
    return false;
}

// Whether a file has a match; `name` is shown before lines where several files are searched.
bool search(Output& out, std::string_view bytes, const Options& options,
            const std::u16string& name) {
    bool any = false;
    size_t number = 0, offset = 0;
    for (std::string_view line : lines_of(bytes)) {
        ++number;
        size_t start = offset;
        offset = static_cast<size_t>(line.data() - bytes.data()) + line.size();
        start = static_cast<size_t>(line.data() - bytes.data());
        std::u16string wide = utf16_from_linux(line);
        bool found =
            std::any_of(options.patterns.begin(), options.patterns.end(),
                        [&](const Pattern& pattern) { return matches(pattern, wide, options); });
        if (found == options.invert) continue;
        any = true;
        if (options.names_only) {
            out.text(name + u"\r\n");
            return true;
        }
        if (!name.empty()) out.text(name + u":");
        if (options.numbers) out.text(to_text(static_cast<int64_t>(number)) + u":");
        if (options.offsets) out.text(to_text(static_cast<int64_t>(start)) + u":");
        out.bytes(line);
        out.bytes("\r\n");
    }
    return any;
}

// A search string of words without /C: is a regular expression when it has a character that only
// those need.
bool looks_regular(std::u16string_view text) {
    return text.find_first_of(u".*[]^$\\") != std::u16string_view::npos;
}

void add_words(Options& options, std::u16string_view text) {
    size_t at = 0;
    while (at < text.size()) {
        size_t end = std::min(text.find(u' ', at), text.size());
        if (end > at) options.patterns.push_back({std::u16string(text.substr(at, end - at))});
        at = end + 1;
    }
}

// "\\" and "\"" stand for what follows in a literal.
std::u16string unescaped(std::u16string_view text) {
    std::u16string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == u'\\' && i + 1 < text.size() &&
            (text[i + 1] == u'\\' || text[i + 1] == u'"'))
            ++i;
        out += text[i];
    }
    return out;
}

void collect(const std::u16string& directory, const std::u16string& pattern, bool below,
             std::vector<std::u16string>& out) {
    for (const Entry& entry : list(directory + pattern))
        if (!entry.is_directory()) out.push_back(directory + entry.name);
    if (!below) return;
    for (const Entry& entry : list(directory + u"*"))
        if (entry.is_directory() && !entry.is_dots() && !entry.is_link())
            collect(directory + entry.name + u"\\", pattern, true, out);
}

// False for a switch that is none.
bool read_options(Options& options) {
    bool have_patterns = false;
    for (const std::u16string& word : arguments()) {
        std::u16string value;
        bool option = word.size() > 1 && (word[0] == u'/' || (word[0] == u'-' && !have_patterns));
        if (option && switch_value(word, u"c", value)) {
            options.patterns.push_back({value});
            have_patterns = true;
        } else if (option && switch_value(word, u"g", value)) {
            std::string bytes = value == u"/" ? read_all(std_in()) : std::string();
            if (value != u"/" && !read_file(value, bytes))
                return complain(u"FINDSTR: Cannot open " + value + u"\r\n"), false;
            for (std::string_view line : lines_of(bytes))
                if (!line.empty()) options.patterns.push_back({utf16_from_linux(line)});
            have_patterns = true;
        } else if (option && switch_value(word, u"f", value)) {
            std::string bytes;
            if (!read_file(value, bytes))
                return complain(u"FINDSTR: Cannot open " + value + u"\r\n"), false;
            for (std::string_view line : lines_of(bytes))
                options.files.push_back(utf16_from_linux(line));
        } else if (option && (switch_value(word, u"a", value) || switch_value(word, u"d", value))) {
            continue;
        } else if (option && is_switch(word, u"offline")) {
            continue;
        } else if (option) {
            for (char16_t unit : word.substr(1)) switch (downcase(unit)) {
                    case u'b':
                        options.at_start = true;
                        break;
                    case u'e':
                        options.at_end = true;
                        break;
                    case u'i':
                        options.ignore_case = true;
                        break;
                    case u'l':
                        options.literal = true;
                        break;
                    case u'm':
                        options.names_only = true;
                        break;
                    case u'n':
                        options.numbers = true;
                        break;
                    case u'o':
                        options.offsets = true;
                        break;
                    case u'p':
                        options.printable = true;
                        break;
                    case u'r':
                        options.regular = true;
                        break;
                    case u's':
                        options.below = true;
                        break;
                    case u'v':
                        options.invert = true;
                        break;
                    case u'x':
                        options.exact = true;
                        break;
                    default:
                        complain(std::u16string(u"FINDSTR: /") + unit + u" ignored\r\n");
                }
        } else if (!have_patterns) {
            add_words(options, word);
            have_patterns = true;
        } else {
            options.files.push_back(word);
        }
    }
    if (!have_patterns) return complain(u"FINDSTR: Bad command line\r\n"), false;
    // /C: and words alike: regular by /R, literal by /L, else the first string decides.
    bool regular = options.regular || (!options.literal && !options.patterns.empty() &&
                                       looks_regular(options.patterns[0].text));
    for (Pattern& pattern : options.patterns) {
        pattern.regular = regular;
        if (!regular) pattern.text = unescaped(pattern.text);
    }
    return true;
}

}  // namespace

uint32_t findstr() {
    Options options;
    if (!read_options(options)) return 2;
    Output out(std_out());
    if (options.files.empty() && !options.below) {
        return search(out, read_all(std_in()), options,
                      options.names_only ? u"(standard input)" : u"")
                   ? 0
                   : 1;
    }
    if (options.files.empty()) options.files.push_back(u"*");
    std::vector<std::u16string> names;
    bool several = options.files.size() > 1 || options.below;
    for (const std::u16string& pattern : options.files) {
        several = several || has_wildcards(pattern);
        size_t slash = pattern.find_last_of(u"\\/:");
        std::u16string directory =
            slash == std::u16string::npos ? u"" : pattern.substr(0, slash + 1);
        if (has_wildcards(pattern) || options.below)
            collect(directory, pattern.substr(directory.size()), options.below, names);
        else
            names.push_back(pattern);
    }
    bool any = false;
    for (const std::u16string& name : names) {
        std::string bytes;
        if (!read_file(name, bytes)) {
            out.flush();
            complain(u"FINDSTR: Cannot open " + name + u"\r\n");
            continue;
        }
        if (options.printable && bytes.find('\0') != std::string::npos) continue;
        any = search(out, bytes, options, several || options.names_only ? name : u"") || any;
    }
    return any ? 0 : 1;
}

}  // namespace lsw::tools
