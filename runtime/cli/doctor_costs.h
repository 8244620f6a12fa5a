// The costs that `lsw doctor` shows, measured in this process: nanoseconds of a call, the best of several batches. 0 means
// that the way is not open here.
#pragma once

#include <string>

namespace lsw::cli {

struct CallCosts {
    double getpid_ns = 0;           // Linux, for comparison
    double import_ns = 0;           // a service through ntdll's export
    double patched_ns = 0;          // T0
    double kernel_ns = 0;           // T1
    double kernel_clock_ns = 0;     // T1, a service that writes its result to memory
    double getpid_guarded_ns = 0;   // an ordinary call of a thread that uses T1
    std::string kernel_problem;     // why there is no T1
    bool kernel_may_write = false;
    double trap_ns = 0;             // T2
    double host_ns = 0;             // T3, a service that lswhost completes
    double getpid_filtered_ns = 0;  // an ordinary call once the seccomp filter of T3 is there
};

// Prepares this process for raw calls as a program's would be. T1 and T3 are measured in children, whose filters go with
// them; lswhost is started for that.
CallCosts measure_calls();

// How dispatch works here: "inside" (free for ordinary calls), "outside", or null.
const char* dispatch_mode();

}  // namespace lsw::cli
