// How the runtime and the command line reach lswhost, and start it when it is not there.
#pragma once

#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "notify-agent/protocol.h"

namespace lsw::agent {

// The user's directory for sockets and logs: lsw below $XDG_RUNTIME_DIR, or /tmp/lsw-UID. Made when missing. Empty when
// there is none that is the user's alone.
std::string runtime_directory();

// lswhost: $LSW_HOST, or where own_program finds it. Empty when it is not there.
std::string host_binary();

// A connection; `start`: to a new one if none runs. However many callers race, one is started. Not valid when it fails.
UniqueFd connect_host(bool start);

// Sends a message, with a descriptor if not negative, and waits for the answer, and descriptors with it if there is a place
// for them. False when lswhost is gone.
bool ask_host(int connection, const Message& message, int descriptor, Reply* reply,
              std::vector<UniqueFd>* received = nullptr);

// Both in one, once more if it went away in between.
bool request(const Message& message, int descriptor, bool start, Reply* reply);

}  // namespace lsw::agent
