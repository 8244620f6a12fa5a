#include "notify-agent/target.h"

#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

namespace lsw::agent {

bool Target::still_waits() const {
    uint64_t id = id_;
    return ioctl(listener_, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

bool Target::read(uint64_t address, void* to, size_t size_bytes) const {
    iovec local = {to, size_bytes}, remote = {reinterpret_cast<void*>(address), size_bytes};
    if (process_vm_readv(pid_, &local, 1, &remote, 1, 0) != static_cast<ssize_t>(size_bytes)) return false;
    return still_waits();
}

bool Target::write(uint64_t address, const void* from, size_t size_bytes) const {
    // Before: the process id may be another's by now.
    if (!still_waits()) return false;
    iovec local = {const_cast<void*>(from), size_bytes}, remote = {reinterpret_cast<void*>(address), size_bytes};
    return process_vm_writev(pid_, &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size_bytes);
}

bool Target::argument(unsigned n, uint64_t* value) const {
    if (n < 4) {
        *value = arguments_[n];
        return true;
    }
    return read(arguments_[4] + 0x28 + (n - 4) * 8, value, sizeof *value);
}

}  // namespace lsw::agent
