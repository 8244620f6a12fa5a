// NtQueryInformationFile, NtSetInformationFile, NtQueryDirectoryFile and NtQueryVolumeInformationFile on objects
// rather than handles. Buffers are the guest's; sizes are in bytes; a result is the number of bytes written.
#pragma once

#include "abi/file_info.h"
#include "core/file/file_object.h"

namespace lsw::file {

// Bytes written and how it went: STATUS_BUFFER_OVERFLOW is a success of a kind, with part of the answer.
struct Answer {
    NTSTATUS status = STATUS_SUCCESS;
    uint64_t bytes = 0;
};

// `access` is what the handle was granted. Errors: STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_INFO_CLASS,
// STATUS_BUFFER_OVERFLOW for a name cut short. Doc: "NtQueryInformationFile function (ntifs.h)".
Answer query_information(IoObject& object, ACCESS_MASK access, FILE_INFORMATION_CLASS information_class,
                         void* buffer, uint32_t size_bytes);

// Doc: "NtSetInformationFile function (ntifs.h)".
NTSTATUS set_information(IoObject& object, ACCESS_MASK access, FILE_INFORMATION_CLASS information_class,
                         const void* buffer, uint32_t size_bytes);

struct DirectoryQuery {
    FILE_INFORMATION_CLASS information_class;
    void* buffer;
    uint32_t size_bytes;
    bool single = false;
    bool restart = false;
    bool has_expression = false;
    std::u16string expression;
};
// Errors: STATUS_NO_SUCH_FILE when nothing ever matched, STATUS_NO_MORE_FILES at the end, STATUS_BUFFER_OVERFLOW when
// not even one entry fits. Doc: "NtQueryDirectoryFile function (ntifs.h)".
Answer query_directory(FileObject& directory, const DirectoryQuery& query);

// Doc: "NtQueryVolumeInformationFile function (ntifs.h)".
Answer query_volume(IoObject& object, FS_INFORMATION_CLASS information_class, void* buffer, uint32_t size_bytes);

// FSCTL_*. Errors: STATUS_INVALID_DEVICE_REQUEST for one we do not know.
Answer file_control(FileObject& file, ACCESS_MASK access, ULONG code, const void* input, uint32_t input_bytes,
                    void* output, uint32_t output_bytes);

// What GetVolumeInformation and GetDiskFreeSpace tell of the file system below a Linux path or descriptor.
struct VolumeInfo {
    uint32_t serial = 0;
    ULONG flags = 0;
    uint32_t maximum_component = 255;
    uint64_t total_bytes = 0;
    uint64_t free_bytes = 0;       // of the whole volume
    uint64_t available_bytes = 0;  // to this user
    uint32_t cluster_bytes = 4096;
};
Result<VolumeInfo> volume_of_fd(int fd);
Result<VolumeInfo> volume_of_path(const std::string& path);

// The text of a Linux symbolic link as Windows writes it, and back. Absolute targets have a drive.
std::u16string windows_link_target(std::string_view linux_target);
Result<std::string> linux_link_target(std::u16string_view windows_target, bool relative);

}  // namespace lsw::file
