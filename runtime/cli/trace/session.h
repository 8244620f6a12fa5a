// One run of `lsw trace`: the processes that report to it, from the first connection until the last has gone.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "cli/trace/clock.h"
#include "cli/trace/options.h"
#include "cli/trace/process.h"

namespace lsw::cli::trace {

class KernelSource;

class Session {
public:
    Session(const TraceOptions& options, Catalogue& catalogue);
    ~Session();

    void add_sink(std::unique_ptr<Sink> sink) { sinks_.push_back(std::move(sink)); }
    void set_kernel_source(KernelSource* kernel);
    // Starts the program, or asks the running one to report. Ends the process with one line when neither works.
    void start();
    // Until nothing is left to trace. Returns the exit status.
    int run();

    const TickClock& clock() const { return clock_; }
    const Catalogue& catalogue() const { return catalogue_; }
    uint64_t lost() const { return lost_; }
    uint64_t uncounted() const { return uncounted_; }
    const Totals& totals() const { return totals_; }
    int process_count() const { return process_count_; }
    // From the first process's start to the last one's end.
    double wall_ns() const { return clock_.ns(last_end_ - first_start_); }

private:
    void make_plan();
    void listen();
    void launch();
    void attach();
    void accept_process();
    void welcome(int socket, pid_t peer);
    void drain(bool only_new = false);
    void deliver(std::vector<EventPtr>& events);
    void finish_process(size_t index);
    void on_signal();
    void detach_all();
    bool done() const;
    int wait_timeout(bool had_records);
    void watch(int fd, uint64_t what);

    const TraceOptions& options_;
    Catalogue& catalogue_;
    TickClock clock_;
    KernelSource* kernel_ = nullptr;
    std::vector<std::unique_ptr<Sink>> sinks_;
    std::vector<std::unique_ptr<TracedProcess>> processes_;
    Totals totals_;
    UniqueFd plan_, listener_, epoll_, wake_, signals_;
    pid_t child_ = 0;
    int child_status_ = -1;  // of wait; -1: runs
    bool leaving_ = false;
    int leaving_signal_ = 0;
    bool quiet_before_ = false;
    int process_count_ = 0;
    uint64_t first_start_ = 0, last_end_ = 0;
    uint64_t lost_ = 0, uncounted_ = 0;
    std::vector<EventPtr> events_;
};

}  // namespace lsw::cli::trace
