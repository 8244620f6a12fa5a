#include "cli/trace/summary.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "cli/trace/lines.h"

namespace lsw::cli::trace {
namespace {

struct Row {
    uint32_t call;
    CallTotals totals;
    KernelTotals kernel;
};

// A function and its aliases in other modules are one row: a program's import decides which of them is called.
std::vector<Row> collect(const Session& session, const std::unordered_map<uint32_t, KernelTotals>* kernel) {
    std::map<std::string_view, Row> rows;
    for (const auto& [call, totals] : session.totals()) {
        Row& row = rows.try_emplace(session.catalogue()[call].name, Row{call, {}, {}}).first->second;
        row.totals.add(totals);
        auto found = kernel ? kernel->find(call) : decltype(kernel->find(call)){};
        if (!kernel || found == kernel->end()) continue;
        row.kernel.syscalls += found->second.syscalls;
        row.kernel.syscall_ns += found->second.syscall_ns;
        row.kernel.blocked_ns += found->second.blocked_ns;
        row.kernel.faults += found->second.faults;
        row.kernel.bytes += found->second.bytes;
    }
    std::vector<Row> sorted;
    for (auto& [name, row] : rows) sorted.push_back(row);
    std::sort(sorted.begin(), sorted.end(), [](const Row& a, const Row& b) {
        if (a.totals.total_ticks != b.totals.total_ticks) return a.totals.total_ticks > b.totals.total_ticks;
        return a.totals.count > b.totals.count;
    });
    return sorted;
}

// Ticks below which a share of the calls lies.
uint64_t quantile(const CallTotals& totals, double share) {
    uint64_t returned = 0, seen = 0;
    for (uint64_t count : totals.histogram) returned += count;
    auto wanted = static_cast<uint64_t>(share * static_cast<double>(returned));
    for (unsigned bucket = 0; bucket < kBuckets; ++bucket) {
        seen += totals.histogram[bucket];
        if (seen > wanted) return std::min((bucket_start(bucket) + bucket_start(bucket + 1)) / 2, totals.most_ticks);
    }
    return totals.most_ticks;
}

std::string duration(double ns) {
    char text[24];
    if (ns < 1e3) snprintf(text, sizeof text, "%.0f ns", ns);
    else if (ns < 1e6) snprintf(text, sizeof text, "%.1f us", ns / 1e3);
    else if (ns < 1e9) snprintf(text, sizeof text, "%.1f ms", ns / 1e6);
    else snprintf(text, sizeof text, "%.2f s", ns / 1e9);
    return text;
}

void write_table(const Session& session, const std::vector<Row>& rows, const KernelTotals* outside, Output& output) {
    char line[256];
    bool kernel = outside;
    snprintf(line, sizeof line, "%10s %8s %10s %10s %10s %10s%s  call\n", "calls", "errors", "total", "p50", "p99", "most",
             kernel ? "  sys/call    blocked" : "");
    output.write(line);
    uint64_t calls = 0, errors = 0;
    for (const Row& row : rows) {
        const CallTotals& totals = row.totals;
        auto time = [&](uint64_t ticks) { return duration(session.clock().ns(ticks)); };
        snprintf(line, sizeof line, "%10llu %8llu %10s %10s %10s %10s", static_cast<unsigned long long>(totals.count),
                 static_cast<unsigned long long>(totals.errors), time(totals.total_ticks).c_str(),
                 time(quantile(totals, 0.5)).c_str(), time(quantile(totals, 0.99)).c_str(),
                 time(totals.most_ticks).c_str());
        output.write(line);
        if (kernel) {
            snprintf(line, sizeof line, " %9.1f %10s",
                     static_cast<double>(row.kernel.syscalls) / static_cast<double>(totals.count),
                     duration(static_cast<double>(row.kernel.blocked_ns)).c_str());
            output.write(line);
        }
        output.write("  ");
        output.write(session.catalogue()[row.call].name);
        output.write("\n");
        calls += totals.count;
        errors += totals.errors;
    }
    snprintf(line, sizeof line, "%10llu %8llu  in %zu functions, %d process%s, %s\n", static_cast<unsigned long long>(calls),
             static_cast<unsigned long long>(errors), rows.size(), session.process_count(),
             session.process_count() == 1 ? "" : "es", duration(session.wall_ns()).c_str());
    output.write(line);
    if (kernel) {
        snprintf(line, sizeof line, "outside of these calls: %llu Linux system calls, %llu page faults, blocked %s\n",
                 static_cast<unsigned long long>(outside->syscalls), static_cast<unsigned long long>(outside->faults),
                 duration(static_cast<double>(outside->blocked_ns)).c_str());
        output.write(line);
    }
}

void write_json(const Session& session, const std::vector<Row>& rows, const KernelTotals* outside, int exit_status,
                Output& output) {
    char line[512];
    snprintf(line, sizeof line,
             "{\n  \"format\": \"lsw-trace-summary\",\n  \"version\": 1,\n  \"exit_status\": %d,\n"
             "  \"wall_ms\": %.3f,\n  \"processes\": %d,\n"
             "  \"lost_events\": %llu,\n  \"uncounted_calls\": %llu,\n  \"kernel\": %s,\n  \"calls\": [",
             exit_status, session.wall_ns() / 1e6, session.process_count(),
             static_cast<unsigned long long>(session.lost()), static_cast<unsigned long long>(session.uncounted()),
             outside ? "true" : "false");
    output.write(line);
    const char* comma = "\n";
    for (const Row& row : rows) {
        const Call& call = session.catalogue()[row.call];
        const CallTotals& totals = row.totals;
        auto ns = [&](uint64_t ticks) { return session.clock().ns(ticks); };
        output.write(std::string(comma) + "    {\"name\": " + json_quoted(call.name) + ", \"dll\": " +
                     json_quoted(call.dll) + ", \"class\": \"" + class_name(call.call_class) + "\"");
        snprintf(line, sizeof line,
                 ", \"count\": %llu, \"errors\": %llu, \"total_ns\": %.0f, \"median_ns\": %.0f, "
                 "\"p99_ns\": %.0f, \"most_ns\": %.0f",
                 static_cast<unsigned long long>(totals.count), static_cast<unsigned long long>(totals.errors),
                 ns(totals.total_ticks), ns(quantile(totals, 0.5)), ns(quantile(totals, 0.99)), ns(totals.most_ticks));
        output.write(line);
        if (outside) {
            snprintf(line, sizeof line,
                     ", \"linux_syscalls\": %llu, \"syscall_ns\": %llu, \"blocked_ns\": %llu, \"page_faults\": %llu, "
                     "\"bytes\": %llu",
                     static_cast<unsigned long long>(row.kernel.syscalls),
                     static_cast<unsigned long long>(row.kernel.syscall_ns),
                     static_cast<unsigned long long>(row.kernel.blocked_ns), static_cast<unsigned long long>(row.kernel.faults),
                     static_cast<unsigned long long>(row.kernel.bytes));
            output.write(line);
        }
        output.write("}");
        comma = ",\n";
    }
    output.write("\n  ]\n}\n");
}

}  // namespace

void write_summary(const Session& session, const std::unordered_map<uint32_t, KernelTotals>* kernel, bool json,
                   int exit_status, Output& output) {
    std::vector<Row> rows = collect(session, kernel);
    KernelTotals outside;
    if (kernel) {
        auto found = kernel->find(~0u);
        if (found != kernel->end()) outside = found->second;
    }
    if (json) write_json(session, rows, kernel ? &outside : nullptr, exit_status, output);
    else write_table(session, rows, kernel ? &outside : nullptr, output);
    output.flush();
}

}  // namespace lsw::cli::trace
