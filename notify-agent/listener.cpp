#include "notify-agent/listener.h"

#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "abi/services.h"
#include "notify-agent/handlers/handler.h"
#include "notify-agent/log.h"
#include "notify-agent/protocol.h"

#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS _IOW('!', 4, uint64_t)
#endif

namespace lsw::agent {
namespace {

class Listener {
public:
    Listener(UniqueFd fd, const Policy& policy, Counters& counters, std::function<void()> done)
        : fd_(std::move(fd)), policy_(policy), counters_(counters), done_(std::move(done)) {}

    bool prepare() {
        seccomp_notif_sizes sizes;
        if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) != 0) return false;
        // The kernel's structures may be larger than those we know.
        request_.resize(std::max<size_t>(sizes.seccomp_notif, sizeof(seccomp_notif)));
        response_.resize(std::max<size_t>(sizes.seccomp_notif_resp, sizeof(seccomp_notif_resp)));
        uint64_t id = 0;
        if (ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_ID_VALID, &id) != 0 && errno != ENOENT) return false;
        // Where the kernel can: the waiting thread and this one trade one processor instead of waking another.
        ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
        return true;
    }

    void run() {
        for (;;) {
            pollfd wait = {fd_.get(), POLLIN, 0};
            if (poll(&wait, 1, -1) < 0 && errno == EINTR) continue;
            if (wait.revents & POLLIN) answer_one();
            else if (wait.revents) break;  // nobody left who could ask
        }
        fd_.reset();
        done_();
    }

private:
    void answer_one() {
        memset(request_.data(), 0, request_.size());
        auto request = reinterpret_cast<seccomp_notif*>(request_.data());
        if (ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_RECV, request) != 0) return;  // it went away meanwhile
        memset(response_.data(), 0, response_.size());
        auto response = reinterpret_cast<seccomp_notif_resp*>(response_.data());
        response->id = request->id;
        response->val = decide(*request);
        ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_SEND, response);
    }

    // Whatever is not understood goes back: the process can do it as well as if we were not there.
    int64_t decide(const seccomp_notif& request) {
        auto number = static_cast<uint32_t>(request.data.nr) - kAskNumber;
        const char* name = name_of(number);
        if (!name) return kHandBack;
        auto pid = static_cast<pid_t>(request.pid);
        const Rule& rule = policy_.rule_for(name);
        if (rule.verdict == Verdict::Deny) {
            log_line("%d: %s refused with 0x%08X", pid, name, rule.status);
            ++counters_.refused;
            return rule.status;
        }
        uint64_t arguments[6];
        for (int i = 0; i < 6; ++i) arguments[i] = request.data.args[i];
        Target target(fd_.get(), request.id, pid, number, arguments);
        Handler handler = handler_of(number);
        Outcome outcome = handler ? handler(target) : Outcome();
        if (rule.verdict == Verdict::Log)
            log_line("%d: %s(0x%llx, 0x%llx, 0x%llx, 0x%llx) %s", pid, name, static_cast<unsigned long long>(arguments[0]),
                     static_cast<unsigned long long>(arguments[1]), static_cast<unsigned long long>(arguments[2]),
                     static_cast<unsigned long long>(arguments[3]), outcome ? "completed" : "handed back");
        ++(outcome ? counters_.completed : counters_.handed_back);
        return outcome ? static_cast<int64_t>(*outcome) : kHandBack;
    }

    UniqueFd fd_;
    const Policy& policy_;
    Counters& counters_;
    std::function<void()> done_;
    std::vector<char> request_, response_;
};

void* run_listener(void* raw) {
    std::unique_ptr<Listener> listener(static_cast<Listener*>(raw));
    listener->run();
    return nullptr;
}

}  // namespace

bool serve_listener(UniqueFd fd, const Policy& policy, Counters& counters, std::function<void()> done) {
    auto listener = std::make_unique<Listener>(std::move(fd), policy, counters, std::move(done));
    if (!listener->prepare()) return false;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 << 10);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    bool started = pthread_create(&thread, &attributes, run_listener, listener.get()) == 0;
    pthread_attr_destroy(&attributes);
    if (started) (void)listener.release();
    return started;
}

}  // namespace lsw::agent
