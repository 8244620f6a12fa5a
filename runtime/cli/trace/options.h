// The command line of `lsw trace`.
#pragma once

#include <string>
#include <vector>

namespace lsw::cli::trace {

struct TraceOptions {
    bool count = false;        // -c
    bool follow = false;       // -f
    bool json = false;
    bool no_bpf = false;
    bool perf_map = false;
    std::vector<std::string> select;  // -e
    int pid = 0;               // -p
    std::string output;        // -o; empty: standard error
    std::string chrome, flame;
    std::string program;
    std::vector<std::string> arguments;

    // Whether anything but the summary is wanted.
    bool lines() const { return !count && chrome.empty() && flame.empty(); }
};

// Ends the process with one line when the words make no sense; exit status 125.
TraceOptions parse_trace_options(int count, char** words);

}  // namespace lsw::cli::trace
