// The costs that `lsw doctor` shows, measured in this process: nanoseconds of a call, the best of several batches. 0 means
// that the way is not open here.
#pragma once

namespace lsw::cli {

struct CallCosts {
    double getpid_ns = 0;           // Linux, for comparison
    double import_ns = 0;           // a service through ntdll's export
    double patched_ns = 0;          // T0
    double trap_ns = 0;             // T2
    double host_ns = 0;             // T3, a service that lswhost completes
    double getpid_filtered_ns = 0;  // an ordinary call once the seccomp filter of T3 is there
};

// Prepares this process for raw calls as a program's would be. T3 is measured in a child, whose filter goes with it;
// lswhost is started for that.
CallCosts measure_calls();

// How dispatch works here: "inside" (free for ordinary calls), "outside", or null.
const char* dispatch_mode();

}  // namespace lsw::cli
