// A traced process as the tracer holds it: the shared memory it writes to, and what was read of it so far.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/unique_fd.h"
#include "cli/trace/event.h"
#include "cli/trace/values.h"

namespace lsw::cli::trace {

struct ModuleRange {
    uint64_t base, size_bytes;
    std::string path;
};

struct CallTotals {
    uint64_t count = 0, errors = 0, total_ticks = 0, most_ticks = 0;
    uint64_t histogram[kBuckets] = {};
    void add(const CallTotals& other);
};

using Totals = std::unordered_map<uint32_t, CallTotals>;

class TracedProcess {
public:
    TracedProcess(int pid, UniqueFd socket, UniqueFd pidfd, UniqueFd memory, DataHeader* data, uint64_t data_bytes,
                  int32_t thread_offset);
    ~TracedProcess();
    TracedProcess(const TracedProcess&) = delete;
    TracedProcess& operator=(const TracedProcess&) = delete;

    int pid() const { return pid_; }
    int socket() const { return socket_.get(); }
    int pidfd() const { return pidfd_.get(); }
    int32_t thread_offset() const { return thread_offset_; }
    const std::string& program() const { return program_; }

    // Takes what the rings hold and appends it; true when there was anything.
    bool read(const Catalogue& catalogue, std::vector<EventPtr>& out);
    // The process is gone or let go: calls that never returned become events too.
    void close_calls(const Catalogue& catalogue, std::vector<EventPtr>& out);
    // Adds up the counts of all threads.
    void add_counts(const Catalogue& catalogue, Totals& totals, uint64_t& uncounted) const;
    uint64_t lost() const;
    // Asks to be woken by the next record; false when there is one already.
    bool sleep_until_record();

    HandleNames handles;
    std::vector<ModuleRange> modules;
    // Of a process that is let go: it still has the memory mapped.
    void give_memory_back();
    // Events are made by the hundred thousand: their memory is used again.
    EventPtr new_event();
    void give_back(EventPtr event);

private:
    struct OpenCall {
        uint32_t sequence;
        EventPtr event;
    };
    struct Reader {
        std::vector<OpenCall> open;
        int tid = 0;
    };
    bool read_region(const Catalogue& catalogue, size_t index, Region& region, std::vector<EventPtr>& out);
    void read_record(const Catalogue& catalogue, Reader& reader, const Record& record, std::vector<EventPtr>& out);
    void read_enter(const Catalogue& catalogue, Reader& reader, const Record& record, std::vector<EventPtr>& out);
    void read_exit(const Catalogue& catalogue, Reader& reader, const Record& record, std::vector<EventPtr>& out);
    std::string absolute_path(const std::string& path) const;
    void read_module(const Record& record, Event& event);
    void close_reader(Reader& reader, std::vector<EventPtr>& out);
    template <class Visit>
    void for_each_region(Visit visit) const;

    int pid_;
    UniqueFd socket_, pidfd_, memory_;
    DataHeader* data_;
    uint64_t data_bytes_;
    int32_t thread_offset_;
    std::string program_;
    std::vector<Reader> readers_;
    std::vector<std::byte> copy_;
    std::vector<EventPtr> unused_;
};

}  // namespace lsw::cli::trace
