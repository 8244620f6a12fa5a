#include "core/thread/host_call.h"

#include "base/host_thread.h"

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
    pthread_t thread;
    if (start_host_thread(&thread, run, &call, kStackBytes)) pthread_join(thread, nullptr);
    else function(argument);
}

}  // namespace lsw
