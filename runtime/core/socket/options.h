// Socket options: Windows levels, names and value formats upon Linux's.
#pragma once

#include "core/socket/socket.h"

namespace lsw {

// Winsock errors, 0 when all is well. *size_bytes is the room and becomes what was written.
// Doc: "getsockopt function (winsock2.h)" and the tables of socket options.
int get_socket_option(SocketObject& socket, int level, int name, void* value, int* size_bytes);
int set_socket_option(SocketObject& socket, int level, int name, const void* value, int size_bytes);

// What a fresh socket has on Windows: AF_INET6 sockets take no IPv4.
void set_socket_defaults(int fd, int family);

// SIO_KEEPALIVE_VALS, in milliseconds.
int set_keepalive(SocketObject& socket, bool on, uint32_t idle_ms, uint32_t interval_ms);

}  // namespace lsw
