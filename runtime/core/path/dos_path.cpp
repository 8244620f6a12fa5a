// See dos_path.h.
#include "core/path/dos_path.h"

#include "base/text.h"

namespace lsw::path {
namespace {

constexpr std::u16string_view kDevices[] = {u"CON", u"PRN", u"AUX", u"NUL", u"CONIN$", u"CONOUT$"};

// COM1 to COM9 and LPT1 to LPT9; the superscript digits 1, 2 and 3 count as digits too.
bool is_port_name(std::u16string_view name) {
    if (name.size() != 4) return false;
    std::u16string_view stem = name.substr(0, 3);
    if (!equal_ignore_case(stem, u"COM") && !equal_ignore_case(stem, u"LPT")) return false;
    char16_t digit = name[3];
    return (digit >= u'1' && digit <= u'9') || digit == 0xB9 || digit == 0xB2 || digit == 0xB3;
}

bool is_device(std::u16string_view name) {
    for (std::u16string_view device : kDevices)
        if (equal_ignore_case(name, device)) return true;
    return is_port_name(name);
}

std::u16string prefixed(std::u16string_view prefix, std::u16string_view rest) {
    std::u16string out;
    out.reserve(prefix.size() + rest.size());
    return out.append(prefix).append(rest);
}

// A path being put together; `root` code units at its start are beyond the reach of "..".
struct Builder {
    std::u16string text;
    size_t root = 0;

