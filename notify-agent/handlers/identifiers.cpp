// NtAllocateLocallyUniqueId: a number no other process of the user was given since lswhost, or the machine, started.
#include <ctime>
#include <atomic>

#include "notify-agent/handlers/groups.h"

namespace lsw::agent {
namespace {

uint64_t next_identifier() {
    // Begins with the time, so that a new lswhost gives none of the old one's.
    static std::atomic<uint64_t> next = [] {
        timespec now;
        clock_gettime(CLOCK_BOOTTIME, &now);
        return (static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec)) >> 4;
    }();
    return next++;
}

Outcome allocate_locally_unique_id(const Target& target) {
    uint64_t address, identifier = next_identifier();
    if (!target.argument(0, &address)) return 0xC0000005;
    if (!target.write(address, &identifier, sizeof identifier)) return 0xC0000005;  // STATUS_ACCESS_VIOLATION
    return 0;
}

constexpr HandlerRow kRows[] = {{"NtAllocateLocallyUniqueId", allocate_locally_unique_id}};

}  // namespace

std::span<const HandlerRow> identifier_handlers() { return kRows; }

}  // namespace lsw::agent
