#include "api/trace/record.h"

#include "api/trace/probes.h"

namespace lsw::trace {

extern "C" {
constinit State lsw_trace_state{};
constinit thread_local ThreadState lsw_trace_thread{};
}

namespace {

constexpr uint32_t kLookAfterTracer = 1 << 16;  // calls of a thread between two looks whether the tracer lives

inline uint64_t now() {
    uint32_t low, high;
    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    return static_cast<uint64_t>(high) << 32 | low;
}

inline uint32_t last_error() {
    constexpr unsigned kLastErrorValue = 0x68;
    uint32_t value;
    asm("movl %%gs:%c1, %0" : "=r"(value) : "i"(kLastErrorValue));
    return value;
}

inline uint64_t stack_base() {
    uint64_t value;
    asm("movq %%gs:8, %0" : "=r"(value));
    return value;
}

// The region of the thread for the present attachment; null while there is none.
inline Region* own_region(ThreadState& thread, uint32_t generation) {
    if (__builtin_expect(thread.generation == generation, 1)) return thread.region;
    if (thread.busy) return nullptr;
    lsw_trace_slow(lsw_trace_take_region, generation, 0);
    return thread.generation == generation ? thread.region : nullptr;
}

inline void wake(const State& state) {
    if (__builtin_expect(state.data->reader_sleeps.load(std::memory_order_relaxed), 0))
        lsw_trace_slow(lsw_trace_wake_reader, 0, 0);
}

// Writes captures behind `at`; returns the end.
class CaptureWriter {
public:
    explicit CaptureWriter(std::byte* at) : at_(at) {}
    std::byte* end() const { return at_; }

