#include "core/exception/kernel_call_filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "abi/layout.h"
#include "bpf/fastpath/fastpath.h"

namespace lsw::seh {
namespace {

// Not a call of Linux: the filter answers it with an error of its own, and so says that it is there.
constexpr uint32_t kProbeNumber = 0x2FFF;
constexpr int kProbeError = EDOM;

// Options that Linux gives a meaning to: small numbers but 0, and these. A program's RDI may be any.
constexpr uint32_t kNoOption = 0, kFirstUnknownOption = 0x80;
constexpr uint32_t kGetAuxiliaryVector = 0x41555856, kSetVma = 0x53564D41, kSetPtracer = 0x59616D61;

constexpr uint32_t field(size_t offset) { return static_cast<uint32_t>(offset); }

bool has_filter() { return syscall(kProbeNumber) < 0 && errno == kProbeError; }

bool install_filter() {
    static_assert((kGuestLimit & 0xFFFF'FFFF) == 0 && kGuestLimit == LSW_FAST_GUEST_LIMIT);
    constexpr uint32_t kIp = offsetof(seccomp_data, instruction_pointer), kOption = offsetof(seccomp_data, args);
    sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field(kIp + 4)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kGuestLimit >> 32, 11, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field(offsetof(seccomp_data, arch))),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 8),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field(offsetof(seccomp_data, nr))),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, LSW_FAST_CALL, 0, 6),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field(kOption)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kNoOption, 7, 0),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kFirstUnknownOption, 0, 3),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kGetAuxiliaryVector, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kSetVma, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kSetPtracer, 0, 3),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
        // Not Windows code.
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field(offsetof(seccomp_data, nr))),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kProbeNumber, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | kProbeError),
    };
    sock_fprog program = {sizeof code / sizeof *code, code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) == 0;
}

}  // namespace

bool guard_by_filter() {
    constexpr int kSetSyscallUserDispatch = 59;
    if (!has_filter() && !install_filter()) return false;
    return prctl(kSetSyscallUserDispatch, 0, 0, 0, 0) == 0;
}

}  // namespace lsw::seh
