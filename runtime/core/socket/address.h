// Families and addresses: AF_INET6 is 23 on Windows, and AF_UNIX addresses hold Windows paths.
#pragma once

#include <sys/socket.h>

#include <string>

#include "abi/winsock.h"

namespace lsw {

int linux_family(int windows_family);  // -1 when unknown
int windows_family(int linux_family);

// Windows address to Linux; its length in bytes, 0 when malformed or too short. `unix_name` receives the Windows spelling
// of an AF_UNIX path.
socklen_t linux_address(const WinSockAddr* from, int length, sockaddr_storage& to, std::string* unix_name = nullptr);

// Linux address to Windows, as much as fits; the length it has, 0 when it does not fit.
int windows_address(const sockaddr_storage& from, socklen_t length, WinSockAddr* to, int room);

// The address of an AF_UNIX socket as the program knows it.
int windows_unix_address(const std::string& name, WinSockAddr* to, int room);

}  // namespace lsw
