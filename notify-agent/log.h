// The log of lswhost: host.log in its directory, one line an event, started anew beyond a size.
#pragma once

#include <string>

namespace lsw::agent {

void open_log(const std::string& directory);
[[gnu::format(printf, 1, 2)]] void log_line(const char* format, ...);

}  // namespace lsw::agent
