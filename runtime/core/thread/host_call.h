// Calls of host libraries that want a large stack (the resolver, TLS), for guest threads whose own may be small.
#pragma once

namespace lsw {

// Runs `function(argument)` on a host thread of its own and waits for it. Only host code may run there.
void call_on_host_thread(void (*function)(void*), void* argument);

template <class Function>
void on_host_thread(Function& function) {
    call_on_host_thread([](void* argument) { (*static_cast<Function*>(argument))(); }, &function);
}

}  // namespace lsw
