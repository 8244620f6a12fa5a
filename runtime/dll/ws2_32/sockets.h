// What the files of this folder share.
#pragma once

#include "core/runtime.h"
#include "core/socket/address.h"
#include "core/socket/errors.h"
#include "core/socket/socket.h"
#include "core/teb.h"
#include "dll/ws2_32/ws2_32.h"

namespace lsw {

// The socket of a handle, or null with WSAENOTSOCK set.
Ref<SocketObject> winsock_socket(SOCKET s);

// A handle for a socket; INVALID_SOCKET with the error set.
SOCKET insert_socket(Ref<SocketObject> socket, bool inherit = true);

// WSAStartup was called; otherwise WSANOTINITIALISED is set.
bool winsock_started();

// 0 for 0; otherwise SOCKET_ERROR with that Winsock error set.
int winsock_answer(int error);

// Begins an operation with an OVERLAPPED, as WSASend and its kin report it: 0, or SOCKET_ERROR with WSA_IO_PENDING or the
// error set.
int begin_overlapped(SocketObject& socket, std::unique_ptr<SocketOperation> operation, LPOVERLAPPED overlapped,
                     void* routine, LPDWORD moved);

// The address that getsockname or getpeername tells. 0 or SOCKET_ERROR.
int local_address(SocketObject& socket, WinSockAddr* name, int* namelen);

// WSAPROTOCOL_INFO of a kind of socket (Linux's numbers); false when there is none.
bool protocol_info(const SocketObject::Kind& kind, WSAPROTOCOL_INFOW* out);
void narrow_protocol_info(const WSAPROTOCOL_INFOW& from, WSAPROTOCOL_INFOA* to);
void widen_protocol_info(const WSAPROTOCOL_INFOA& from, WSAPROTOCOL_INFOW* to);

// What WSADuplicateSocket wrote into a WSAPROTOCOL_INFO: whether, and a handle of this process for it.
bool is_duplicated(const WSAPROTOCOL_INFOW& info);
SOCKET open_duplicated(const WSAPROTOCOL_INFOW& info, DWORD flags);

// SIO_GET_EXTENSION_FUNCTION_POINTER; nullptr for an unknown one.
void* extension_function(const GUID& id);

}  // namespace lsw
