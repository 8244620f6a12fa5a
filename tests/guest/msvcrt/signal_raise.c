// raise and signal: defaults, one-shot handlers, SIG_IGN; faults as signals. "signal", "raise".
// link: static ucrt
// exit: 3
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "check.h"

static int seen, count;
static void on_signal(int number) {
    seen = number;
    count++;
}

int main(void) {
    CHECK(signal(SIGTERM, on_signal) == SIG_DFL);
    CHECK_EQ(raise(SIGTERM), 0);
    CHECK_EQ(seen, SIGTERM);
    CHECK(signal(SIGTERM, SIG_IGN) == SIG_DFL);  // the handler was for one signal only
    CHECK_EQ(raise(SIGTERM), 0);
    CHECK_EQ(count, 1);
    CHECK(signal(SIGINT, on_signal) == SIG_DFL);
    CHECK_EQ(raise(SIGINT), 0);
    CHECK_EQ(seen, SIGINT);
    signal(SIGFPE, on_signal);
    raise(SIGFPE);
    CHECK_EQ(seen, SIGFPE);
    errno = 0;
    CHECK(signal(99, on_signal) == SIG_ERR);
    CHECK_EQ(errno, EINVAL);
    CHECK_EQ(count, 3);
    if (check_result()) return 1;
    fflush(stdout);
    raise(SIGSEGV);  // the default action ends the process with code 3
    return 2;
}
