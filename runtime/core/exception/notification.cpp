#include "core/exception/notification.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>

#include "abi/services.h"
#include "base/host_thread.h"
#include "base/log.h"
#include "base/unique_fd.h"
#include "notify-agent/client.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

extern "C" int64_t lsw_ask_host(uint32_t number, const uint64_t* arguments);
extern "C" const char lsw_ask_host_after[];

namespace lsw::seh {
namespace {

enum class State : uint32_t { Untried, Attaching, Attached, Unavailable };

std::atomic<State>& state() {
    static std::atomic<State> value{State::Untried};
    return value;
}

constexpr uint32_t field(size_t offset) { return static_cast<uint32_t>(offset); }

// Gives the listener. Everything but the one instruction passes.
UniqueFd install_filter() {
    auto after = reinterpret_cast<uint64_t>(lsw_ask_host_after);
    constexpr uint32_t kIpOffset = offsetof(seccomp_data, instruction_pointer);
    sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field(kIpOffset)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(after), 0, 8),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field(kIpOffset + 4)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(after >> 32), 0, 6),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field(offsetof(seccomp_data, arch))),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field(offsetof(seccomp_data, nr))),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, agent::kAskNumber, 0, 2),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, agent::kAskNumber + kServiceCount, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    sock_fprog program = {sizeof code / sizeof *code, code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return {};
    unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH |
                          SECCOMP_FILTER_FLAG_SPEC_ALLOW;
    // Where the kernel can, a signal does not make a call that lswhost works on begin anew.
    long fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &program);
    if (fd < 0) fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
    return UniqueFd(static_cast<int>(fd));
}

void* attach(void*) {
    agent::Reply reply;
    UniqueFd connection = agent::connect_host(true);
    UniqueFd listener = connection.valid() ? install_filter() : UniqueFd();
    agent::Message message;
    message.request = agent::Request::Attach;
    bool attached = listener.valid() && agent::ask_host(connection.get(), message, listener.get(), &reply) &&
                    reply.error == 0;
    log_debug("raw calls: lswhost %s", attached               ? "sees the rare ones"
                                       : !connection.valid() ? "is not there"
                                       : !listener.valid()   ? "cannot see them: no seccomp listener"
                                                             : "refused");
    state() = attached ? State::Attached : State::Unavailable;
    return nullptr;
}

// On a thread of its own: the caller's stack may be a coroutine's of a few KB. No signal of the program's runs there.
void attach_once() {
    State expected = State::Untried;
    if (!state().compare_exchange_strong(expected, State::Attaching)) return;
    pthread_t thread;
    if (start_host_thread(&thread, attach, nullptr, 0)) pthread_join(thread, nullptr);
    else state() = State::Unavailable;
}

}  // namespace

void settle_notification() {
    if (state().load(std::memory_order_acquire) == State::Untried) attach_once();
}

bool complete_by_host(uint32_t number, RawCall* call) {
    settle_notification();
    if (state().load(std::memory_order_acquire) != State::Attached) return false;
    uint64_t arguments[6] = {call->arguments[0], call->arguments[1], call->arguments[2],
                             call->arguments[3], call->stack_pointer, 0};
    int64_t answer = lsw_ask_host(agent::kAskNumber + number, arguments);
    if (answer < 0 || answer == agent::kHandBack) return false;
    call->status = static_cast<uint64_t>(answer);
    return true;
}

}  // namespace lsw::seh
