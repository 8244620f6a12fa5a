// See name_map.h.
#include "core/path/name_map.h"

#include <array>

#include "base/text.h"

namespace lsw::path {
namespace {

constexpr char16_t kPrivate = 0xF000;

constexpr bool is_forbidden(char16_t unit) {
    return (unit > 0 && unit < 0x20) || unit == u'<' || unit == u'>' || unit == u':' ||
           unit == u'"' || unit == u'|' || unit == u'?' || unit == u'*' || unit == u'\\';
}

constexpr bool is_mapped(char16_t unit) {
    return unit >= kPrivate && unit < kPrivate + 0x80 &&
           (is_forbidden(unit - kPrivate) || unit == kPrivate + u'.' || unit == kPrivate + u' ');
}

constexpr auto kPlainByte = [] {
    std::array<bool, 256> plain{};
    for (int byte = 0; byte < 0x80; ++byte) plain[byte] = !is_forbidden(static_cast<char16_t>(byte));
    return plain;
}();

bool is_plain(std::string_view name) {
    for (unsigned char byte : name)
        if (!kPlainByte[byte]) return false;
    return name.empty() || (name.back() != '.' && name.back() != ' ');
}

void push_as_bytes(std::u16string& out, char16_t unit) {
    // A lone high surrogate before the bytes' low ones would pair up with them: it becomes bytes too.
    if (!out.empty() && out.back() >= 0xD800 && out.back() <= 0xDBFF) {
        char16_t high = out.back();
        out.pop_back();
        push_as_bytes(out, high);
    }
    for (unsigned char byte : linux_from_utf16(std::u16string_view(&unit, 1)))
        out.push_back(static_cast<char16_t>(0xDC00 + byte));
}

// Windows' own limits on a component; 255 is NTFS's limit in code units.
bool is_valid_component(std::u16string_view name) {
    if (name.empty() || name.size() > 255 || name == u"." || name == u"..") return false;
    for (char16_t unit : name)
        if (unit == 0 || unit == u'/' || is_forbidden(unit)) return false;
    return true;
}

void append_component(std::string& out, std::u16string_view name) {
    bool ascii = true;
    for (char16_t unit : name) ascii = ascii && unit < 0x80;
    if (ascii) {
        for (char16_t unit : name) out.push_back(static_cast<char>(unit));
        return;
    }
    std::u16string text(name);
    for (size_t i = 0; i < text.size(); ++i) {
        bool end_only = text[i] == kPrivate + u'.' || text[i] == kPrivate + u' ';
        if (is_mapped(text[i]) && (!end_only || i + 1 == text.size())) text[i] -= kPrivate;
    }
    out.append(linux_from_utf16(text));
}

constexpr auto kPlainAscii = [] {
    std::array<bool, 128> plain{};
    for (char16_t unit = 0x20; unit < 0x7F; ++unit) plain[unit] = !is_forbidden(unit) && unit != u'/';
    return plain;
}();

// The common case in one pass: ASCII, valid, short components. False (and `out` as it was) otherwise.
bool append_plain(std::string& out, std::u16string_view path) {
    size_t old_size = out.size(), size = path.size();
    out.resize(old_size + 1 + size);
    char* to = out.data() + old_size;
    *to++ = '/';
    for (size_t at = 0;;) {
        size_t start = at;
        while (at < size && path[at] < 128 && kPlainAscii[path[at]]) *to++ = static_cast<char>(path[at++]);
        size_t length = at - start;
        bool dots = length > 0 && length <= 2 && path[start] == u'.' && path[at - 1] == u'.';
        bool ends_well = at == size || path[at] == u'\\';
        if (!ends_well || length == 0 || length > 255 || dots) break;
        if (at == size) return true;
        ++at;
        *to++ = '/';
    }
    out.resize(old_size);
    return false;
}

}  // namespace

std::u16string windows_name_from_linux(std::string_view name) {
    if (is_plain(name)) return std::u16string(name.begin(), name.end());
    if (name == "." || name == "..") return std::u16string(name.begin(), name.end());
    std::u16string text = utf16_from_linux(name);
    std::u16string out;
    out.reserve(text.size());
    for (size_t i = 0; i < text.size(); ++i) {
        char16_t unit = text[i];
        bool at_end = i + 1 == text.size();
        if (is_mapped(unit)) {
            push_as_bytes(out, unit);
        } else if (is_forbidden(unit) || (at_end && (unit == u'.' || unit == u' '))) {
            out.push_back(kPrivate + unit);
        } else {
            out.push_back(unit);
        }
    }
    return out;
}

void append_windows_name(std::u16string& out, std::string_view name) {
    if (!is_plain(name)) {
        out.append(windows_name_from_linux(name));
        return;
    }
    size_t old_size = out.size();
    out.resize(old_size + name.size());
    char16_t* to = out.data() + old_size;
    for (unsigned char byte : name) *to++ = byte;
}

size_t plain_windows_name(std::string_view name, char16_t* out) {
    if (name.empty() || name.back() == '.' || name.back() == ' ') return 0;
    for (size_t i = 0; i < name.size(); ++i) {
        auto byte = static_cast<unsigned char>(name[i]);
        if (!kPlainByte[byte]) return 0;
        out[i] = byte;
    }
    return name.size();
}

Status append_linux_path(std::string& out, std::u16string_view path) {
    if (!path.empty() && path.back() == u'\\') path.remove_suffix(1);
    if (path.empty() || append_plain(out, path)) return {};
    for (;;) {
        size_t end = path.find(u'\\');
        std::u16string_view name = path.substr(0, end);
        if (!is_valid_component(name)) return STATUS_OBJECT_NAME_INVALID;
        out.push_back('/');
        append_component(out, name);
        if (end == std::u16string_view::npos) return {};
        path.remove_prefix(end + 1);
    }
}

void append_windows_path(std::u16string& out, std::string_view path) {
    while (!path.empty()) {
        size_t end = path.find('/');
        append_windows_name(out, path.substr(0, end));
        if (end == std::string_view::npos) return;
        out.push_back(u'\\');
        path.remove_prefix(end + 1);
    }
}

}  // namespace lsw::path
