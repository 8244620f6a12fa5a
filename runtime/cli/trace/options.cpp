#include "cli/trace/options.h"

#include <cstdio>
#include <cstdlib>

#include "base/log.h"
#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/program.h"

namespace lsw::cli::trace {

TraceOptions parse_trace_options(int count, char** words) {
    TraceOptions options;
    Arguments arguments("trace", count, words);
    while (arguments.next_option()) {
        if (arguments.is("--help", "-h")) {
            fputs(kHelpTrace, stdout);
            exit(0);
        }
        if (arguments.is("--count", "-c")) options.count = true;
        else if (arguments.is("--follow", "-f")) options.follow = true;
        else if (arguments.is("--json")) options.json = true;
        else if (arguments.is("--no-bpf")) options.no_bpf = true;
        else if (arguments.is("--failed", "-x")) options.failed = true;
        else if (arguments.is("--probes")) options.probes = true;
        else if (arguments.is("--perf-map")) options.perf_map = true;
        else if (const char* list = arguments.value_of("-e")) options.select.push_back(list);
        else if (const char* pid = arguments.value_of("-p")) options.pid = atoi(pid);
        else if (const char* file = arguments.value_of("-o")) options.output = file;
        else if (const char* chrome = arguments.value_of("--chrome")) options.chrome = chrome;
        else if (const char* flame = arguments.value_of("--flame")) options.flame = flame;
        else arguments.unknown();
    }
    const char* program = arguments.next_word();
    if (options.pid > 0 && program) fatal(kExitInternal, "-p and a program: one of them");
    if (options.pid <= 0 && !program)
        fatal(kExitInternal, "no program given (usage: lsw trace [option...] app.exe [argument...])");
    if (program) {
        options.program = find_program_or_die(program);
        options.arguments.assign(arguments.rest(), arguments.rest() + arguments.left());
    }
    return options;
}

}  // namespace lsw::cli::trace
