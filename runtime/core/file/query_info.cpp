// NtQueryInformationFile by class; see info.h.
#include <cstring>

#include "abi/file.h"
#include "base/status.h"
#include "base/text.h"
#include "core/file/alternate_stream.h"
#include "core/file/info.h"
#include "core/pipe/pipe_information.h"
#include "core/path/drive_map.h"

namespace lsw::file {
namespace {

LARGE_INTEGER large(uint64_t value) {
    LARGE_INTEGER out;
    out.QuadPart = static_cast<LONGLONG>(value);
    return out;
}

// Copies a whole structure; a buffer too small for it is a mismatch.
template <class T>
Answer give(const T& value, void* buffer, uint32_t size_bytes) {
    if (size_bytes < sizeof(T)) return {STATUS_INFO_LENGTH_MISMATCH, 0};
    memcpy(buffer, &value, sizeof(T));
    return {STATUS_SUCCESS, sizeof(T)};
}

// \home\u\x: without the drive, as NT names files relative to their volume.
std::u16string volume_relative_name(const FileObject& file) {
    std::u16string name = path::drives().windows_from_linux(file.current_path());
    return name.substr(2) + utf16_from_linux(file.stream_suffix());
}

// A length in bytes, then as much of the name as fits.
Answer give_name(const std::u16string& name, size_t header_bytes, void* buffer, uint32_t size_bytes) {
    if (size_bytes < header_bytes + sizeof(ULONG)) return {STATUS_INFO_LENGTH_MISMATCH, 0};
    auto* at = static_cast<char*>(buffer) + header_bytes;
    auto length = static_cast<ULONG>(name.size() * 2);
    memcpy(at, &length, sizeof length);
    uint32_t room = size_bytes - static_cast<uint32_t>(header_bytes + sizeof length);
    uint32_t copied = std::min(room, length);
    memcpy(at + sizeof length, name.data(), copied);
    return {copied < length ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS,
            header_bytes + sizeof length + copied};
}

FILE_BASIC_INFORMATION basic(const FileStat& info) {
    return {large(info.creation_time), large(info.access_time), large(info.write_time),
            large(info.change_time), info.attributes};
}

FILE_STANDARD_INFORMATION standard(const FileStat& info, bool delete_pending) {
    return {large(info.allocated_bytes), large(info.size_bytes), info.links - (delete_pending && info.links),
            static_cast<BOOLEAN>(delete_pending), static_cast<BOOLEAN>(info.is_directory())};
}

ULONG mode_of(const IoObject& object, const FileObject* file) {
    constexpr ULONG kShown = FILE_WRITE_THROUGH | FILE_SEQUENTIAL_ONLY | FILE_NO_INTERMEDIATE_BUFFERING |
                             FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT | FILE_DELETE_ON_CLOSE;
    if (file) return file->options() & kShown;
    return object.is_synchronous() ? FILE_SYNCHRONOUS_IO_NONALERT : 0;
}

FILE_ID_INFORMATION id_of(const FileStat& info) {
    FILE_ID_INFORMATION out = {};
    out.VolumeSerialNumber = info.volume_serial;
    memcpy(out.FileId.Identifier, &info.file_id, sizeof info.file_id);
    return out;
}

Answer all_information(FileObject& file, const FileStat& info, ACCESS_MASK access, void* buffer,
                       uint32_t size_bytes) {
    if (size_bytes < sizeof(FILE_ALL_INFORMATION)) return {STATUS_INFO_LENGTH_MISMATCH, 0};
    FILE_ALL_INFORMATION all = {};
    all.BasicInformation = basic(info);
    all.StandardInformation = standard(info, file.delete_pending());
    all.InternalInformation = {large(info.file_id)};
    all.AccessInformation = {access};
    auto position = file.position();
    all.PositionInformation = {large(position.ok() ? static_cast<uint64_t>(*position) : 0)};
    all.ModeInformation = {mode_of(file, &file)};
    constexpr size_t kHeader = offsetof(FILE_ALL_INFORMATION, NameInformation);
    memcpy(buffer, &all, kHeader);
    return give_name(volume_relative_name(file), kHeader, buffer, size_bytes);
}

// One entry for the file's data, which directories have not, and one for each alternate stream.
Answer stream_information(const FileObject& file, FileStat info, void* buffer, uint32_t size_bytes) {
    int fd = file.stream() ? file.stream()->file_fd() : file.fd();
    if (auto of_file = stat_fd(fd); file.stream() && of_file.ok()) info = *of_file;
    std::vector<StreamEntry> streams = streams_of(fd);
    if (!info.is_directory()) streams.insert(streams.begin(), {"", info.size_bytes});
    constexpr uint32_t kHeader = offsetof(FILE_STREAM_INFORMATION, StreamName);
    uint64_t used = 0;
    FILE_STREAM_INFORMATION* last = nullptr;
    for (const StreamEntry& stream : streams) {
        std::u16string name = u":" + utf16_from_linux(stream.name) + u":$DATA";
        uint64_t start = (used + 7) & ~7ull, bytes = kHeader + name.size() * 2;
        if (start + bytes > size_bytes) return {STATUS_BUFFER_OVERFLOW, used};
        auto* out = reinterpret_cast<FILE_STREAM_INFORMATION*>(static_cast<char*>(buffer) + start);
        out->NextEntryOffset = 0;
        out->StreamNameLength = static_cast<ULONG>(name.size() * 2);
        out->StreamSize = large(stream.size_bytes);
        out->StreamAllocationSize = large((stream.size_bytes + 7) & ~7ull);
        memcpy(out->StreamName, name.data(), name.size() * 2);
        if (last) last->NextEntryOffset = static_cast<ULONG>(reinterpret_cast<char*>(out) - reinterpret_cast<char*>(last));
        last = out;
        used = start + bytes;
    }
    return {STATUS_SUCCESS, used};
}

Answer query_stat(FileObject& file, const FileStat& info, ACCESS_MASK access,
                  FILE_INFORMATION_CLASS information_class, void* buffer, uint32_t size) {
    switch (information_class) {
        case FileBasicInformation: return give(basic(info), buffer, size);
        case FileStandardInformation: return give(standard(info, file.delete_pending()), buffer, size);
        case FileInternalInformation: return give(FILE_INTERNAL_INFORMATION{large(info.file_id)}, buffer, size);
        case FileAllInformation: return all_information(file, info, access, buffer, size);
        case FileNetworkOpenInformation:
            return give(FILE_NETWORK_OPEN_INFORMATION{
                            large(info.creation_time), large(info.access_time), large(info.write_time),
                            large(info.change_time), large(info.allocated_bytes), large(info.size_bytes),
                            info.attributes}, buffer, size);
        case FileAttributeTagInformation:
            return give(FILE_ATTRIBUTE_TAG_INFORMATION{info.attributes, info.reparse_tag}, buffer, size);
        case FileStreamInformation: return stream_information(file, info, buffer, size);
        case FileCompressionInformation: {
            FILE_COMPRESSION_INFORMATION out = {};
            out.CompressedFileSize = large(info.size_bytes);
            return give(out, buffer, size);
        }
        case FileIdInformation: return give(id_of(info), buffer, size);
        case FileStandardLinkInformation:
            return give(FILE_STANDARD_LINK_INFORMATION{info.links, info.links,
                                                       static_cast<BOOLEAN>(file.delete_pending()),
                                                       static_cast<BOOLEAN>(info.is_directory())}, buffer, size);
        case FileStatInformation:
            return give(FILE_STAT_INFORMATION{
                            large(info.file_id), large(info.creation_time), large(info.access_time),
                            large(info.write_time), large(info.change_time), large(info.allocated_bytes),
                            large(info.size_bytes), info.attributes, info.reparse_tag, info.links, access},
                        buffer, size);
        default: return {STATUS_INVALID_INFO_CLASS, 0};
    }
}

// What can be said of any object, and what needs no stat.
bool query_simple(IoObject& object, FileObject* file, ACCESS_MASK access,
                  FILE_INFORMATION_CLASS information_class, void* buffer, uint32_t size, Answer& out) {
    switch (information_class) {
        case FileModeInformation: out = give(FILE_MODE_INFORMATION{mode_of(object, file)}, buffer, size); break;
        case FileAccessInformation: out = give(FILE_ACCESS_INFORMATION{access}, buffer, size); break;
        case FileAlignmentInformation: out = give(FILE_ALIGNMENT_INFORMATION{0}, buffer, size); break;
        case FileEaInformation: out = give(FILE_EA_INFORMATION{0}, buffer, size); break;
        case FileIsRemoteDeviceInformation: out = give(BOOLEAN{FALSE}, buffer, size); break;
        case FileCaseSensitiveInformation: out = give(FILE_CASE_SENSITIVE_INFORMATION{0}, buffer, size); break;
        case FileIoCompletionNotificationInformation:
            out = give(FILE_IO_COMPLETION_NOTIFICATION_INFORMATION{0}, buffer, size);
            break;
        case FilePositionInformation: {
            auto position = file ? file->position() : Result<int64_t>(int64_t{0});
            if (!position.ok()) return out = {position.status(), 0}, true;
            out = give(FILE_POSITION_INFORMATION{large(static_cast<uint64_t>(*position))}, buffer, size);
            break;
        }
        default: return false;
    }
    return true;
}

}  // namespace

Answer query_information(IoObject& object, ACCESS_MASK access, FILE_INFORMATION_CLASS information_class,
                         void* buffer, uint32_t size_bytes) {
    FileObject* file = object.as_file();
    Answer out;
    if (query_simple(object, file, access, information_class, buffer, size_bytes, out)) return out;
    if (!file) {
        PipeObject* pipe = object.as_pipe();
        if (pipe && query_pipe(*pipe, information_class, buffer, size_bytes, out)) return out;
        // Pipes and consoles: a size of nothing and one link, as Windows says of them.
        if (information_class == FileStandardInformation)
            return give(FILE_STANDARD_INFORMATION{large(0), large(0), 1, FALSE, FALSE}, buffer, size_bytes);
        return {STATUS_INVALID_DEVICE_REQUEST, 0};
    }
    if (information_class == FileNameInformation || information_class == FileNormalizedNameInformation)
        return give_name(volume_relative_name(*file), 0, buffer, size_bytes);
    if (information_class == FileAlternateNameInformation) return {STATUS_OBJECT_NAME_NOT_FOUND, 0};
    auto info = file->stat();
    if (!info.ok()) return {info.status(), 0};
    return query_stat(*file, *info, access, information_class, buffer, size_bytes);
}

}  // namespace lsw::file
