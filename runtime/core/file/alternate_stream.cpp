// See alternate_stream.h.
#include "core/file/alternate_stream.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "abi/file.h"
#include "base/status.h"
#include "base/text.h"

namespace lsw::file {
namespace {

constexpr std::string_view kPrefix = "user.DosStream.", kType = ":$DATA";
constexpr size_t kMostBytes = 65536;  // XATTR_SIZE_MAX, with the zero

std::string attribute_of(std::string_view name) { return std::string(kPrefix).append(name).append(kType); }

// Empty for an attribute that is no stream.
std::string_view stream_name(std::string_view attribute) {
    if (!attribute.starts_with(kPrefix)) return {};
    attribute.remove_prefix(kPrefix.size());
    if (attribute.ends_with(kType)) attribute.remove_suffix(kType.size());
    return attribute;
}

Status failure(int error) {
    switch (error) {
        case ENOTSUP:
        case ERANGE: return STATUS_OBJECT_NAME_INVALID;  // no streams here; a name longer than attributes have
        case ENOSPC:
        case E2BIG:
        case EDQUOT: return STATUS_DISK_FULL;
        case ENODATA: return STATUS_OBJECT_NAME_NOT_FOUND;
        default: return status_from_errno(error);
    }
}

// By way of /proc, because a file opened for its attributes has no extended ones for its descriptor.
std::vector<std::string> attributes_of(int fd) {
    std::string path = self_path(fd), list;
    for (;;) {
        ssize_t length = listxattr(path.c_str(), nullptr, 0);
        if (length <= 0) return {};
        list.resize(static_cast<size_t>(length));
        length = listxattr(path.c_str(), list.data(), list.size());
        if (length < 0 && errno == ERANGE) continue;
        list.resize(length > 0 ? static_cast<size_t>(length) : 0);
        break;
    }
    std::vector<std::string> names;
    for (size_t at = 0; at < list.size();) {
        std::string_view name(list.c_str() + at);
        at += name.size() + 1;
        if (!stream_name(name).empty()) names.emplace_back(name);
    }
    return names;
}

// The attribute of the stream `name` in any case; empty where there is none.
std::string find_attribute(int fd, const std::string& name) {
    std::u16string wanted = utf16_from_linux(name);
    for (std::string& attribute : attributes_of(fd))
        if (equal_ignore_case(utf16_from_linux(stream_name(attribute)), wanted)) return std::move(attribute);
    return {};
}

Result<std::string> value_of(int fd, const std::string& attribute) {
    std::string value(kMostBytes, '\0');
    ssize_t length = getxattr(self_path(fd).c_str(), attribute.c_str(), value.data(), value.size());
    if (length < 0) return failure(errno);
    value.resize(static_cast<size_t>(length));
    return value;
}

// `value` has its zero.
Status set_value(int fd, const std::string& attribute, std::string_view value) {
    if (value.size() > kMostBytes) return STATUS_DISK_FULL;
    int done = setxattr(self_path(fd).c_str(), attribute.c_str(), value.data(), value.size(), 0);
    return done == 0 ? Status() : failure(errno);
}

bool overwrites(ULONG disposition) {
    return disposition == FILE_SUPERSEDE || disposition == FILE_OVERWRITE || disposition == FILE_OVERWRITE_IF;
}

// Finds or makes the attribute as the disposition says.
Result<std::string> prepare(int fd, const OpenRequest& request, ULONG& information) {
    const std::string& name = request.target.stream;
    bool creates = request.disposition != FILE_OPEN && request.disposition != FILE_OVERWRITE;
    std::string attribute = find_attribute(fd, name);
    if (attribute.empty()) {
        if (!creates) return keeps_streams(fd) ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_OBJECT_NAME_INVALID;
        information = FILE_CREATED;
        attribute = attribute_of(name);
        LSW_CHECK(Result<void>(set_value(fd, attribute, std::string_view("", 1))));
        return attribute;
    }
    if (request.disposition == FILE_CREATE) return STATUS_OBJECT_NAME_COLLISION;
    information = FILE_OPENED;
    if (overwrites(request.disposition)) {
        information = request.disposition == FILE_SUPERSEDE ? FILE_SUPERSEDED : FILE_OVERWRITTEN;
        LSW_CHECK(Result<void>(set_value(fd, attribute, std::string_view("", 1))));
    }
    return attribute;
}

}  // namespace

std::mutex& AlternateStream::lock() {
    static std::mutex instance;
    return instance;
}

std::string AlternateStream::name() const { return std::string(stream_name(attribute_)); }

Status AlternateStream::load(int fd) const {
    auto value = value_of(file_.get(), attribute_);
    if (!value.ok()) {
        bool gone = value.status() == STATUS_OBJECT_NAME_NOT_FOUND;
        return gone ? Status(STATUS_FILE_DELETED) : Status(value.status());
    }
    size_t size = value->empty() ? 0 : value->size() - 1;
    if (ftruncate(fd, static_cast<off_t>(size)) != 0) return status_from_errno(errno);
    ssize_t put = pwrite(fd, value->data(), size, 0);
    return put == static_cast<ssize_t>(size) ? Status() : Status(STATUS_INSUFFICIENT_RESOURCES);
}

Status AlternateStream::store(int fd) const {
    struct stat info;
    if (fstat(fd, &info) != 0) return status_from_errno(errno);
    auto size = static_cast<size_t>(info.st_size);
    if (size >= kMostBytes) return STATUS_DISK_FULL;
    std::string value(size + 1, '\0');
    if (pread(fd, value.data(), size, 0) != info.st_size) return STATUS_UNSUCCESSFUL;
    return set_value(file_.get(), attribute_, value);
}

Status AlternateStream::remove() const {
    int done = removexattr(self_path(file_.get()).c_str(), attribute_.c_str());
    return done == 0 ? Status() : failure(errno);
}

Result<Opened> open_stream(const OpenRequest& request) {
    if (request.options & FILE_DIRECTORY_FILE) return Status(STATUS_NOT_A_DIRECTORY);
    OpenRequest of_file = request;
    of_file.target.stream.clear();
    of_file.access = FILE_READ_ATTRIBUTES;
    of_file.share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    of_file.options = FILE_SYNCHRONOUS_IO_NONALERT | (request.options & FILE_OPEN_REPARSE_POINT);
    bool creates = request.disposition != FILE_OPEN && request.disposition != FILE_OVERWRITE;
    of_file.disposition = creates ? FILE_OPEN_IF : FILE_OPEN;
    Opened opened = LSW_TRY(open_file(of_file));
    FileObject* file = opened.object->as_file();
    if (!file || file->is_builtin()) return Status(STATUS_OBJECT_NAME_INVALID);
    bool writes = request.access & (FILE_WRITE_DATA | FILE_APPEND_DATA) || overwrites(request.disposition);
    FileStat info = LSW_TRY(file->stat());
    if (writes && info.attributes & FILE_ATTRIBUTE_READONLY) return Status(STATUS_ACCESS_DENIED);
    ULONG information = 0;
    auto attribute = prepare(file->fd(), request, information);
    if (!attribute.ok()) {
        if (opened.information == FILE_CREATED) (void)unlink(file->current_path().c_str());
        return Status(attribute.status());
    }
    UniqueFd kept(fcntl(file->fd(), F_DUPFD_CLOEXEC, 0));
    FileObject::Setup setup;
    setup.fd.reset(memfd_create("stream", MFD_CLOEXEC));
    if (!kept.valid() || !setup.fd.valid()) return Status(status_from_errno(errno));
    setup.path = file->current_path();
    setup.mode = S_IFREG | 0644;
    setup.options = request.options & ~FILE_NO_INTERMEDIATE_BUFFERING;
    setup.access = request.access;
    setup.stream = std::make_shared<AlternateStream>(std::move(kept), std::move(*attribute));
    LSW_CHECK(Result<void>(setup.stream->load(setup.fd.get())));
    if ((request.access & (FILE_WRITE_DATA | FILE_APPEND_DATA)) == FILE_APPEND_DATA)
        fcntl(setup.fd.get(), F_SETFL, O_APPEND);
    return Opened{make_object<FileObject>(std::move(setup)), information};
}

std::vector<StreamEntry> streams_of(int fd) {
    std::vector<StreamEntry> entries;
    std::string path = self_path(fd);
    for (const std::string& attribute : attributes_of(fd)) {
        ssize_t length = getxattr(path.c_str(), attribute.c_str(), nullptr, 0);
        if (length < 0) continue;
        entries.push_back({std::string(stream_name(attribute)), length > 0 ? static_cast<uint64_t>(length) - 1 : 0});
    }
    std::sort(entries.begin(), entries.end(),
              [](const StreamEntry& a, const StreamEntry& b) { return a.name < b.name; });
    return entries;
}

Result<StreamEntry> stream_of(int fd, const std::string& name) {
    std::u16string wanted = utf16_from_linux(name);
    for (StreamEntry& entry : streams_of(fd))
        if (equal_ignore_case(utf16_from_linux(entry.name), wanted)) return std::move(entry);
    return Status(STATUS_OBJECT_NAME_NOT_FOUND);
}

Result<void> delete_stream(const path::Target& target) {
    OpenRequest request;
    request.target = target;
    request.access = STANDARD_DELETE | FILE_WRITE_DATA;
    request.options = FILE_SYNCHRONOUS_IO_NONALERT | FILE_OPEN_REPARSE_POINT;
    Opened opened = LSW_TRY(open_stream(request));
    return opened.object->as_file()->stream()->remove();
}

Result<void> copy_streams(int from, int to) {
    std::string source = self_path(from), target = self_path(to);
    for (const std::string& attribute : attributes_of(from)) {
        std::string value = LSW_TRY(value_of(from, attribute));
        Status set = set_value(to, attribute, value);
        if (set.code == STATUS_OBJECT_NAME_INVALID) return {};
        if (!set.ok()) return set;
    }
    return {};
}

void remove_streams(int fd) {
    // Most files have no attributes, and say so in one call.
    if (flistxattr(fd, nullptr, 0) <= 0) return;
    for (const std::string& attribute : attributes_of(fd)) fremovexattr(fd, attribute.c_str());
}

bool keeps_streams(int fd) {
    char value;
    return getxattr(self_path(fd).c_str(), "user.DosStream.", &value, 0) >= 0 || errno != ENOTSUP;
}

}  // namespace lsw::file
