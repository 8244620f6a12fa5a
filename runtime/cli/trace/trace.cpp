#include "cli/trace/trace.h"

#include <unistd.h>

#include <cstdio>

#include "base/log.h"
#include "cli/trace/chrome.h"
#include "cli/trace/flame.h"
#include "cli/trace/kernel_source.h"
#include "cli/trace/lines.h"
#include "cli/trace/perf_map.h"
#include "cli/trace/session.h"
#include "cli/trace/summary.h"

namespace lsw::cli {

using namespace trace;

namespace {

void select(const TraceOptions& options, Catalogue& catalogue) {
    if (options.select.empty()) catalogue.select_default();
    for (const std::string& list : options.select) {
        std::string unknown = catalogue.select(list);
        if (!unknown.empty()) fatal(kExitInternal, "trace: -e %s: no class and no function of that name", unknown.c_str());
    }
}

void report_losses(const Session& session) {
    if (session.lost())
        fprintf(stderr, "lsw: trace: %llu events were lost: the program made them faster than they could be written\n",
                static_cast<unsigned long long>(session.lost()));
    if (session.uncounted())
        fprintf(stderr, "lsw: trace: %llu calls were not counted: too many different functions\n",
                static_cast<unsigned long long>(session.uncounted()));
}

}  // namespace

int trace_command(int count, char** words) {
    TraceOptions options = parse_trace_options(count, words);
    Catalogue catalogue;
    select(options, catalogue);
    Output output(options.output);
    Session session(options, catalogue);
    KernelSource kernel;
    bool with_kernel = options.count && !options.no_bpf && kernel.start(catalogue);
    if (with_kernel) session.set_kernel_source(&kernel);
    if (options.lines())
        session.add_sink(options.json ? make_json_lines(session, output, options.failed)
                                      : make_lines(session, output, options.failed));
    if (options.perf_map) session.add_sink(make_perf_map());
    if (!options.chrome.empty()) session.add_sink(make_chrome(session, options.chrome));
    if (!options.flame.empty()) session.add_sink(make_flame(session, options.flame));
    session.start();
    int status = session.run();
    if (options.count) {
        auto totals = with_kernel ? kernel.finish() : decltype(kernel.finish()){};
        write_summary(session, with_kernel ? &totals : nullptr, options.json, status, output);
        if (!with_kernel && !options.no_bpf && !options.json)
            fprintf(stderr, "lsw: trace: without Linux system calls and blocked time: %s\n", kernel.problem().c_str());
    }
    report_losses(session);
    // Nothing is left to do but to give memory back, which the kernel does faster.
    fflush(nullptr);
    _exit(status);
}

}  // namespace lsw::cli
