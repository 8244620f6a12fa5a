// Volumes: NtQueryVolumeInformationFile and what GetVolumeInformation and GetDiskFreeSpace are made of.
#include <fcntl.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstring>

#include "abi/file.h"
#include "base/status.h"
#include "core/file/alternate_stream.h"
#include "core/file/info.h"
#include "core/path/at.h"
#include "core/path/drive_map.h"

namespace lsw::file {
namespace {

VolumeInfo from_statvfs(const struct statvfs& raw, const struct stat& info, bool keeps_streams) {
    VolumeInfo out;
    out.serial = volume_serial_of(major(info.st_dev), minor(info.st_dev));
    out.flags = FILE_CASE_PRESERVED_NAMES | FILE_UNICODE_ON_DISK | FILE_SUPPORTS_SPARSE_FILES |
                FILE_SUPPORTS_REPARSE_POINTS | FILE_SUPPORTS_POSIX_UNLINK_RENAME | FILE_SUPPORTS_HARD_LINKS;
    if (keeps_streams) out.flags |= FILE_NAMED_STREAMS;
    if (raw.f_flag & ST_RDONLY) out.flags |= FILE_READ_ONLY_VOLUME;
    out.total_bytes = static_cast<uint64_t>(raw.f_blocks) * raw.f_frsize;
    out.free_bytes = static_cast<uint64_t>(raw.f_bfree) * raw.f_frsize;
    out.available_bytes = static_cast<uint64_t>(raw.f_bavail) * raw.f_frsize;
    // Clusters are powers of two up to 64 KiB for Windows; a file system with other ideas is counted in 4 KiB.
    uint64_t unit = raw.f_frsize;
    if (unit >= 512 && unit <= 65536 && (unit & (unit - 1)) == 0) out.cluster_bytes = static_cast<uint32_t>(unit);
    return out;
}

template <class T>
Answer give(const T& value, void* buffer, uint32_t size_bytes) {
    if (size_bytes < sizeof(T)) return {STATUS_INFO_LENGTH_MISMATCH, 0};
    memcpy(buffer, &value, sizeof(T));
    return {STATUS_SUCCESS, sizeof(T)};
}

LARGE_INTEGER large(uint64_t value) {
    LARGE_INTEGER out;
    out.QuadPart = static_cast<LONGLONG>(value);
    return out;
}

Answer attribute_information(const VolumeInfo& volume, void* buffer, uint32_t size_bytes) {
    constexpr std::u16string_view kName = u"NTFS";
    constexpr uint32_t kHeader = offsetof(FILE_FS_ATTRIBUTE_INFORMATION, FileSystemName);
    if (size_bytes < kHeader) return {STATUS_INFO_LENGTH_MISMATCH, 0};
    auto* out = static_cast<FILE_FS_ATTRIBUTE_INFORMATION*>(buffer);
    out->FileSystemAttributes = volume.flags;
    out->MaximumComponentNameLength = static_cast<LONG>(volume.maximum_component);
    out->FileSystemNameLength = kName.size() * 2;
    uint32_t copied = std::min<uint32_t>(kName.size() * 2, size_bytes - kHeader);
    memcpy(out->FileSystemName, kName.data(), copied);
    return {copied < kName.size() * 2 ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS, kHeader + copied};
}

Answer device_information(IoObject& object, void* buffer, uint32_t size_bytes) {
    constexpr ULONG kDisk = 7, kNamedPipe = 0x11, kConsole = 0x50, kNull = 0x15, kMounted = 0x20;
    ULONG type = kDisk, characteristics = kMounted;
    if (!object.as_file()) {
        characteristics = 0;
        type = object.file_type() == FileType::Pipe ? kNamedPipe : kNull;
        if (object.file_type() == FileType::Character && isatty(object.fd())) type = kConsole;
    }
    return give(FILE_FS_DEVICE_INFORMATION{type, characteristics}, buffer, size_bytes);
}

}  // namespace

Result<VolumeInfo> volume_of_fd(int fd) {
    struct statvfs raw;
    struct stat info;
    if (fstatvfs(fd, &raw) != 0 || fstat(fd, &info) != 0) return Status(status_from_errno(errno));
    return from_statvfs(raw, info, keeps_streams(fd));
}

Result<VolumeInfo> volume_of_path(const std::string& path) {
    struct statvfs raw;
    struct stat info;
    std::string at = path;
    // What is not on disk yet (C: before its first write) will be on the file system of the nearest directory above.
    while (statvfs(at.c_str(), &raw) != 0 || stat(at.c_str(), &info) != 0) {
        if ((errno != ENOENT && errno != ENOTDIR) || at.size() <= 1) return Status(status_from_errno(errno));
        at = path::parent_of(at);
    }
    UniqueFd fd(open(at.c_str(), O_PATH | O_CLOEXEC));
    return from_statvfs(raw, info, fd.valid() && keeps_streams(fd.get()));
}

Answer query_volume(IoObject& object, FS_INFORMATION_CLASS information_class, void* buffer, uint32_t size_bytes) {
    if (information_class == FileFsDeviceInformation) return device_information(object, buffer, size_bytes);
    FileObject* file = object.as_file();
    if (!file) return {STATUS_INVALID_DEVICE_REQUEST, 0};
    auto volume = file->is_builtin() || file->stream() ? volume_of_path(file->current_path()) : volume_of_fd(file->fd());
    if (!volume.ok()) return {volume.status(), 0};
    uint64_t unit = volume->cluster_bytes;
    ULONG sectors = static_cast<ULONG>(unit / 512);
    switch (information_class) {
        case FileFsVolumeInformation: {
            constexpr uint32_t kHeader = offsetof(FILE_FS_VOLUME_INFORMATION, VolumeLabel);
            if (size_bytes < kHeader) return {STATUS_INFO_LENGTH_MISMATCH, 0};
            auto* out = static_cast<FILE_FS_VOLUME_INFORMATION*>(buffer);
            out->VolumeCreationTime = large(0);
            out->VolumeSerialNumber = volume->serial;
            out->VolumeLabelLength = 0;
            out->SupportsObjects = FALSE;
            return {STATUS_SUCCESS, kHeader};
        }
        case FileFsSizeInformation:
            return give(FILE_FS_SIZE_INFORMATION{large(volume->total_bytes / unit),
                                                 large(volume->available_bytes / unit), sectors, 512},
                        buffer, size_bytes);
        case FileFsFullSizeInformation:
            return give(FILE_FS_FULL_SIZE_INFORMATION{large(volume->total_bytes / unit),
                                                      large(volume->available_bytes / unit),
                                                      large(volume->free_bytes / unit), sectors, 512},
                        buffer, size_bytes);
        case FileFsAttributeInformation: return attribute_information(*volume, buffer, size_bytes);
        case FileFsSectorSizeInformation:
            return give(FILE_FS_SECTOR_SIZE_INFORMATION{512, 4096, 4096, 4096, 3, 0, 0}, buffer, size_bytes);
        default: return {STATUS_INVALID_INFO_CLASS, 0};
    }
}

}  // namespace lsw::file
