// Sockets on their way to another process: WSADuplicateSocket puts a descriptor into a box, from which WSASocket takes
// it. The box is one end of a pair of sockets in whose queue the descriptor lies: the sender may close its own socket
// before the other has looked, and once taken nothing of the sender's keeps the connection open.
//
// Differs from Windows: a socket that nobody has taken goes with the process that sent it.
#pragma once

#include "base/unique_fd.h"

namespace lsw {

// The descriptor of the box, which this process keeps until it is empty; -1 without room.
int put_into_box(int fd);

// What `box` holds; invalid when it was taken already.
UniqueFd take_from_box(int box);

}  // namespace lsw
