// Processes that end with this one, however it ends: members of jobs with JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, whose last
// handle goes with the process that holds it, be that killed by SIGKILL.
#pragma once

#include <sys/types.h>

namespace lsw {

// From now on `pid`, and what descends from it, is killed when this process ends. False when too many are kept.
bool end_with_us(pid_t pid);
void let_outlive_us(pid_t pid);

// Kills them; when this process ends by itself.
void end_kept_processes();

// What the keeper of an ended process runs as: kills the processes `words` name, "pid:start" each.
constexpr char kEndProcesses[] = "--end-processes";
int end_processes(int count, char** words);

}  // namespace lsw
