// FSCTL codes on files: reparse points, sparse files, compression state.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "abi/file.h"
#include "base/status.h"
#include "core/file/info.h"
#include "core/file/open.h"
#include "core/path/drive_map.h"
#include "core/path/name_map.h"

namespace lsw::file {
namespace {

Result<std::string> read_link(const FileObject& file) {
    std::string out(4096, '\0');
    ssize_t length = readlinkat(file.fd(), "", out.data(), out.size());
    if (length < 0) return Status(errno == EINVAL || errno == ENOENT ? STATUS_NOT_A_REPARSE_POINT
                                                                     : status_from_errno(errno));
    out.resize(static_cast<size_t>(length));
    return out;
}

Answer get_reparse_point(FileObject& file, void* output, uint32_t output_bytes) {
    if (file.is_builtin()) return {STATUS_NOT_A_REPARSE_POINT, 0};
    auto link = read_link(file);
    if (!link.ok()) return {link.status(), 0};
    bool relative = !link->starts_with('/');
    std::u16string print = windows_link_target(*link);
    std::u16string substitute = relative ? print : u"\\??\\" + print;
    constexpr size_t kHeader = offsetof(REPARSE_DATA_BUFFER, SymbolicLinkReparseBuffer.PathBuffer);
    constexpr size_t kBeforeData = offsetof(REPARSE_DATA_BUFFER, SymbolicLinkReparseBuffer);
    size_t total = kHeader + (print.size() + substitute.size()) * 2;
    if (output_bytes < kBeforeData) return {STATUS_BUFFER_TOO_SMALL, 0};
    if (total > output_bytes || total > 0xFFFF) return {STATUS_BUFFER_OVERFLOW, 0};
    auto* out = static_cast<REPARSE_DATA_BUFFER*>(output);
    memset(out, 0, kHeader);
    out->ReparseTag = IO_REPARSE_TAG_SYMLINK;
    out->ReparseDataLength = static_cast<USHORT>(total - kBeforeData);
    auto& data = out->SymbolicLinkReparseBuffer;
    data.SubstituteNameLength = static_cast<USHORT>(substitute.size() * 2);
    data.PrintNameOffset = data.SubstituteNameLength;
    data.PrintNameLength = static_cast<USHORT>(print.size() * 2);
    data.Flags = relative ? SYMLINK_FLAG_RELATIVE : 0;
    memcpy(data.PathBuffer, substitute.data(), substitute.size() * 2);
    memcpy(data.PathBuffer + substitute.size(), print.data(), print.size() * 2);
    return {STATUS_SUCCESS, total};
}

// The substitute name of a symbolic link or mount point in a reparse buffer.
Result<std::string> link_in(const void* input, uint32_t input_bytes) {
    auto* in = static_cast<const REPARSE_DATA_BUFFER*>(input);
    bool mount = in->ReparseTag == IO_REPARSE_TAG_MOUNT_POINT;
    if (!mount && in->ReparseTag != IO_REPARSE_TAG_SYMLINK) return Status(STATUS_NOT_SUPPORTED);
    size_t header = mount ? offsetof(REPARSE_DATA_BUFFER, MountPointReparseBuffer.PathBuffer)
                          : offsetof(REPARSE_DATA_BUFFER, SymbolicLinkReparseBuffer.PathBuffer);
    if (input_bytes < header) return Status(STATUS_INVALID_PARAMETER);
    USHORT offset = in->SymbolicLinkReparseBuffer.SubstituteNameOffset;
    USHORT length = in->SymbolicLinkReparseBuffer.SubstituteNameLength;
    if (header + offset + length > input_bytes || offset % 2 || length % 2) return Status(STATUS_INVALID_PARAMETER);
    std::u16string name(length / 2, u'\0');
    memcpy(name.data(), static_cast<const char*>(input) + header + offset, length);
    bool relative = !mount && in->SymbolicLinkReparseBuffer.Flags & SYMLINK_FLAG_RELATIVE;
    return linux_link_target(name, relative);
}

NTSTATUS set_reparse_point(FileObject& file, ACCESS_MASK access, const void* input, uint32_t input_bytes) {
    if (!(access & (FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES))) return STATUS_ACCESS_DENIED;
    if (input_bytes < 8 || file.is_builtin()) return STATUS_INVALID_PARAMETER;
    auto target = link_in(input, input_bytes);
    if (!target.ok()) return target.status();
    auto size = file.size();
    if (size.ok() && *size > 0) return STATUS_NOT_SUPPORTED;  // a link has no data beside it here
    return file.become_link(*target).status();
}

Answer allocated_ranges(FileObject& file, const void* input, uint32_t input_bytes, void* output,
                        uint32_t output_bytes) {
    int64_t range[2];
    if (input_bytes < sizeof range) return {STATUS_INVALID_PARAMETER, 0};
    memcpy(range, input, sizeof range);
    auto saved = file.position();
    int64_t end = range[0] + range[1];
    uint32_t used = 0;
    NTSTATUS status = STATUS_SUCCESS;
    for (int64_t at = range[0]; at < end;) {
        off_t data = lseek(file.fd(), at, SEEK_DATA);
        if (data < 0 || data >= end) break;
        off_t hole = lseek(file.fd(), data, SEEK_HOLE);
        if (hole < 0 || hole > end) hole = end;
        int64_t found[2] = {data, hole - data};
        if (used + sizeof found > output_bytes) {
            status = STATUS_BUFFER_OVERFLOW;
            break;
        }
        memcpy(static_cast<char*>(output) + used, found, sizeof found);
        used += sizeof found;
        at = hole;
    }
    if (saved.ok()) (void)file.set_position(*saved);
    return {status, used};
}

NTSTATUS zero_range(FileObject& file, const void* input, uint32_t input_bytes) {
    int64_t range[2];  // first byte, and the byte beyond the last
    if (input_bytes < sizeof range) return STATUS_INVALID_PARAMETER;
    memcpy(range, input, sizeof range);
    auto size = file.size();
    if (!size.ok()) return size.status();
    int64_t end = std::min<int64_t>(range[1], static_cast<int64_t>(*size));
    if (range[0] < 0 || range[0] > range[1]) return STATUS_INVALID_PARAMETER;
    if (range[0] >= end) return STATUS_SUCCESS;
    if (fallocate(file.fd(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, range[0], end - range[0]) == 0)
        return STATUS_SUCCESS;
    if (errno != EOPNOTSUPP) return status_from_errno(errno);
    static constexpr char kZeros[4096] = {};
    for (int64_t at = range[0]; at < end;) {
        ssize_t put = pwrite(file.fd(), kZeros, std::min<int64_t>(sizeof kZeros, end - at), at);
        if (put <= 0) return status_from_errno(errno);
        at += put;
    }
    return STATUS_SUCCESS;
}

}  // namespace

std::u16string windows_link_target(std::string_view linux_target) {
    if (linux_target.starts_with('/')) return path::drives().windows_from_linux(linux_target);
    std::u16string out;
    path::append_windows_path(out, linux_target);
    return out;
}

namespace {

Result<std::string> link_target_without_slash(std::u16string_view target, bool relative) {
    if (relative && target[0] != u'\\') {
        std::string out;
        size_t at = 0;
        while (at < target.size()) {
            size_t end = target.find_first_of(u"\\/", at);
            if (end == std::u16string_view::npos) end = target.size();
            std::u16string_view name = target.substr(at, end - at);
            at = end + 1;
            if (name.empty()) continue;
            if (name == u"." || name == u"..") {
                out += out.empty() ? "" : "/";
                out.append(name.begin(), name.end());
                continue;
            }
            std::string part;
            Status status = path::append_linux_path(part, name);
            if (!status.ok()) return status;
            out += out.empty() ? part.substr(1) : part;
        }
        return out;
    }
    std::u16string full = LSW_TRY(path::nt_path(target, path_context()));
    // A volume's name ends with a backslash, and programs put one more before what follows.
    for (size_t at = full.find(u"\\\\", 1); at != std::u16string::npos; at = full.find(u"\\\\", at)) full.erase(at, 1);
    path::Target meant = LSW_TRY(path::target_of(full));
    if ((meant.kind != path::Target::kFile && meant.kind != path::Target::kVolume) || !meant.stream.empty())
        return Status(STATUS_OBJECT_NAME_INVALID);
    // The kernel follows links by exact name: the spelling on disk is what works.
    path::Lookup found = path::search(meant.linux_path);
    return found.kind == path::Lookup::kFound ? found.path : meant.linux_path;
}

}  // namespace

// A backslash at the end stays: programs compare what they read with what they wrote.
Result<std::string> linux_link_target(std::u16string_view target, bool relative) {
    if (target.empty()) return Status(STATUS_OBJECT_NAME_INVALID);
    std::string out = LSW_TRY(link_target_without_slash(target, relative));
    bool slash = target.back() == u'\\' || target.back() == u'/';
    if (slash && !out.empty() && out.back() != '/') out += '/';
    return out;
}

Answer file_control(FileObject& file, ACCESS_MASK access, ULONG code, const void* input, uint32_t input_bytes,
                    void* output, uint32_t output_bytes) {
    switch (code) {
        case FSCTL_GET_REPARSE_POINT: return get_reparse_point(file, output, output_bytes);
        case FSCTL_SET_REPARSE_POINT: return {set_reparse_point(file, access, input, input_bytes), 0};
        case FSCTL_DELETE_REPARSE_POINT: return {file.remove_link().status(), 0};
        case FSCTL_SET_SPARSE:  // every file may have holes
        case FSCTL_IS_VOLUME_MOUNTED:
            return {STATUS_SUCCESS, 0};
        case FSCTL_SET_ZERO_DATA:
            if (!(access & FILE_WRITE_DATA)) return {STATUS_ACCESS_DENIED, 0};
            return {zero_range(file, input, input_bytes), 0};
        case FSCTL_QUERY_ALLOCATED_RANGES: return allocated_ranges(file, input, input_bytes, output, output_bytes);
        case FSCTL_GET_COMPRESSION:
            if (output_bytes < sizeof(USHORT)) return {STATUS_BUFFER_TOO_SMALL, 0};
            memset(output, 0, sizeof(USHORT));
            return {STATUS_SUCCESS, sizeof(USHORT)};
        case FSCTL_SET_COMPRESSION: return {STATUS_SUCCESS, 0};
        default: return {STATUS_INVALID_DEVICE_REQUEST, 0};
    }
}

}  // namespace lsw::file
