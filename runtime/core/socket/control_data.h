// Control data of messages (WSARecvMsg, WSASendMsg): packet information, the time to live and the type of service.
#pragma once

#include <sys/socket.h>

#include "core/socket/operation.h"

namespace lsw {

// Keeps what recvmsg(2) said in the operation, in Windows form, to be copied out at its end.
void keep_control_data(SocketOperation& operation, const msghdr& message);

// Copies address, flags and control data to where the program wants them.
void give_message(SocketOperation& operation);

// Control data of a WSASendMsg in Linux form. Errors: false when malformed.
bool take_control_data(SocketOperation& operation, const void* control, size_t size_bytes);

}  // namespace lsw
