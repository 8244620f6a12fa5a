// Threads of LSW's own, which the program does not know: no signal of its is ever delivered to them.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <cstddef>

namespace lsw {

constexpr size_t kSmallHostStack_bytes = 256 * 1024;

// As pthread_create does; with 0 the stack has the C library's usual size.
inline bool start_host_thread(pthread_t* thread, void* (*body)(void*), void* argument,
                              size_t stack_bytes = kSmallHostStack_bytes) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (stack_bytes) pthread_attr_setstacksize(&attributes, stack_bytes);
    sigset_t every, before;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &before);
    bool started = pthread_create(thread, &attributes, body, argument) == 0;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_attr_destroy(&attributes);
    return started;
}

}  // namespace lsw
