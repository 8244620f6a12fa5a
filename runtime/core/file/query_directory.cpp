// NtQueryDirectoryFile: entries of a DirectoryScan in the layout that was asked for.
#include <cstring>

#include "abi/file.h"
#include "base/status.h"
#include "core/file/directory.h"
#include "core/file/info.h"

namespace lsw::file {
namespace {

// Where the name starts in an entry of a class; 0 for a class that is not one of directory entries.
size_t name_offset(FILE_INFORMATION_CLASS information_class) {
    switch (information_class) {
        case FileDirectoryInformation: return offsetof(FILE_DIRECTORY_INFORMATION, FileName);
        case FileFullDirectoryInformation: return offsetof(FILE_FULL_DIR_INFORMATION, FileName);
        case FileBothDirectoryInformation: return offsetof(FILE_BOTH_DIR_INFORMATION, FileName);
        case FileNamesInformation: return offsetof(FILE_NAMES_INFORMATION, FileName);
        case FileIdBothDirectoryInformation: return offsetof(FILE_ID_BOTH_DIR_INFORMATION, FileName);
        case FileIdFullDirectoryInformation: return offsetof(FILE_ID_FULL_DIR_INFORMATION, FileName);
        case FileIdExtdDirectoryInformation: return offsetof(FILE_ID_EXTD_DIR_INFORMATION, FileName);
        default: return 0;
    }
}

LARGE_INTEGER large(uint64_t value) {
    LARGE_INTEGER out;
    out.QuadPart = static_cast<LONGLONG>(value);
    return out;
}

// The part that all but FILE_NAMES_INFORMATION share; ReparsePointTag stands in EaSize as NTFS puts it there.
template <class T>
void fill_common(T& out, const DirectoryScan::Entry& entry) {
    out.CreationTime = large(entry.stat.creation_time);
    out.LastAccessTime = large(entry.stat.access_time);
    out.LastWriteTime = large(entry.stat.write_time);
    out.ChangeTime = large(entry.stat.change_time);
    out.EndOfFile = large(entry.stat.size_bytes);
    out.AllocationSize = large(entry.stat.allocated_bytes);
    out.FileAttributes = entry.stat.attributes;
    out.FileNameLength = static_cast<ULONG>(entry.name.size() * 2);
}

void fill(void* at, FILE_INFORMATION_CLASS information_class, const DirectoryScan::Entry& entry) {
    memset(at, 0, name_offset(information_class));
    switch (information_class) {
        case FileDirectoryInformation: fill_common(*static_cast<FILE_DIRECTORY_INFORMATION*>(at), entry); break;
        case FileFullDirectoryInformation: {
            auto* out = static_cast<FILE_FULL_DIR_INFORMATION*>(at);
            fill_common(*out, entry);
            out->EaSize = entry.stat.reparse_tag;
            break;
        }
        case FileBothDirectoryInformation: {
            auto* out = static_cast<FILE_BOTH_DIR_INFORMATION*>(at);
            fill_common(*out, entry);
            out->EaSize = entry.stat.reparse_tag;
            break;
        }
        case FileIdBothDirectoryInformation: {
            auto* out = static_cast<FILE_ID_BOTH_DIR_INFORMATION*>(at);
            fill_common(*out, entry);
            out->EaSize = entry.stat.reparse_tag;
            out->FileId = large(entry.stat.file_id);
            break;
        }
        case FileIdFullDirectoryInformation: {
            auto* out = static_cast<FILE_ID_FULL_DIR_INFORMATION*>(at);
            fill_common(*out, entry);
            out->EaSize = entry.stat.reparse_tag;
            out->FileId = large(entry.stat.file_id);
            break;
        }
        case FileIdExtdDirectoryInformation: {
            auto* out = static_cast<FILE_ID_EXTD_DIR_INFORMATION*>(at);
            fill_common(*out, entry);
            out->ReparsePointTag = entry.stat.reparse_tag;
            memcpy(out->FileId.Identifier, &entry.stat.file_id, sizeof entry.stat.file_id);
            break;
        }
        default:
            static_cast<FILE_NAMES_INFORMATION*>(at)->FileNameLength = static_cast<ULONG>(entry.name.size() * 2);
            break;
    }
}

// As many entries as fit, each at a multiple of 8.
Answer fill_entries(DirectoryScan& scan, int fd, const DirectoryQuery& query, bool first_call) {
    size_t header = name_offset(query.information_class);
    auto* base = static_cast<char*>(query.buffer);
    uint64_t used = 0;
    char* last = nullptr;
    bool names_alone = query.information_class == FileNamesInformation;
    for (;;) {
        auto entry = scan.current(fd, names_alone);
        if (!entry.ok()) {
            if (last) break;
            return {first_call && scan.is_empty() ? STATUS_NO_SUCH_FILE : STATUS_NO_MORE_FILES, 0};
        }
        uint64_t start = (used + 7) & ~7ull;
        uint64_t bytes = header + (*entry)->name.size() * 2;
        if (start + bytes > query.size_bytes) {
            if (last) break;
            return {STATUS_BUFFER_OVERFLOW, 0};
        }
        char* at = base + start;
        fill(at, query.information_class, **entry);
        memcpy(at + header, (*entry)->name.data(), (*entry)->name.size() * 2);
        if (last) *reinterpret_cast<ULONG*>(last) = static_cast<ULONG>(at - last);
        last = at;
        used = start + bytes;
        scan.advance();
        if (query.single) break;
    }
    return {STATUS_SUCCESS, used};
}

}  // namespace

Answer query_directory(FileObject& directory, const DirectoryQuery& query) {
    if (!directory.is_directory()) return {STATUS_INVALID_PARAMETER, 0};
    size_t header = name_offset(query.information_class);
    if (header == 0) return {STATUS_INVALID_INFO_CLASS, 0};
    if (query.size_bytes < header) return {STATUS_INFO_LENGTH_MISMATCH, 0};
    // The scan leaves the object while guest memory is written, so that no lock is held across a fault.
    auto scan = directory.with_scan([](auto& kept) { return std::move(kept); });
    bool first_call = scan == nullptr;
    if (first_call || (query.restart && query.has_expression)) {
        auto made = DirectoryScan::read(directory.fd(), directory.current_path(), query.expression);
        if (!made.ok()) return {made.status(), 0};
        scan = std::move(*made);
        first_call = true;
    } else if (query.restart) {
        auto made = DirectoryScan::read(directory.fd(), directory.current_path(), scan->expression());
        if (!made.ok()) return {made.status(), 0};
        scan = std::move(*made);
    }
    Answer answer = fill_entries(*scan, directory.fd(), query, first_call);
    directory.with_scan([&](auto& kept) { kept = std::move(scan); });
    return answer;
}

}  // namespace lsw::file
