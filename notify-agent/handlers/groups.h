// The groups of handlers, one per file.
#pragma once

#include <span>

#include "notify-agent/handlers/handler.h"

namespace lsw::agent {

std::span<const HandlerRow> privileged_handlers();  // drivers, power, the machine's clock: never for a guest
std::span<const HandlerRow> identifier_handlers();  // numbers unique on the machine
std::span<const HandlerRow> process_handlers();     // opening other processes and threads

}  // namespace lsw::agent
