// IoObject: everything NtReadFile and NtWriteFile may be called on. Files, pipes, consoles and devices derive from it.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/unique_fd.h"
#include "object/object.h"

namespace lsw {

// "GetFileType function (fileapi.h)"
enum class FileType : DWORD { Unknown = 0, Disk = 1, Character = 2, Pipe = 3 };

inline constexpr int64_t kCurrentPosition = -1;

class SocketObject;

class IoObject : public Object {
public:
    static constexpr ObjectType kType = ObjectType::File;

    // Bytes moved. `offset` in bytes, or kCurrentPosition. Blocks like a synchronous Windows handle.
    // Errors: STATUS_END_OF_FILE, STATUS_PIPE_BROKEN, …; 0 bytes is a success with nothing moved.
    virtual Result<uint64_t> read(void* buffer, uint32_t size_bytes, int64_t offset) = 0;
    virtual Result<uint64_t> write(const void* buffer, uint32_t size_bytes, int64_t offset) = 0;

    virtual FileType file_type() const = 0;
    virtual SocketObject* as_socket() { return nullptr; }  // core/socket
    virtual int fd() const { return -1; }  // Linux descriptor, for polling and handing down; -1 when there is none

protected:
    IoObject() : Object(kType) {}
};

// A pipe, terminal or device behind one descriptor, without a position of its own.
class StreamObject : public IoObject {
public:
    StreamObject(UniqueFd fd, FileType type) : fd_(std::move(fd)), type_(type) {}
    Result<uint64_t> read(void* buffer, uint32_t size_bytes, int64_t offset) override;
    Result<uint64_t> write(const void* buffer, uint32_t size_bytes, int64_t offset) override;
    FileType file_type() const override { return type_; }
    int fd() const override { return fd_.get(); }

private:
    UniqueFd fd_;
    FileType type_;
};

}  // namespace lsw
