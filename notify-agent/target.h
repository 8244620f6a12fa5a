// A process that waits for the answer to a notification: its arguments and its memory. Everything read from it is only
// true while it waits, so each read asks the kernel again whether it still does.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

namespace lsw::agent {

class Target {
public:
    Target(int listener, uint64_t id, pid_t pid, uint32_t service, const uint64_t* arguments)
        : listener_(listener), id_(id), pid_(pid), service_(service), arguments_(arguments) {}

    pid_t pid() const { return pid_; }
    uint32_t service() const { return service_; }

    // The n-th argument, from 0; those beyond the fourth lie on the caller's stack. False: it cannot be read.
    bool argument(unsigned n, uint64_t* value) const;
    // False: the memory is not there, or the process no longer waits.
    bool read(uint64_t address, void* to, size_t size_bytes) const;
    bool write(uint64_t address, const void* from, size_t size_bytes) const;
    bool still_waits() const;

private:
    const int listener_;
    const uint64_t id_;
    const pid_t pid_;
    const uint32_t service_;
    const uint64_t* const arguments_;
};

}  // namespace lsw::agent
