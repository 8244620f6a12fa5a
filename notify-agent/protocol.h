// All that lswhost shares with the runtime: where it listens, the messages, and how a process asks it about
// a service. Messages are single packets on a Unix socket (SOCK_SEQPACKET) in a directory that only the user can enter;
// lengths and contents from either side are checked, since a guest may send anything.
#pragma once

#include <cstdint>

namespace lsw::agent {

inline constexpr uint32_t kMagic = 0x3177736C;  // "lsw1"
inline constexpr char kSocketName[] = "host.sock";
inline constexpr char kStartLockName[] = "start.lock";  // held while somebody starts it, and while it decides to go
inline constexpr char kHostLockName[] = "host.lock";    // held as long as it lives
inline constexpr char kBackgroundName[] = "background";  // a folder per program: log, exit, program

enum class Request : uint32_t {
    Attach = 1,    // with the seccomp listener's descriptor
    Run = 2,       // with a memfd: working directory, arguments, "", environment, each zero-terminated
    Status = 3,
    Shutdown = 4,  // ends the programs in the background, then itself
    Fastpath = 5,  // tier T1: with the answer come the asker's table, and the links that keep the program attached
};

struct Message {
    uint32_t magic = kMagic;
    Request request = Request::Status;
};

struct Reply {
    uint32_t magic = kMagic;
    int32_t error = 0;            // an errno, 0 for success
    int32_t pid = 0;              // Run: of the program; Status: of lswhost
    uint32_t attached = 0;        // processes whose services it sees
    uint32_t background = 0;
    uint32_t completed = 0;       // services it has completed, refused and handed back since it started
    uint32_t refused = 0;
    uint32_t handed_back = 0;
    uint32_t may_write = 0;       // Fastpath: results can go to the asker's memory
    char text[220] = {};          // Fastpath: why not
};

// Tier T3. A process asks by a system call made at one place of its runtime, which its seccomp filter turns into a
// notification; all other calls of the process pass. The number is beyond Linux's table: without the filter, or without
// anybody listening, the answer is ENOSYS, and the process does the service itself.
inline constexpr uint32_t kAskNumber = 0x3000;  // plus the number of the service
// Arguments: the service's first four, the address of the others (the fifth at +0x28), unused.
inline constexpr int64_t kHandBack = int64_t{1} << 40;  // "do it yourself"; every other answer is an NTSTATUS

}  // namespace lsw::agent