    // The length without the last name of the first `size` units.
    size_t popped(size_t size) const {
        if (size > root && text[size - 1] == u'\\') --size;
        while (size > root && text[size - 1] != u'\\') --size;
        return size > root ? size - 1 : size;
    }
};

// Appends the components of `rest` with "." and ".." resolved and trailing dots and spaces removed:
// one dot from a component in the middle, all of them from a last one that no separator follows.
void append_normalised(Builder& out, std::u16string_view rest) {
    size_t size = out.text.size(), at = 0;
    out.text.resize(size + rest.size() + 1);  // cut at the end
    char16_t* const text = out.text.data();
    while (at < rest.size()) {
        if (is_separator(rest[at])) {
            ++at;
            continue;
        }
        const size_t before = size;
        if (size > 0 && text[size - 1] != u'\\') text[size++] = u'\\';
        const size_t start = size;
        while (at < rest.size() && !is_separator(rest[at])) text[size++] = rest[at++];
        if (text[size - 1] != u'.' && text[size - 1] != u' ') continue;
        std::u16string_view name(text + start, size - start);
        if (name == u".") {
            size = before;
        } else if (name == u"..") {
            size = out.popped(before);
        } else if (at == rest.size()) {
            while (size > start && (text[size - 1] == u'.' || text[size - 1] == u' ')) --size;
            if (size == start) size = before;
        } else if (name.size() > 1 && name.back() == u'.' && name[name.size() - 2] != u'.') {
            --size;
        }
    }
    bool slash_last = !rest.empty() && is_separator(rest.back());
    if (slash_last && size > 0 && text[size - 1] != u'\\') text[size++] = u'\\';
    out.text.resize(size);
}

// Length of \\server\share (without a backslash after it) in a UNC path.
size_t unc_root_length(std::u16string_view path) {
    size_t at = 2;
    for (int part = 0; part < 2; ++part) {
        while (at < path.size() && !is_separator(path[at])) ++at;
        if (part == 0 && at < path.size()) ++at;
    }
    return at;
}

void start_unc(Builder& out, std::u16string_view path) {
    out.text = u"\\\\";
    for (char16_t unit : path.substr(2, unc_root_length(path) - 2))
        out.text.push_back(is_separator(unit) ? u'\\' : unit);
    out.root = out.text.size();
}

// Begins `out` with an absolute directory such as the current one.
void start_directory(Builder& out, std::u16string_view directory) {
    out.text.assign(directory);
    while (out.text.size() > 3 && out.text.back() == u'\\') out.text.pop_back();
    switch (dos_path_type(directory)) {
        case DosPathType::kUncAbsolute: out.root = unc_root_length(out.text); break;
        case DosPathType::kLocalDevice: out.root = 4; break;
        default: out.root = 3; break;
    }
}

void start_drive_relative(Builder& out, char16_t drive, const PathContext& context) {
    if (context.current.size() > 1 && context.current[1] == u':' &&
        upcase(context.current[0]) == upcase(drive)) {
        start_directory(out, context.current);
        return;
    }
    std::u16string directory = context.of_drive ? context.of_drive(drive) : std::u16string();
    if (directory.size() < 3) directory = {drive, u':', u'\\'};
    start_directory(out, directory);
}

void start_rooted(Builder& out, const PathContext& context) {
    start_directory(out, context.current);
    out.text.resize(std::min(out.text.size(), out.root));
}

}  // namespace

DosPathType dos_path_type(std::u16string_view path) {
    if (path.empty()) return DosPathType::kUnknown;
    if (is_separator(path[0])) {
        if (path.size() < 2 || !is_separator(path[1])) return DosPathType::kRooted;
        if (path.size() < 3 || (path[2] != u'.' && path[2] != u'?')) return DosPathType::kUncAbsolute;
        if (path.size() == 3) return DosPathType::kRootLocalDevice;
        return is_separator(path[3]) ? DosPathType::kLocalDevice : DosPathType::kUncAbsolute;
    }
    if (path.size() < 2 || path[1] != u':') return DosPathType::kRelative;
    return path.size() > 2 && is_separator(path[2]) ? DosPathType::kDriveAbsolute
                                                    : DosPathType::kDriveRelative;
}

DosDeviceName dos_device_name(std::u16string_view path) {
    DosPathType type = dos_path_type(path);
    if (type == DosPathType::kUncAbsolute || type == DosPathType::kLocalDevice ||
        type == DosPathType::kRootLocalDevice || type == DosPathType::kUnknown)
        return {};
    size_t start = path.size();
    while (start > 0 && !is_separator(path[start - 1]) && !(start == 2 && path[1] == u':')) --start;
    std::u16string_view name = path.substr(start);
    if (name.size() < 3 || !starts_like_device(name[0], name[1], name[2])) return {};
    size_t end = name.find_first_of(u".:");
    if (end != std::u16string_view::npos) name = name.substr(0, end);
    while (!name.empty() && name.back() == u' ') name.remove_suffix(1);
    if (name.size() < 3 || name.size() > 7 || !is_device(name)) return {};
    return {start, name.size()};
}

Result<std::u16string> full_path(std::u16string_view path, const PathContext& context) {
    while (!path.empty() && path.back() == u' ') path.remove_suffix(1);
    if (path.empty()) return STATUS_OBJECT_NAME_INVALID;
    if (DosDeviceName device = dos_device_name(path); device.length > 0)
        return prefixed(u"\\\\.\\", path.substr(device.offset, device.length));

    Builder out;
    out.text.reserve(path.size() + context.current.size() + 2);
    switch (dos_path_type(path)) {
        case DosPathType::kUncAbsolute:
            start_unc(out, path);
            append_normalised(out, path.substr(unc_root_length(path)));
            break;
        case DosPathType::kLocalDevice:
        case DosPathType::kRootLocalDevice:
            out.text = {u'\\', u'\\', path[2], u'\\'};
            out.root = 4;
            if (path.size() > 4) append_normalised(out, path.substr(4));
            break;
        case DosPathType::kDriveAbsolute:
            out.text = {path[0], u':', u'\\'};
            out.root = 3;
            append_normalised(out, path.substr(3));
            break;
        case DosPathType::kDriveRelative:
            start_drive_relative(out, path[0], context);
            append_normalised(out, path.substr(2));
            break;
        case DosPathType::kRooted:
            start_rooted(out, context);
            append_normalised(out, path.substr(1));
            break;
        default:
            start_directory(out, context.current);
            append_normalised(out, path);
            break;
    }
    return std::move(out.text);
}

size_t file_part(std::u16string_view full) {
    size_t slash = full.rfind(u'\\');
    if (slash == std::u16string_view::npos || slash + 1 == full.size())
        return std::u16string_view::npos;
    if (dos_path_type(full) == DosPathType::kUncAbsolute && slash < unc_root_length(full))
        return std::u16string_view::npos;
    return slash + 1;
}

Result<std::u16string> nt_path(std::u16string_view path, const PathContext& context) {
    if (path.starts_with(u"\\??\\")) return std::u16string(path);
    if (path.starts_with(u"\\\\?\\")) return prefixed(u"\\??\\", path.substr(4));
    std::u16string full = LSW_TRY(full_path(path, context));
    switch (dos_path_type(full)) {
        case DosPathType::kUncAbsolute: return prefixed(u"\\??\\UNC", std::u16string_view(full).substr(1));
        case DosPathType::kLocalDevice: return prefixed(u"\\??", std::u16string_view(full).substr(3));
        default: return prefixed(u"\\??\\", full);
    }
}

}  // namespace lsw::path
