// Errors of sockets: errno, NTSTATUS and Winsock codes ("Windows Sockets Error Codes").
#pragma once

#include "abi/status.h"

#define STATUS_ROW(name, value, win32, ...) inline constexpr NTSTATUS name = static_cast<NTSTATUS>(value);
#include "abi/socket_status.inc"
#undef STATUS_ROW

namespace lsw {

int winsock_error(int error);                  // of an errno
NTSTATUS socket_status(int error);             // of an errno, as AFD reports it
DWORD winsock_from_status(NTSTATUS status);    // of a status, as ws2_32 reports it; 0 for success

}  // namespace lsw
