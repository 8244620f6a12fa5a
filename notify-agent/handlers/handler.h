// What lswhost does with the services it sees. A handler is a small function for one service, or a group that is alike; it
// completes the service with a status, or hands it back to the process, which then does it itself.
// A handler may block for as long as its own target makes it: each attached process has its own thread.
#pragma once

#include <cstdint>
#include <optional>

#include "notify-agent/target.h"

namespace lsw::agent {

// The status, or nothing: handed back.
using Outcome = std::optional<uint32_t>;
using Handler = Outcome (*)(const Target& target);

struct HandlerRow {
    const char* service;  // "NtLoadDriver"
    Handler handler;
};

// Null for a number that is no service's.
const char* name_of(uint32_t service);

// Null for services that nobody here knows: they are handed back.
Handler handler_of(uint32_t service);

}  // namespace lsw::agent
