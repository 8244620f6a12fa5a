// The commands about programs that run: ps, kill, wait, logs, shutdown; and the start of one in the background.
#pragma once

#include <string>
#include <vector>

namespace lsw::cli {

int ps(int count, char** words);
int kill_guests(int count, char** words);
int wait_for_guests(int count, char** words);
int logs(int count, char** words);
int shutdown(int count, char** words);

// `lsw exec --detach`: prints the process id.
int run_detached(const std::vector<std::string>& words);

}  // namespace lsw::cli
