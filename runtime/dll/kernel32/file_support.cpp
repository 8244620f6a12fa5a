// See file_support.h.
#include "dll/kernel32/file_support.h"

#include <optional>

namespace lsw::win32 {

namespace {

// aux.c and com1.txt are devices to Windows 10 (files to Windows 11), and files in many a Linux tree. There are no such
// devices here, so a name with more to it than the device's is a file. NUL and CON stay what they are.
std::optional<Result<path::Target>> file_named_like_device(std::u16string_view text) {
    path::DosDeviceName device = path::dos_device_name(text);
    if (device.length == 0 || device.length == text.size()) return {};
    std::u16string_view name = text.substr(device.offset, device.length);
    if (equal_ignore_case(name, u"NUL") || equal_ignore_case(name.substr(0, 3), u"CON")) return {};
    std::u16string directory(text.substr(0, device.offset));
    if (directory.empty()) directory = u".";
    auto full = full_path_of(directory.c_str());
    if (!full.ok()) return Result<path::Target>(Status(full.status()));
    if (full->back() != u'\\') full->push_back(u'\\');
    std::u16string_view last = text.substr(device.offset);
    while (!last.empty() && (last.back() == u'.' || last.back() == u' ')) last.remove_suffix(1);
    full->append(last);
    return path::target_of(*full);
}

Result<path::Target> careful_target(LPCWSTR path) {
    std::u16string_view text(path);
    constexpr size_t kLongest = 0x7FFE;  // what a UNICODE_STRING holds
    if (text.size() > kLongest) return Status(STATUS_NAME_TOO_LONG);
    if (text.starts_with(u"\\\\?\\") || text.starts_with(u"\\??\\")) return path::target_of(text);
    if (auto file = file_named_like_device(text)) return std::move(*file);
    std::u16string full = LSW_TRY(full_path_of(path));
    return path::target_of(full);
}

}  // namespace

Result<path::Target> target_of(LPCWSTR path) {
    path::Target target;
    LSW_CHECK(find_target(path, target));
    return target;
}

Result<void> find_target(LPCWSTR path, path::Target& target) {
    if (!path || !*path) return STATUS_OBJECT_PATH_NOT_FOUND;
    if (path::usual_target(path, file::usual_base(), target)) return {};
    auto found = careful_target(path);
    if (found.ok()) target = std::move(*found);
    return found.status();
}

Result<void> find_target(LPCSTR path, path::Target& target) {
    if (path && path::usual_target(path, file::usual_base(), target)) return {};
    return find_target(Wide(path), target);
}

Result<std::u16string> full_path_of(LPCWSTR path) {
    return path::full_path(path, file::path_context());
}

DWORD give(std::u16string_view text, LPWSTR buffer, DWORD size) {
    if (text.size() >= size) return static_cast<DWORD>(text.size() + 1);
    memcpy(buffer, text.data(), text.size() * sizeof(char16_t));
    buffer[text.size()] = 0;
    return static_cast<DWORD>(text.size());
}

DWORD give(std::u16string_view text, LPSTR buffer, DWORD size) {
    char16_t all = 0;
    for (char16_t unit : text) all |= unit;
    if (all < 0x80 && text.size() < size) {
        for (size_t i = 0; i < text.size(); ++i) buffer[i] = static_cast<char>(text[i]);
        buffer[text.size()] = 0;
        return static_cast<DWORD>(text.size());
    }
    std::string narrow = linux_from_utf16(text);
    if (narrow.size() >= size) return static_cast<DWORD>(narrow.size() + 1);
    memcpy(buffer, narrow.c_str(), narrow.size() + 1);
    return static_cast<DWORD>(narrow.size());
}

Result<Ref<IoObject>> io_object(HANDLE handle, ACCESS_MASK access) {
    return runtime().handles.get<IoObject>(handle, access);
}

Result<FileRef> file_object(HANDLE handle, ACCESS_MASK access) {
    auto entry = runtime().handles.lookup(handle);
    if (!entry.ok()) return Status(entry.status());
    if (entry->object->type() != IoObject::kType) return Status(STATUS_OBJECT_TYPE_MISMATCH);
    if ((entry->info.access & access) != access) return Status(STATUS_ACCESS_DENIED);
    Ref<IoObject> object = Ref<IoObject>::adopt(static_cast<IoObject*>(entry->object.detach()));
    file::FileObject* file = object->as_file();
    if (!file) return Status(STATUS_INVALID_DEVICE_REQUEST);
    return FileRef{std::move(object), file, entry->info.access};
}

Result<FileRef> open_path(LPCWSTR path, const Open& how) {
    file::OpenRequest request;
    LSW_CHECK(find_target(path, request.target));
    request.access = how.access;
    request.share = how.share;
    request.options = how.options | FILE_SYNCHRONOUS_IO_NONALERT;
    request.disposition = how.disposition;
    request.attributes = how.attributes;
    request.brief = how.brief;
    file::Opened opened = LSW_TRY(file::open_file(request));
    file::FileObject* file = opened.object->as_file();
    if (!file) return Status(STATUS_INVALID_DEVICE_REQUEST);
    return FileRef{std::move(opened.object), file, how.access};
}

}  // namespace lsw::win32
