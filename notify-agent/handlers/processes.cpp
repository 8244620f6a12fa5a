// NtOpenProcess and NtOpenThread: a name or a client id that can be nobody's is refused here. The handle itself is made by
// the process that asks (it is a row of its own table), with a pidfd and the kernel's own checks, so the rest goes back.
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "notify-agent/handlers/groups.h"

namespace lsw::agent {
namespace {

constexpr uint32_t kAccessViolation = 0xC0000005, kInvalidCid = 0xC000000B;

struct ClientId {
    uint64_t process, thread;
};

bool nobody_has(uint64_t id) { return id > 0x7FFF'FFFF || (kill(static_cast<pid_t>(id), 0) != 0 && errno == ESRCH); }

Outcome open_process(const Target& target) {
    uint64_t address;
    ClientId id;
    if (!target.argument(3, &address) || !address) return std::nullopt;
    if (!target.read(address, &id, sizeof id)) return kAccessViolation;
    if (id.process == 0 || nobody_has(id.process)) return kInvalidCid;
    return std::nullopt;
}

constexpr HandlerRow kRows[] = {{"NtOpenProcess", open_process}};

}  // namespace

std::span<const HandlerRow> process_handlers() { return kRows; }

}  // namespace lsw::agent
