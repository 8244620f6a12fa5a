// Starting programs from the C runtimes: _spawn, _exec, system and _popen share this.
// Doc: "_spawn, _wspawn functions", "_exec, _wexec functions", "system, _wsystem", "_popen,
// _wpopen".
#pragma once

#include <string>
#include <vector>

#include "dll/crt/io/io.h"

namespace lsw::crt {

inline constexpr int _P_WAIT = 0, _P_NOWAIT = 1, _P_OVERLAY = 2, _P_NOWAITO = 3, _P_DETACH = 4;

struct SpawnRequest {
    std::u16string program;             // as the caller gave it
    std::u16string command_line;        // what the program will see
    const std::u16string* environment;  // a block with its two terminators; null: ours
    bool search_path = false;
    HANDLE standard[3] = {};  // null: the descriptor's own
};

// Starts the program and gives its process handle, or INVALID_HANDLE_VALUE with errno set.
HANDLE start_program(Io& io, const SpawnRequest& request, bool detached);

// The result of a _spawn function: exit code, process handle or -1.
intptr_t spawn(Io& io, int mode, const SpawnRequest& request);

// The arguments joined by spaces, unquoted: as Windows does it, quoting is the caller's.
template <class C>
std::u16string join_arguments(const C* const* arguments);
// A block of "name=value" texts from a null-terminated list.
template <class C>
std::u16string environment_block(const C* const* variables);

// Runs a command through the command interpreter; its exit code, or -1 with errno set.
int run_command(Io& io, const std::u16string& command);
CrtIob* open_pipe_to(Io& io, const std::u16string& command, const std::u16string& mode);
int close_pipe(Io& io, CrtIob* stream);

}  // namespace lsw::crt
