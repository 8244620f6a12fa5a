// One packet of a SOCK_SEQPACKET socket, with the descriptors that go with it.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <vector>

#include "base/unique_fd.h"

namespace lsw::agent {

inline constexpr size_t kMostDescriptors = 20;

// False when it was not sent as a whole.
bool send_packet(int socket, const void* data, size_t size_bytes, std::span<const int> descriptors, int flags);

// As recvmsg(2) returns; -2 for a packet larger than that. All descriptors are ours, close-on-exec.
ssize_t receive_packet(int socket, void* data, size_t size_bytes, std::vector<UniqueFd>* descriptors, int flags);

}  // namespace lsw::agent
