// Diagnostics. Nothing is printed unless --verbose (or LSW_VERBOSE) asked for it; failures of ours go through fatal().
#pragma once

namespace lsw {

extern bool g_verbose;  // set once at start-up

// One line "lsw: …" on stderr when verbose; nothing otherwise. printf format.
[[gnu::format(printf, 1, 2)]] void log_debug(const char* format, ...);

// Exit codes of our own errors (DESIGN.md "Exit").
inline constexpr int kExitInternal = 125;
inline constexpr int kExitCannotRun = 126;
inline constexpr int kExitNotFound = 127;

// One line "lsw: …" on stderr, then the process ends with `exit_code` at once (no guest code runs).
[[noreturn, gnu::format(printf, 2, 3)]] void fatal(int exit_code, const char* format, ...);

}  // namespace lsw
