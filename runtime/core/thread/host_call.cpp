#include "core/thread/host_call.h"

#include <pthread.h>
#include <signal.h>

namespace lsw {
namespace {

struct Call {
    void (*function)(void*);
    void* argument;
};

void* run(void* argument) {
    auto* call = static_cast<Call*>(argument);
    call->function(call->argument);
    return nullptr;
}

}  // namespace

void call_on_host_thread(void (*function)(void*), void* argument) {
    constexpr size_t kStackBytes = 1 << 20;
    Call call{function, argument};
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    sigset_t every, old;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &old);
    pthread_t thread;
    bool started = pthread_create(&thread, &attributes, run, &call) == 0;
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    pthread_attr_destroy(&attributes);
    if (started) pthread_join(thread, nullptr);
    else function(argument);
}

}  // namespace lsw
