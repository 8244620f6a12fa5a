// A thread that starts processes for threads with a seccomp filter, which what they start would inherit for good.
#pragma once

#include <functional>

namespace lsw {

// From a thread without a filter, before any has one. False when there is no thread to be had.
bool start_clean_thread();

// Runs `work` there and waits for it; at once on the calling thread while there is none.
void run_clean(const std::function<void()>& work);

}  // namespace lsw
