#include "core/process/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>

namespace lsw {
namespace {

constexpr rlim_t kMost = 1 << 24;  // handles of a process, on Windows

rlimit& limit_before() {
    static constinit rlimit value{};
    return value;
}

}  // namespace

void raise_descriptor_limit() {
    rlimit& before = limit_before();
    if (getrlimit(RLIMIT_NOFILE, &before) != 0) return;
    rlimit raised = before;
    raised.rlim_cur = std::min(before.rlim_max, kMost);
    if (raised.rlim_cur > before.rlim_cur) setrlimit(RLIMIT_NOFILE, &raised);
}

void restore_descriptor_limit() {
    if (limit_before().rlim_max != 0) setrlimit(RLIMIT_NOFILE, &limit_before());
}

}  // namespace lsw
