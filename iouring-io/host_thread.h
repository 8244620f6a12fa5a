// Threads of the engine's own: small stacks, and no signal ever delivered to them.
#pragma once

#include <pthread.h>
#include <signal.h>

namespace lsw::io {

inline bool start_host_thread(pthread_t* thread, void* (*body)(void*), void* argument) {
    constexpr size_t kStack_bytes = 256 * 1024;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStack_bytes);
    sigset_t every, old;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &old);
    bool started = pthread_create(thread, &attributes, body, argument) == 0;
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    pthread_attr_destroy(&attributes);
    return started;
}

}  // namespace lsw::io
