// Nothing that is read here is trusted: a broken program may have written anything into the shared memory.
#include "cli/trace/process.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "api/facade.h"

namespace lsw::cli::trace {

void CallTotals::add(const CallTotals& other) {
    count += other.count;
    errors += other.errors;
    total_ticks += other.total_ticks;
    most_ticks = std::max(most_ticks, other.most_ticks);
    for (unsigned i = 0; i < kBuckets; ++i) histogram[i] += other.histogram[i];
}

TracedProcess::TracedProcess(int pid, UniqueFd socket, UniqueFd pidfd, UniqueFd memory, DataHeader* data,
                             uint64_t data_bytes, int32_t thread_offset)
    : pid_(pid), socket_(std::move(socket)), pidfd_(std::move(pidfd)), memory_(std::move(memory)), data_(data),
      data_bytes_(data_bytes), thread_offset_(thread_offset) {}

TracedProcess::~TracedProcess() { munmap(static_cast<void*>(data_), data_bytes_); }

void TracedProcess::give_memory_back() {
    fallocate(memory_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(data_bytes_));
}

// Every region has the size of the first, which the plan decides.
template <class Visit>
void TracedProcess::for_each_region(Visit visit) const {
    uint64_t used = std::min(data_->used.load(std::memory_order_acquire), data_bytes_);
    auto* base = reinterpret_cast<std::byte*>(data_);
    if (used < kDataHeaderBytes + sizeof(Region)) return;
    uint32_t size = reinterpret_cast<Region*>(base + kDataHeaderBytes)->size_bytes;
    if (size < sizeof(Region) || size % 4096 != 0) return;
    size_t index = 0;
    for (uint64_t at = kDataHeaderBytes; at + size <= used; at += size, ++index) {
        auto& region = *reinterpret_cast<Region*>(base + at);
        if (__atomic_load_n(&region.magic, __ATOMIC_ACQUIRE) != kRegionMagic || region.size_bytes != size) continue;
        visit(index, region);
    }
}

EventPtr TracedProcess::new_event() {
    EventPtr event;
    if (unused_.empty()) {
        event = std::make_unique<Event>();
    } else {
        event = std::move(unused_.back());
        unused_.pop_back();
    }
    event->process = this;
    return event;
}

void TracedProcess::give_back(EventPtr event) {
    constexpr size_t kMostUnused = 4096;
    if (unused_.size() >= kMostUnused) return;
    event->clear();
    unused_.push_back(std::move(event));
}

bool TracedProcess::read(const Catalogue& catalogue, std::vector<EventPtr>& out) {
    bool any = false;
    for_each_region([&](size_t index, Region& region) {
        if (region.ring_bytes) any |= read_region(catalogue, index, region, out);
    });
    return any;
}

bool TracedProcess::read_region(const Catalogue& catalogue, size_t index, Region& region, std::vector<EventPtr>& out) {
    if (readers_.size() <= index) readers_.resize(index + 1);
    Reader& reader = readers_[index];
    // Before the ring: what is in it is complete then.
    bool ended = region.state.load(std::memory_order_acquire) == RegionState::kEnded;
    reader.tid = region.tid;
    uint32_t ring_bytes = region.ring_bytes, ring_offset = region.ring_offset;
    bool sane = (ring_bytes & (ring_bytes - 1)) == 0 && ring_offset >= sizeof(Region) &&
                uint64_t{ring_offset} + ring_bytes <= region.size_bytes;
    if (!sane) return false;
    uint64_t head = region.head.load(std::memory_order_acquire), tail = region.tail.load(std::memory_order_relaxed);
    bool any = head != tail;
    if (head - tail > ring_bytes) tail = head;
    const auto* ring = reinterpret_cast<const std::byte*>(&region) + ring_offset;
    while (tail != head) {
        auto place = static_cast<uint32_t>(tail) & (ring_bytes - 1);
        uint32_t size = reinterpret_cast<const Record*>(ring + place)->size_bytes;
        if (size < 16 || size % 8 != 0 || size > ring_bytes - place || size > head - tail) {
            tail = head;
            break;
        }
        copy_.assign(ring + place, ring + place + size);
        copy_.resize(std::max<size_t>(size, sizeof(Record)));
        tail += size;
        auto& record = *reinterpret_cast<Record*>(copy_.data());
        record.size_bytes = size;
        if (record.kind != RecordKind::kPadding && size >= sizeof(Record)) read_record(catalogue, reader, record, out);
    }
    region.tail.store(tail, std::memory_order_release);
    if (ended) {
        close_reader(reader, out);
        region.state.store(RegionState::kFree, std::memory_order_release);
    }
    return any;
}

namespace {

struct Body {
    const std::byte* at;
    const std::byte* end;
    template <class T>
    bool take(T& value) {
        if (static_cast<size_t>(end - at) < sizeof(T)) return false;
        memcpy(&value, at, sizeof(T));
        at += sizeof(T);
        return true;
    }
    void words(size_t most, std::vector<uint64_t>& out) {
        for (uint64_t word; out.size() < most && take(word);) out.push_back(word);
    }
    void captures(size_t arguments, Event& out) {
        for (Capture capture; take(capture);) {
            size_t padded = (capture.size_bytes + 7u) & ~size_t{7};
            if (static_cast<size_t>(end - at) < padded || capture.argument >= arguments) return;
            out.captures.push_back({capture.argument, capture.kind, capture.total,
                                    static_cast<uint32_t>(out.bytes.size()), capture.size_bytes});
            out.bytes.append(reinterpret_cast<const char*>(at), capture.size_bytes);
            at += padded;
        }
    }
};

Body body_of(const Record& record) {
    auto* start = reinterpret_cast<const std::byte*>(&record);
    return {start + sizeof(Record), start + record.size_bytes};
}

}  // namespace

void TracedProcess::read_record(const Catalogue& catalogue, Reader& reader, const Record& record,
                                std::vector<EventPtr>& out) {
    if (record.kind == RecordKind::kEnter) return read_enter(catalogue, reader, record, out);
    if (record.kind == RecordKind::kExit) return read_exit(catalogue, reader, record, out);
    EventPtr event = new_event();
    event->tid = reader.tid;
    event->start = event->end = record.time;
    event->last_error = record.detail;
    if (record.kind == RecordKind::kModule) {
        event->kind = Event::Kind::kModule;
        read_module(record, *event);
    } else if (record.kind == RecordKind::kException || record.kind == RecordKind::kStack) {
        event->kind = record.kind == RecordKind::kStack ? Event::Kind::kStack : Event::Kind::kException;
        Body body = body_of(record);
        body.words(64, event->words);
        if (event->words.empty()) return;
    } else {
        return;
    }
    out.push_back(std::move(event));
}

void TracedProcess::read_enter(const Catalogue& catalogue, Reader& reader, const Record& record,
                               std::vector<EventPtr>& out) {
    if (record.call >= catalogue.size()) return;
    const Call& call = catalogue[record.call];
    EventPtr event = new_event();
    event->tid = reader.tid;
    event->call = record.call;
    event->start = record.time;
    event->depth = std::min<uint32_t>(record.detail, 1000);
    Body body = body_of(record);
    body.words(call.plan.argument_count, event->words);
    event->words.resize(call.plan.argument_count);
    body.captures(call.plan.argument_count, *event);
    // Calls at this depth or deeper that are still open were left without a return.
    while (!reader.open.empty() && reader.open.back().event->depth >= event->depth) {
        EventPtr& left = reader.open.back().event;
        left->kind = Event::Kind::kUnfinished;
        left->end = event->start;
        out.push_back(std::move(left));
        reader.open.pop_back();
    }
    if (call.plan.flags & kNoReturnSeen) {
        event->kind = Event::Kind::kUnfinished;
        event->end = event->start;
        out.push_back(std::move(event));
        return;
    }
    reader.open.push_back({record.sequence, std::move(event)});
}

void TracedProcess::read_exit(const Catalogue& catalogue, Reader& reader, const Record& record,
                              std::vector<EventPtr>& out) {
    auto& open = reader.open;
    auto found = std::find_if(open.rbegin(), open.rend(),
                              [&](const OpenCall& call) { return call.sequence == record.sequence; });
    if (found == open.rend() || found->event->call != record.call) return;
    size_t place = static_cast<size_t>(open.rend() - found) - 1;
    while (open.size() > place + 1) {
        open.back().event->kind = Event::Kind::kUnfinished;
        open.back().event->end = record.time;
        out.push_back(std::move(open.back().event));
        open.pop_back();
    }
    EventPtr event = std::move(open.back().event);
    open.pop_back();
    event->end = record.time;
    event->last_error = record.detail;
    Body body = body_of(record);
    if (!body.take(event->result)) return;
    body.captures(catalogue[event->call].plan.argument_count, *event);
    out.push_back(std::move(event));
}

// A program is named as it was on the command line; built-in modules have a name alone.
std::string TracedProcess::absolute_path(const std::string& path) const {
    if (path.starts_with('/') || !api::facade_image(path).empty()) return path;
    std::string link = "/proc/" + std::to_string(pid_) + "/cwd";
    char directory[PATH_MAX];
    ssize_t length = readlink(link.c_str(), directory, sizeof directory);
    // The process may be gone already; then it most likely had our directory.
    if (length <= 0 && !getcwd(directory, sizeof directory)) return path;
    return (length > 0 ? std::string(directory, static_cast<size_t>(length)) : std::string(directory)) + "/" + path;
}

void TracedProcess::read_module(const Record& record, Event& event) {
    Body body = body_of(record);
    body.words(2, event.words);
    event.words.resize(2);
    body.captures(1, event);
    if (!event.captures.empty()) event.text = absolute_path(std::string(event.bytes_of(event.captures[0])));
    modules.push_back({event.words[0], event.words[1], event.text});
    if (program_.empty() && event.text.find('/') != event.text.npos)
        program_ = event.text.substr(event.text.rfind('/') + 1);
}

void TracedProcess::close_reader(Reader& reader, std::vector<EventPtr>& out) {
    while (!reader.open.empty()) {
        reader.open.back().event->kind = Event::Kind::kUnfinished;
        reader.open.back().event->end = reader.open.back().event->start;
        out.push_back(std::move(reader.open.back().event));
        reader.open.pop_back();
    }
}

void TracedProcess::close_calls(const Catalogue&, std::vector<EventPtr>& out) {
    for (Reader& reader : readers_) close_reader(reader, out);
}

void TracedProcess::add_counts(const Catalogue& catalogue, Totals& totals, uint64_t& uncounted) const {
    for_each_region([&](size_t, Region& region) {
        uncounted += region.uncounted.load(std::memory_order_relaxed);
        uint64_t used = region.counts_used.load(std::memory_order_acquire);
        if (!region.counts_offset || region.counts_offset + used * sizeof(CallCounts) > region.size_bytes) return;
        auto* counts = reinterpret_cast<const CallCounts*>(reinterpret_cast<const std::byte*>(&region) +
                                                           region.counts_offset);
        for (uint64_t i = 0; i < used; ++i) {
            if (counts[i].call >= catalogue.size()) continue;
            CallTotals& total = totals[counts[i].call];
            total.count += counts[i].count;
            total.errors += counts[i].errors;
            total.total_ticks += counts[i].total_ticks;
            total.most_ticks = std::max(total.most_ticks, counts[i].most_ticks);
            for (unsigned b = 0; b < kBuckets; ++b) total.histogram[b] += counts[i].histogram[b];
        }
    });
}

uint64_t TracedProcess::lost() const {
    uint64_t lost = data_->lost.load(std::memory_order_relaxed);
    for_each_region([&](size_t, const Region& region) { lost += region.lost.load(std::memory_order_relaxed); });
    return lost;
}

bool TracedProcess::sleep_until_record() {
    data_->reader_sleeps.store(1);
    bool any = false;
    for_each_region([&](size_t, Region& region) {
        any |= region.ring_bytes && region.head.load() != region.tail.load(std::memory_order_relaxed);
        any |= region.state.load() == RegionState::kEnded;
    });
    return !any;
}

}  // namespace lsw::cli::trace
