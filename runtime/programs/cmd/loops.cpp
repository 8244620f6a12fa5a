// FOR in its five kinds. See shell.h. Doc: "for".
#include <algorithm>
#include <cstdlib>

#include "abi/file.h"
#include "base/text.h"
#include "dll/kernel32/kernel32.h"
#include "programs/cmd/shell.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"

namespace lsw::cmd {

using namespace programs;

namespace {

// What "eol=; skip=1 tokens=1,3-5* delims=, usebackq" says.
struct LineOptions {
    char16_t comment = u';';
    size_t skip = 0;
    std::u16string delimiters = u" \t";
    std::vector<size_t> tokens = {1};  // ascending
    bool rest = false;                 // the token behind the last one takes all that is left
    bool back_quotes = false;
};

void read_tokens(std::u16string_view spec, LineOptions& out) {
    out.tokens.clear();
    out.rest = false;
    size_t at = 0;
    auto number = [&] {
        size_t value = 0;
        while (at < spec.size() && spec[at] >= u'0' && spec[at] <= u'9')
            value = value * 10 + (spec[at++] - u'0');
        return std::min<size_t>(value, 31);
    };
    while (at < spec.size()) {
        if (spec[at] == u'*') {
            out.rest = true;
            break;
        }
        if (spec[at] < u'0' || spec[at] > u'9') {
            ++at;
            continue;
        }
        size_t first = number(), last = first;
        if (at < spec.size() && spec[at] == u'-') {
            ++at;
            last = number();
        }
        for (size_t i = first; i <= last && i != 0; ++i) out.tokens.push_back(i);
    }
    std::sort(out.tokens.begin(), out.tokens.end());
    out.tokens.erase(std::unique(out.tokens.begin(), out.tokens.end()), out.tokens.end());
}

LineOptions line_options(const std::u16string& text) {
    LineOptions out;
    std::u16string_view rest = text;
    while (!rest.empty()) {
        if (rest[0] == u' ' || rest[0] == u'\t') {
            rest.remove_prefix(1);
            continue;
        }
        auto starts = [&](std::u16string_view key) {
            return rest.size() >= key.size() && equal_ignore_case(rest.substr(0, key.size()), key);
        };
        if (starts(u"usebackq")) {
            out.back_quotes = true;
            rest.remove_prefix(8);
        } else if (starts(u"eol=")) {
            out.comment = rest.size() > 4 ? rest[4] : u'\0';
            rest.remove_prefix(std::min<size_t>(rest.size(), 5));
        } else if (starts(u"skip=")) {
            out.skip = strtoul(utf8_from_utf16(rest.substr(5)).c_str(), nullptr, 0);
            rest.remove_prefix(std::min(rest.find(u' '), rest.size()));
        } else if (starts(u"tokens=")) {
            size_t end = std::min(rest.find(u' '), rest.size());
            read_tokens(rest.substr(7, end - 7), out);
            rest.remove_prefix(end);
        } else if (starts(u"delims=")) {
            rest.remove_prefix(7);
            // Up to a blank that another option follows; a blank may be a delimiter itself, at the
            // end.
            size_t end = 0;
            while (end < rest.size() && rest[end] != u' ') ++end;
            if (end < rest.size() && rest.find_first_not_of(u' ', end) == std::u16string_view::npos)
                end = rest.size();
            out.delimiters = rest.substr(0, end);
            rest.remove_prefix(end);
        } else {
            break;
        }
    }
    return out;
}

// The values of the variables, one for each token and one for the rest; false for a line that is
// passed over.
bool split_line(std::u16string_view line, const LineOptions& options,
                std::vector<std::u16string>& values) {
    auto is_delim = [&](char16_t unit) {
        return options.delimiters.find(unit) != std::u16string::npos;
    };
    size_t at = 0;
    while (at < line.size() && is_delim(line[at])) ++at;
    if (line.empty() || at >= line.size()) return false;
    if (options.comment && line[at] == options.comment) return false;
    size_t index = 1, last = options.tokens.empty() ? 0 : options.tokens.back();
    values.assign(options.tokens.size() + (options.rest ? 1 : 0), u"");
    size_t filled = 0;
    while (at < line.size() && index <= last) {
        size_t end = at;
        while (end < line.size() && !is_delim(line[end])) ++end;
        if (std::binary_search(options.tokens.begin(), options.tokens.end(), index))
            values[filled++] = line.substr(at, end - at);
        ++index;
        at = end;
        while (at < line.size() && is_delim(line[at])) ++at;
    }
    if (options.rest) values.back() = line.substr(at);
    return filled > 0 || (options.rest && !values.back().empty());
}

std::vector<std::u16string> lines_of(std::string_view bytes) {
    std::vector<std::u16string> out;
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    while (!bytes.empty()) {
        size_t end = std::min(bytes.find('\n'), bytes.size());
        std::string_view line = bytes.substr(0, end);
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        out.push_back(utf16_from_linux(line));
    }
    return out;
}

bool between(std::u16string_view text, char16_t mark) {
    return text.size() >= 2 && text.front() == mark && text.back() == mark;
}

std::u16string inside(std::u16string_view text) {
    return std::u16string(text.substr(1, text.size() - 2));
}

}  // namespace

int Shell::run_for(Node& node) {
    Variables before = loop_variables_;
    int status = 0;
    std::u16string set = expanded(node.loop.set);
    switch (node.loop.kind) {
        case u'L':
            status = loop_over_numbers(node);
            break;
        case u'F':
            status = loop_over_lines(node);
            break;
        case u'R': {
            std::u16string root = without_quotes(expanded(node.loop.options));
            status = loop_over_tree(node, full_path(root.empty() ? u"." : root));
            break;
        }
        default:
            status = loop_over_names(node, set, u"");
            break;
    }
    loop_variables_ = std::move(before);
    return status;
}

int Shell::loop_body(Node& node, std::u16string value) {
    loop_variables_[node.loop.variable] = std::move(value);
    Node& body = *node.children[0];
    show(body);
    return run(body);
}

// Words as they are, patterns as what they match. `root` is put before them by /R.
int Shell::loop_over_names(Node& node, const std::u16string& set, const std::u16string& root) {
    int status = 0;
    bool directories = node.loop.kind == u'D' || node.loop.also_directories;
    for (const std::u16string& word : words(set)) {
        if (jump_ != Jump::None) break;
        if (!has_wildcards(word)) {
            status = loop_body(node, root.empty() ? word : join(root, without_quotes(word)));
            continue;
        }
        std::u16string pattern = without_quotes(word);
        std::u16string path = root.empty() ? pattern : join(root, pattern);
        size_t slash = path.find_last_of(u"\\/:");
        std::u16string prefix = slash == std::u16string::npos ? u"" : path.substr(0, slash + 1);
        for (const Entry& entry : list(path)) {
            if (jump_ != Jump::None) break;
            if (entry.is_dots() || entry.is_directory() != directories ||
                entry.attributes & FILE_ATTRIBUTE_HIDDEN)
                continue;
            status = loop_body(node, prefix + entry.name);
        }
    }
    return status;
}

int Shell::loop_over_tree(Node& node, const std::u16string& root) {
    int status = 0;
    std::u16string set = expanded(node.loop.set);
    if (trimmed(set) == u".") {
        status = loop_body(node, join(root, u"."));
    } else {
        status = loop_over_names(node, set, root);
    }
    for (const Entry& entry : list(join(root, u"*"))) {
        if (jump_ != Jump::None) break;
        if (!entry.is_dots() && entry.is_directory() && !entry.is_link())
            status = loop_over_tree(node, join(root, entry.name));
    }
    return status;
}

int Shell::loop_over_numbers(Node& node) {
    std::vector<std::u16string> parts = words(expanded(node.loop.set));
    int64_t numbers[3] = {};
    for (size_t i = 0; i < 3 && i < parts.size(); ++i) {
        int32_t value = 0;
        std::u16string message;
        evaluate(*this, parts[i], value, message);
        numbers[i] = value;
    }
    auto [start, step, end] = numbers;
    int status = 0;
    for (int64_t i = start; jump_ == Jump::None && (step >= 0 ? i <= end : i >= end); i += step)
        status = loop_body(node, to_text(i));
    return status;
}

int Shell::loop_over_lines(Node& node) {
    LineOptions options = line_options(expanded(node.loop.options));
    std::u16string set = trimmed(expanded(node.loop.set));
    char16_t command_mark = options.back_quotes ? u'`' : u'\'',
             text_mark = options.back_quotes ? u'\'' : u'"';
    std::vector<std::vector<std::u16string>> sources;
    int status = 0;
    if (between(set, command_mark)) {
        sources.push_back(lines_of(output_of(inside(set))));
    } else if (between(set, text_mark)) {
        sources.push_back({inside(set)});
    } else {
        for (const std::u16string& word : words(set)) {
            std::u16string name = without_quotes(word);
            HANDLE file = kernel32::CreateFileW(name.c_str(), GENERIC_READ,
                                                FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                                                OPEN_EXISTING, 0, nullptr);
            if (file == INVALID_HANDLE_VALUE) {
                complain(u"The system cannot find the file " + name + u".\r\n");
                return 1;
            }
            sources.push_back(lines_of(read_all(file)));
            kernel32::CloseHandle(file);
        }
    }
    for (const auto& lines : sources) {
        for (size_t i = options.skip; i < lines.size() && jump_ == Jump::None; ++i) {
            std::vector<std::u16string> values;
            if (!split_line(lines[i], options, values)) continue;
            for (size_t k = 0; k < values.size(); ++k)
                loop_variables_[static_cast<char16_t>(node.loop.variable + k)] = values[k];
            show(*node.children[0]);
            status = run(*node.children[0]);
        }
    }
    return status;
}

}  // namespace lsw::cmd