    void text(uint8_t argument, CaptureKind kind, const void* from) {
        if (!from) return;
        finish(argument, kind, lsw_trace_copy_text(body(), from, kMostTextBytes));
    }
    void wide(uint8_t argument, CaptureKind kind, const void* from, uint64_t most = kMostTextBytes / 2) {
        if (!from) return;
        finish(argument, kind, 2 * lsw_trace_copy_wide(body(), from, most));
    }
    void bytes(uint8_t argument, CaptureKind kind, const void* from, uint64_t size) {
        if (!from) return;
        uint64_t copied = lsw_trace_copy_bytes(body(), from, size < kMostBytes ? size : kMostBytes);
        finish(argument, kind, copied, static_cast<uint32_t>(size));
    }
    void number(uint8_t argument, CaptureKind kind, const void* from, uint64_t size) {
        if (from && lsw_trace_copy_bytes(body(), from, size) == size) finish(argument, kind, size);
    }

private:
    std::byte* body() { return at_ + sizeof(Capture); }
    void finish(uint8_t argument, CaptureKind kind, uint64_t size, uint32_t total = 0) {
        auto* capture = reinterpret_cast<Capture*>(at_);
        *capture = {argument, kind, static_cast<uint16_t>(size), total};
        at_ += sizeof(Capture) + ((size + 7) & ~uint64_t{7});
    }
    std::byte* at_;
};

// UNICODE_STRING as the ABI lays it out; read through copies, since it may lie anywhere.
struct CountedText {
    uint16_t size_bytes, room_bytes;
    uint32_t padding;
    const void* text;
};
struct ObjectName {
    uint64_t length;
    const void* root;
    const CountedText* name;
};

inline void counted_text(CaptureWriter& out, uint8_t argument, CaptureKind kind, const void* from) {
    CountedText text;
    if (!from || lsw_trace_copy_bytes(&text, from, sizeof text) != sizeof text) return;
    uint64_t units = text.size_bytes / 2;
    out.wide(argument, kind, text.text, units < kMostTextBytes / 2 ? units : kMostTextBytes / 2);
}

inline void capture_before(CaptureWriter& out, const CallPlan& plan, const uint64_t* arguments) {
    for (unsigned i = 0; i < plan.capture_count; ++i) {
        auto kind = static_cast<CaptureKind>(plan.captures[i] >> 4);
        uint8_t argument = plan.captures[i] & 15;
        auto* from = reinterpret_cast<const void*>(arguments[argument]);
        if (kind == CaptureKind::kText) out.text(argument, kind, from);
        if (kind == CaptureKind::kWideText) out.wide(argument, kind, from);
        if (kind == CaptureKind::kUnicodeString) counted_text(out, argument, kind, from);
        if (kind == CaptureKind::kBytes) out.bytes(argument, kind, from, arguments[argument + 1] & 0xFFFF'FFFF);
        if (kind == CaptureKind::kObjectAttributes) {
            ObjectName object;
            if (from && lsw_trace_copy_bytes(&object, from, sizeof object) == sizeof object)
                counted_text(out, argument, kind, object.name);
        }
    }
}

inline void capture_after(CaptureWriter& out, const CallPlan& plan, const uint64_t* arguments, uint64_t result) {
    for (unsigned i = 0; i < plan.capture_count; ++i) {
        auto kind = static_cast<CaptureKind>(plan.captures[i] >> 4);
        uint8_t argument = plan.captures[i] & 15;
        auto* from = reinterpret_cast<const void*>(arguments[argument]);
        if (kind == CaptureKind::kOutNumber32) out.number(argument, kind, from, 4);
        if (kind == CaptureKind::kOutNumber64) out.number(argument, kind, from, 8);
        // What the function wrote there is known to be text only when it says that it did something.
        if (kind == CaptureKind::kOutText && (result & 0xFFFF'FFFF)) out.text(argument, kind, from);
        if (kind == CaptureKind::kOutWideText && (result & 0xFFFF'FFFF)) out.wide(argument, kind, from);
        if (kind == CaptureKind::kOutBytes && (result & 0xFFFF'FFFF)) {
            uint32_t size = 0;
            auto* written = reinterpret_cast<const void*>(arguments[argument + 2]);
            if (written && lsw_trace_copy_bytes(&size, written, 4) == 4) out.bytes(argument, kind, from, size);
        }
    }
}

constexpr uint32_t kCaptureRoom = kMostCaptures * (sizeof(Capture) + kMostTextBytes);

void record_enter(State& state, Region& region, Frame& frame, const CallPlan& plan, ThreadState& thread) {
    uint32_t fixed = sizeof(Record) + plan.argument_count * 8u;
    Record* record = reserve(region, fixed + (plan.capture_count ? kCaptureRoom : 0));
    if (!record) return;
    if (++thread.sequence == 0) ++thread.sequence;
    frame.sequence = thread.sequence;
    auto* words = reinterpret_cast<uint64_t*>(record + 1);
    for (unsigned i = 0; i < plan.argument_count; ++i)
        words[i] = i < 4 && (plan.float_mask >> i & 1) ? frame.floats[i] : frame.arguments[i];
    CaptureWriter captures(reinterpret_cast<std::byte*>(words + plan.argument_count));
    capture_before(captures, plan, frame.arguments);
    *record = {static_cast<uint32_t>(captures.end() - reinterpret_cast<std::byte*>(record)), RecordKind::kEnter,
               static_cast<uint16_t>(frame.call), frame.start, frame.sequence, thread.depth};
    publish(region);
    wake(state);
}

void record_exit(State& state, Region& region, Frame& frame, const CallPlan& plan, uint64_t end) {
    Record* record = reserve(region, sizeof(Record) + 8 + (plan.capture_count ? kCaptureRoom : 0));
    if (!record) return;
    auto* words = reinterpret_cast<uint64_t*>(record + 1);
    words[0] = plan.flags & kFloatResult ? frame.float_result : frame.result;
    CaptureWriter captures(reinterpret_cast<std::byte*>(words + 1));
    capture_after(captures, plan, frame.arguments, frame.result);
    *record = {static_cast<uint32_t>(captures.end() - reinterpret_cast<std::byte*>(record)), RecordKind::kExit,
               static_cast<uint16_t>(frame.call), end, frame.sequence, last_error()};
    publish(region);
    wake(state);
}

// The call's place in the thread's counts; null when there is no more room.
inline CallCounts* counts_of(Region& region, uint64_t call) {
    auto* base = reinterpret_cast<std::byte*>(&region);
    uint16_t& place = reinterpret_cast<uint16_t*>(base + region.index_offset)[call];
    auto* counts = reinterpret_cast<CallCounts*>(base + region.counts_offset);
    if (__builtin_expect(place == 0, 0)) {
        uint32_t used = region.counts_used.load(std::memory_order_relaxed);
        if (used >= region.counts_limit) return nullptr;
        counts[used].call = static_cast<uint32_t>(call);
        place = static_cast<uint16_t>(used + 1);
        region.counts_used.store(used + 1, std::memory_order_release);
    }
    return &counts[place - 1];
}

// At the entry, so that calls which never return are counted too. Returns how many calls this one's time stands for; 0
// when it need not be timed. The gaps vary, lest every timed call be the one that fills a buffer.
uint32_t count_entry(Region& region, uint64_t call) {
    CallCounts* own = counts_of(region, call);
    if (!own) {
        region.uncounted.store(region.uncounted.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
        return 0;
    }
    if (++own->count <= kTimedCalls) return 1;
    if (own->skip) {
        --own->skip;
        return 0;
    }
    uint32_t weight = own->gap + 1u;
    own->gap = own->skip = static_cast<uint16_t>(static_cast<uint32_t>(own->count) * 2654435761u >> 28);
    return weight;
}

void count_return(Region& region, const Frame& frame, const CallPlan& plan, uint64_t ticks, uint32_t weight) {
    CallCounts* counts = counts_of(region, frame.call);
    if (!counts) return;
    CallCounts& own = *counts;
    if (result_is_failure(plan.error, frame.result)) ++own.errors;
    if (!weight) return;
    own.total_ticks += ticks;
    if (weight > 1) {  // what was far from usual (the processor went to somebody else) stands for itself alone
        uint64_t usual = 8 * (own.total_ticks / own.count);
        own.total_ticks += (ticks < usual ? ticks : usual) * (weight - 1);
    }
    if (ticks > own.most_ticks) own.most_ticks = ticks;
    own.histogram[bucket_of(ticks)] += weight;
}

// Nothing but counts is wanted: then not every call has to be timed.
inline bool counts_alone(const State& state) { return (state.mode & (kCounts | kEvents | kStacks)) == kCounts; }

int64_t words_to_copy(const Frame& frame, const CallPlan& plan) {
    if (plan.flags & kNoReturnSeen) return -1;
    uint64_t words = plan.stack_words;
    if (plan.flags & kVariadic) {
        constexpr uint64_t kMostWords = 120;
        uint64_t top = stack_base(), from = reinterpret_cast<uint64_t>(&frame.arguments[4]);
        words = top > from && top - from < kMostWords * 8 ? (top - from) / 8 : kMostWords;
        return static_cast<int64_t>(words & ~uint64_t{1});
    }
    return static_cast<int64_t>((words + 1) & ~uint64_t{1});
}

}  // namespace

Record* reserve(Region& region, uint32_t size_bytes) {
    uint64_t head = region.head.load(std::memory_order_relaxed);
    uint32_t place = static_cast<uint32_t>(head) & (region.ring_bytes - 1);
    uint32_t padding = place + size_bytes > region.ring_bytes ? region.ring_bytes - place : 0;
    uint64_t tail = region.tail.load(std::memory_order_acquire);
    if (head + padding + size_bytes - tail > region.ring_bytes) {
        region.lost.store(region.lost.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
        return nullptr;
    }
    auto* ring = reinterpret_cast<std::byte*>(&region) + region.ring_offset;
    if (padding) {
        *reinterpret_cast<Record*>(ring + place) = {padding, RecordKind::kPadding, 0, 0, 0, 0};
        region.head.store(head + padding, std::memory_order_release);
        place = 0;
    }
    return reinterpret_cast<Record*>(ring + place);
}

void publish(Region& region) {
    uint64_t head = region.head.load(std::memory_order_relaxed);
    auto* ring = reinterpret_cast<std::byte*>(&region) + region.ring_offset;
    auto* record = reinterpret_cast<Record*>(ring + (static_cast<uint32_t>(head) & (region.ring_bytes - 1)));
    record->size_bytes = (record->size_bytes + 7) & ~7u;
    region.head.store(head + record->size_bytes, std::memory_order_release);
}

// Returns how many words of the stack to copy for the function, or -1 to jump to it.
extern "C" [[gnu::ms_abi, gnu::used]] int64_t lsw_trace_enter(Frame* frame) {
    State& state = lsw_trace_state;
    ThreadState& thread = lsw_trace_thread;
    const CallPlan& plan = lsw_trace_plans[frame->call];
    frame->target = state.target(plan);
    uint32_t generation = state.generation.load(std::memory_order_relaxed);
    bool inside = thread.frame > reinterpret_cast<uint64_t>(frame);  // else that call was unwound past
    frame->outer_call = inside ? thread.call : 0;
    frame->outer_frame = inside ? thread.frame : 0;
    frame->outer_depth = thread.depth = inside ? thread.depth : 0;
    frame->generation = 0;
    frame->sequence = 0;
    probe_enter(state.mode & kProbes, state.name(plan), frame->arguments, frame->call);
    Region* region = generation ? own_region(thread, generation) : nullptr;
    if (region) frame->generation = generation;
    if (region && counts_alone(state)) {
        frame->sequence = count_entry(*region, frame->call);
        if (frame->sequence) frame->start = now();
    } else if (region) {
        frame->start = now();
        if (state.mode & kEvents) record_enter(state, *region, *frame, plan, thread);
        if (state.mode & kCounts) count_entry(*region, frame->call);
    }
    if (!(plan.flags & kNoReturnSeen)) {
        thread.call = static_cast<uint32_t>(frame->call) + 1;
        thread.frame = reinterpret_cast<uint64_t>(frame);
        ++thread.depth;
    }
    return words_to_copy(*frame, plan);
}

extern "C" [[gnu::ms_abi, gnu::used]] void lsw_trace_exit(Frame* frame) {
    State& state = lsw_trace_state;
    ThreadState& thread = lsw_trace_thread;
    thread.call = frame->outer_call;
    thread.frame = frame->outer_frame;
    thread.depth = frame->outer_depth;
    const CallPlan& plan = lsw_trace_plans[frame->call];
    probe_return(state.mode & kProbes, state.name(plan), frame->result, frame->call);
    if (frame->generation == 0 || frame->generation != thread.generation ||
        frame->generation != state.generation.load(std::memory_order_relaxed))
        return;
    bool alone = counts_alone(state);
    uint64_t end = alone && !frame->sequence ? 0 : now();
    uint64_t ticks = end - frame->start;
    if (state.mode & kCounts) count_return(*thread.region, *frame, plan, ticks, alone ? frame->sequence : 1);
    if ((state.mode & kEvents) && frame->sequence) record_exit(state, *thread.region, *frame, plan, end);
    if ((state.mode & kStacks) && ticks >= state.long_call)
        lsw_trace_slow(lsw_trace_long_call, reinterpret_cast<uint64_t>(frame), ticks);
    if (++thread.calls % kLookAfterTracer == 0) lsw_trace_slow(lsw_trace_check_tracer, 0, 0);
}

}  // namespace lsw::trace
