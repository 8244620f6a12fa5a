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
    bool probes = false;
    bool failed = false;       // only calls that failed
    std::vector<std::string> select;  // -e
    int pid = 0;               // -p
    std::string output;        // -o; empty: standard error
    std::string chrome, flame;
    std::string program;
    std::vector<std::string> arguments;

    // The live trace, which is what nothing else was asked for.
    bool lines() const { return !count && !probes && !perf_map && chrome.empty() && flame.empty(); }
    // Whether events have to be read while the program runs.
    bool rings() const { return lines() || perf_map || !chrome.empty() || !flame.empty(); }
};

// Ends the process with one line when the words make no sense; exit status 125.
TraceOptions parse_trace_options(int count, char** words);

}  // namespace lsw::cli::trace
