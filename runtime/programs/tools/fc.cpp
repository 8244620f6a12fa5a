// fc: the differences between two files, by lines or bytes. Doc: "fc".
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

struct Comparison {
    bool ignore_case = false, numbers = false, squeeze = false, short_form = false;
    size_t resync = 2;
};

bool same(const Comparison& how, std::string_view a, std::string_view b) {
    if (!how.ignore_case && !how.squeeze) return a == b;
    auto normal = [&](std::string_view text) {
        std::u16string out;
        for (char16_t unit : utf16_from_linux(text)) {
            bool blank = unit == u' ' || unit == u'\t';
            if (how.squeeze && blank && (out.empty() || out.back() == u' ')) continue;
            out += how.squeeze && blank ? u' ' : how.ignore_case ? upcase(unit) : unit;
        }
        while (how.squeeze && out.ends_with(u' ')) out.pop_back();
        return out;
    };
    return normal(a) == normal(b);
}

void show(Output& out, const Comparison& how, const std::u16string& name,
          const std::vector<std::string_view>& lines, size_t from, size_t to) {
    out.text(u"***** " + name + u"\r\n");
    for (size_t i = from; i < to && i < lines.size(); ++i) {
        if (how.numbers) out.text(padded(to_text(static_cast<int64_t>(i + 1)), 5) + u":  ");
        out.bytes(lines[i]);
        out.bytes("\r\n");
    }
}

bool compare_lines(Output& out, const Comparison& how, const std::u16string names[2],
                   const std::string bytes[2]) {
    std::vector<std::string_view> a = lines_of(bytes[0]), b = lines_of(bytes[1]);
    size_t i = 0, j = 0;
    bool equal = true;
    while (i < a.size() || j < b.size()) {
        if (i < a.size() && j < b.size() && same(how, a[i], b[j])) {
            ++i, ++j;
            continue;
        }
        equal = false;
        // The nearest place where both run together again.
        size_t next_i = a.size(), next_j = b.size();
        for (size_t distance = 1; distance <= 200 && next_i == a.size() && next_j == b.size();
             ++distance)
            for (size_t x = 0; x <= distance; ++x) {
                size_t p = i + x, q = j + distance - x;
                bool meets = p + how.resync <= a.size() && q + how.resync <= b.size();
                for (size_t k = 0; meets && k < how.resync; ++k)
                    meets = same(how, a[p + k], b[q + k]);
                if (!meets) continue;
                next_i = p, next_j = q;
                break;
            }
        size_t before_i = i > 0 ? i - 1 : 0, before_j = j > 0 ? j - 1 : 0;
        show(out, how, names[0], a, before_i, next_i + 1);
        show(out, how, names[1], b, before_j, next_j + 1);
        out.text(u"*****\r\n\r\n");
        i = next_i, j = next_j;
    }
    return equal;
}

bool compare_bytes(Output& out, const std::u16string names[2], const std::string bytes[2]) {
    bool equal = true;
    size_t shared = std::min(bytes[0].size(), bytes[1].size());
    for (size_t i = 0; i < shared; ++i) {
        if (bytes[0][i] == bytes[1][i]) continue;
        equal = false;
        char text[40];
        snprintf(text, sizeof text, "%08zX: %02X %02X\r\n", i,
                 static_cast<unsigned char>(bytes[0][i]), static_cast<unsigned char>(bytes[1][i]));
        out.bytes(text);
    }
    if (bytes[0].size() == bytes[1].size()) return equal;
    int longer = bytes[0].size() > bytes[1].size() ? 0 : 1;
    auto upper = [](std::u16string text) {
        for (char16_t& unit : text) unit = upcase(unit);
        return text;
    };
    out.text(u"FC: " + upper(names[longer]) + u" longer than " + upper(names[1 - longer]) +
             u"\r\n");
    return false;
}

bool is_binary_name(const std::u16string& name) {
    std::u16string extension = lower(split(name).extension);
    for (const char16_t* known : {u".exe", u".com", u".sys", u".obj", u".lib", u".bin", u".dll"})
        if (extension == known) return true;
    return false;
}

}  // namespace

uint32_t fc() {
    Comparison how;
    std::vector<std::u16string> files;
    bool binary = false, text = false;
    for (const std::u16string& word : arguments()) {
        if (is_switch(word, u"b"))
            binary = true;
        else if (is_switch(word, u"c"))
            how.ignore_case = true;
        else if (is_switch(word, u"n"))
            how.numbers = true;
        else if (is_switch(word, u"w"))
            how.squeeze = true;
        else if (is_switch(word, u"l") || is_switch(word, u"u"))
            text = true;
        else if (is_switch(word, u"a") || is_switch(word, u"t") || word.starts_with(u"/"))
            continue;
        else
            files.push_back(word);
    }
    if (files.size() != 2)
        return complain(u"FC: Insufficient number of file specifications\r\n"), 2;
    std::u16string names[2] = {files[0], files[1]};
    if (is_directory(names[1]))
        names[1] = join(names[1], std::u16string(split(names[0]).name) +
                                      std::u16string(split(names[0]).extension));
    std::string bytes[2];
    auto upper = [](std::u16string path) {
        for (char16_t& unit : path) unit = upcase(unit);
        return path;
    };
    Output out(std_out());
    out.text(u"Comparing files " + names[0] + u" and " + upper(names[1]) + u"\r\n");
    for (int i = 0; i < 2; ++i)
        if (!read_file(names[i], bytes[i])) {
            out.flush();
            complain(u"FC: cannot open " + upper(names[i]) + u" - No such file or folder\r\n\r\n");
            return 2;
        }
    bool equal = binary || (!text && is_binary_name(names[0]))
                     ? compare_bytes(out, names, bytes)
                     : compare_lines(out, how, names, bytes);
    if (equal) out.text(u"FC: no differences encountered\r\n\r\n");
    return equal ? 0 : 1;
}

}  // namespace lsw::tools
