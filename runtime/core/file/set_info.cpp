// NtSetInformationFile by class; see info.h.
#include <fcntl.h>

#include <cstring>
#include <string>

#include "abi/file.h"
#include "base/status.h"
#include "core/file/info.h"
#include "core/file/open.h"
#include "core/path/at.h"
#include "core/path/drive_map.h"
#include "core/runtime.h"

namespace lsw::file {
namespace {

template <class T>
bool take(const void* buffer, uint32_t size_bytes, T& out) {
    if (size_bytes < sizeof(T)) return false;
    memcpy(&out, buffer, sizeof(T));
    return true;
}

NTSTATUS set_basic(FileObject& file, const FILE_BASIC_INFORMATION& wanted) {
    if (file.is_builtin()) return STATUS_ACCESS_DENIED;
    std::string self = self_path(file.fd());
    // Attributes first: what is read-only may still have its times set.
    ULONG attributes = wanted.FileAttributes;
    if (attributes != 0) {
        auto now = file.stat();
        if (!now.ok()) return now.status();
        if (now->is_link()) attributes = 0;  // a link has none of its own here
        if (attributes & FILE_ATTRIBUTE_DIRECTORY && !now->is_directory()) return STATUS_INVALID_PARAMETER;
        if (attributes != 0) {
            Status status = set_attributes(self, *now, attributes);
            if (!status.ok()) return status.code;
        }
    }
    return set_times(file.fd(), file.current_path(), wanted.LastAccessTime.QuadPart,
                     wanted.LastWriteTime.QuadPart).code;
}

struct NewName {
    ULONG flags;
    path::Target target;
};

// The name in a FILE_RENAME_INFORMATION: absolute (NT), relative to a directory handle, or a bare name next to `file`.
Result<NewName> new_name(FileObject& file, const void* buffer, uint32_t size_bytes, bool extended) {
    constexpr uint32_t kHeader = offsetof(FILE_RENAME_INFORMATION, FileName);
    if (size_bytes < kHeader) return Status(STATUS_INFO_LENGTH_MISMATCH);
    auto* raw = static_cast<const FILE_RENAME_INFORMATION*>(buffer);
    ULONG flags = extended ? raw->Flags : raw->ReplaceIfExists ? FILE_RENAME_REPLACE_IF_EXISTS : 0;
    if (raw->FileNameLength > size_bytes - kHeader || raw->FileNameLength % 2 != 0)
        return Status(STATUS_INVALID_PARAMETER);
    std::u16string name(raw->FileName, raw->FileNameLength / 2);
    HANDLE root = raw->RootDirectory;
    while (!name.empty() && name.back() == u'\0') name.pop_back();
    if (name.empty()) return Status(STATUS_OBJECT_NAME_INVALID);
    if (name.front() != u'\\') {
        std::string directory;
        if (root) {
            auto object = LSW_TRY(runtime().handles.get<IoObject>(root));
            FileObject* parent = object->as_file();
            if (!parent || !parent->is_directory()) return Status(STATUS_NOT_A_DIRECTORY);
            directory = parent->current_path();
        } else if (name.size() < 2 || name[1] != u':') {
            directory = path::parent_of(file.current_path());
        }
        if (!directory.empty()) {
            std::u16string full = path::drives().windows_from_linux(directory);
            if (full.back() != u'\\') full.push_back(u'\\');
            name = full + name;
        }
    }
    return NewName{flags, LSW_TRY(path::target_of(name))};
}

NTSTATUS rename_or_link(FileObject& file, const void* buffer, uint32_t size_bytes, bool extended, bool link) {
    auto name = new_name(file, buffer, size_bytes, extended);
    if (!name.ok()) return name.status();
    bool replace = name->flags & FILE_RENAME_REPLACE_IF_EXISTS;
    if (link) {
        auto place = place_of(name->target);
        if (!place.ok()) return place.status();
        if (place->exists && !replace) return STATUS_OBJECT_NAME_COLLISION;
        return file.link_to(place->path, replace).status();
    }
    auto target = new_name_of(name->target);
    if (!target.ok()) return target.status();
    return file.rename_to(*target, replace, name->flags & FILE_RENAME_IGNORE_READONLY_ATTRIBUTE).status();
}

NTSTATUS set_allocation(FileObject& file, uint64_t bytes) {
    auto size = file.size();
    if (!size.ok()) return size.status();
    if (bytes < *size) return file.set_size(bytes).status();
    // Room that is asked for ahead is a hint: file systems without it go on without.
    if (bytes > 0) (void)fallocate(file.fd(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes));
    return STATUS_SUCCESS;
}

}  // namespace

NTSTATUS set_information(IoObject& object, ACCESS_MASK access, FILE_INFORMATION_CLASS information_class,
                         const void* buffer, uint32_t size_bytes) {
    FileObject* file = object.as_file();
    if (!file) return information_class == FilePipeInformation ? STATUS_SUCCESS : STATUS_INVALID_DEVICE_REQUEST;
    LARGE_INTEGER value = {};
    auto needs = [&](ACCESS_MASK rights) { return (access & rights) == rights; };
    switch (information_class) {
        case FileBasicInformation: {
            FILE_BASIC_INFORMATION wanted;
            if (!take(buffer, size_bytes, wanted)) return STATUS_INFO_LENGTH_MISMATCH;
            return needs(FILE_WRITE_ATTRIBUTES) ? set_basic(*file, wanted) : STATUS_ACCESS_DENIED;
        }
        case FilePositionInformation:
            if (!take(buffer, size_bytes, value)) return STATUS_INFO_LENGTH_MISMATCH;
            return file->set_position(value.QuadPart).status();
        case FileEndOfFileInformation:
            if (!take(buffer, size_bytes, value)) return STATUS_INFO_LENGTH_MISMATCH;
            if (!needs(FILE_WRITE_DATA)) return STATUS_ACCESS_DENIED;
            return file->set_size(static_cast<uint64_t>(value.QuadPart)).status();
        case FileAllocationInformation:
            if (!take(buffer, size_bytes, value)) return STATUS_INFO_LENGTH_MISMATCH;
            if (!needs(FILE_WRITE_DATA)) return STATUS_ACCESS_DENIED;
            return set_allocation(*file, static_cast<uint64_t>(value.QuadPart));
        case FileValidDataLengthInformation: return STATUS_SUCCESS;
        case FileDispositionInformation: {
            BOOLEAN wanted;
            if (!take(buffer, size_bytes, wanted)) return STATUS_INFO_LENGTH_MISMATCH;
            if (!needs(STANDARD_DELETE)) return STATUS_ACCESS_DENIED;
            return file->set_disposition(wanted ? FILE_DISPOSITION_DELETE : 0).status();
        }
        case FileDispositionInformationEx: {
            ULONG flags;
            if (!take(buffer, size_bytes, flags)) return STATUS_INFO_LENGTH_MISMATCH;
            if (!needs(STANDARD_DELETE)) return STATUS_ACCESS_DENIED;
            return file->set_disposition(flags).status();
        }
        case FileRenameInformation:
        case FileRenameInformationEx:
            if (!needs(STANDARD_DELETE)) return STATUS_ACCESS_DENIED;
            return rename_or_link(*file, buffer, size_bytes, information_class == FileRenameInformationEx, false);
        case FileLinkInformation:
        case FileLinkInformationEx:
            return rename_or_link(*file, buffer, size_bytes, information_class == FileLinkInformationEx, true);
        case FileModeInformation:
        case FileIoCompletionNotificationInformation:
        case FileCaseSensitiveInformation:
            return STATUS_SUCCESS;
        default: return STATUS_INVALID_INFO_CLASS;
    }
}

}  // namespace lsw::file
