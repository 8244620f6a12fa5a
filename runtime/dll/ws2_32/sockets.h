// What the files of this folder share.
#pragma once

#include "core/socket/socket.h"
#include "dll/ws2_32/ws2_32.h"

namespace lsw {

// The socket of a handle, or null with WSAENOTSOCK set.
Ref<SocketObject> winsock_socket(SOCKET s);

// Passes a Linux result on; a negative one becomes SOCKET_ERROR with the Winsock error set.
int winsock_result(int result);

}  // namespace lsw
