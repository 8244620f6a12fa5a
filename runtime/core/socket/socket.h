// SocketObject: a Linux socket behind a Windows handle, and the translation of families, options and errors.
// Not here yet: overlapped sockets, WSAEventSelect, AFD.
#pragma once

#include <sys/socket.h>

#include <atomic>

#include "abi/winsock.h"
#include "core/io/io_object.h"

namespace lsw {

class SocketObject : public IoObject {
public:
    SocketObject(UniqueFd fd, int family, int type) : fd_(std::move(fd)), family_(family), type_(type) {}
    Result<uint64_t> read(void* buffer, uint32_t size_bytes, int64_t offset) override;
    Result<uint64_t> write(const void* buffer, uint32_t size_bytes, int64_t offset) override;
    FileType file_type() const override { return FileType::Pipe; }
    int fd() const override { return fd_.get(); }
    int family() const { return family_; }
    int socket_type() const { return type_; }
    SocketObject* as_socket() override { return this; }

    std::atomic<bool> nonblocking{false};

private:
    UniqueFd fd_;
    int family_;  // Linux's
    int type_;
};

// Winsock error of an errno ("Windows Sockets Error Codes").
int winsock_error(int error);

int linux_family(int windows_family);    // -1 when unknown
int windows_family(int linux_family);

// Windows address to Linux and back; lengths in bytes. 0 when malformed or too small.
socklen_t linux_address(const WinSockAddr* from, int length, sockaddr_storage& to);
int windows_address(const sockaddr_storage& from, socklen_t length, WinSockAddr* to, int room);

// Linux level and name of a socket option; false when there is none.
bool linux_option(int level, int name, int& linux_level, int& linux_name);

}  // namespace lsw
