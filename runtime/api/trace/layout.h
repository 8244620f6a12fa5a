// What a traced process and `lsw trace` share: the plan (which calls, how to record them; written by the tracer,
// read by the process) and the data (one region per thread; written by the thread, read by the tracer).
// Both are memfds. Rules: a thread writes its own region alone and never waits for the reader; everything the reader
// takes from a region may have been written by a broken program, so it is checked.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace lsw::trace {

inline constexpr uint32_t kPlanMagic = 0x4C53'5401;
inline constexpr uint32_t kDataMagic = 0x4C53'5402;
inline constexpr uint32_t kRegionMagic = 0x4C53'5403;

// How a call's result tells that it failed.
enum class ErrorKind : uint8_t {
    kNone,
    kZero,              // BOOL, pointers; 32 bits
    kZeroPointer,       // 64 bits
    kInvalidHandle,     // NULL or INVALID_HANDLE_VALUE
    kMinusOne,          // 32 bits
    kNegative,          // NTSTATUS, HRESULT
    kNonZero,           // LSTATUS, errno_t
};

// Whether a call that returned `result` failed, by what its kind of function returns then.
inline bool result_is_failure(ErrorKind kind, uint64_t result) {
    auto low = static_cast<int32_t>(result);
    switch (kind) {
        case ErrorKind::kNone: return false;
        case ErrorKind::kZero: return low == 0;
        case ErrorKind::kZeroPointer: return result == 0;
        case ErrorKind::kInvalidHandle: return result == 0 || result == ~uint64_t{0};
        case ErrorKind::kMinusOne: return low == -1;
        case ErrorKind::kNegative: return low < 0;
        case ErrorKind::kNonZero: return low != 0;
    }
    return false;
}

// A text or number that is copied because memory may have changed when the reader looks.
enum class CaptureKind : uint8_t {
    kText,              // char*
    kWideText,          // WCHAR*
    kUnicodeString,     // UNICODE_STRING*
    kObjectAttributes,  // OBJECT_ATTRIBUTES*: its name
    kBytes,             // as many as the next argument says
    kOutNumber32,       // from here on: after the call
    kOutNumber64,
    kOutText,
    kOutWideText,
    kOutBytes,          // as many as the next argument pointed to, or the result said
};
inline constexpr bool is_out(CaptureKind kind) { return kind >= CaptureKind::kOutNumber32; }

enum class CallClass : uint8_t {
    kFile, kRegistry, kProcess, kThread, kMemory, kSync, kNet, kModule, kConsole, kTime, kSystem, kException, kCrt,
    // Not shown unless asked for: calls that never leave the process and that programs make by the million.
    kHeap, kText, kQuick,
};

enum CallFlags : uint8_t {
    kNeverTraced = 1,    // has a convention of its own
    kNoReturnSeen = 2,   // looks at its caller's frame, so that it cannot be called from another
    kFloatResult = 4,
    kVariadic = 8,       // the stack is copied as far as it goes
    kRaw = 16,           // an NT service
};

inline constexpr unsigned kMostArguments = 15;
inline constexpr unsigned kMostCaptures = 6;

// What a build knows of an export that is a function, and how its calls are recorded. facade_gen makes all of them.
struct CallPlan {
    uint8_t flags;
    uint8_t argument_count;  // recorded
    uint8_t stack_words;     // copied for the function, beyond the four in registers
    ErrorKind error;
    uint8_t capture_count;
    uint8_t float_mask;      // of the first four arguments: in an xmm register
    uint8_t captures[kMostCaptures];  // argument index | kind << 4
    CallClass call_class;
    uint8_t module;          // place in the list of built-in modules
    uint16_t row;            // place in that module's rows
    uint16_t signature_of;   // the export whose row has the signature: for an alias its function's
    uint16_t spare;
};
static_assert(sizeof(CallPlan) == 20);
extern "C" [[gnu::visibility("hidden")]] const CallPlan lsw_trace_plans[];

enum PlanMode : uint32_t {
    kEvents = 1,   // records into the rings
    kCounts = 2,   // statistics per thread and call
    kStacks = 4,   // samples of the stack, on CPU and at the end of long calls
    kProbes = 8,   // the static probes are hit, whether anyone watches them or not
    kPerfMap = 16, // images are told, and lie in memory of their own
    kRings = kEvents | kStacks | kPerfMap,
};

struct PlanHeader {
    uint32_t magic;
    uint32_t call_count;      // must be the process's own
    uint64_t build;           // the same
    uint32_t mode;
    uint32_t follow;          // children too
    uint32_t ring_bytes;      // a power of two
    uint32_t sample_interval_us;
    uint64_t long_call;       // ticks of the time stamp counter
    uint64_t data_bytes;
    int32_t tracer;           // pid
    uint32_t spare;
    // A bit for each call that is traced follows, in words of 64.
};
inline constexpr uint64_t plan_bytes(uint32_t call_count) { return sizeof(PlanHeader) + (call_count + 63) / 64 * 8; }

enum class RecordKind : uint16_t { kPadding, kEnter, kExit, kModule, kException, kStack };

// A record in a ring; 8-byte aligned, whole.
struct Record {
    uint32_t size_bytes;
    RecordKind kind;
    uint16_t call;
    uint64_t time;       // time stamp counter
    uint32_t sequence;   // of the call within the thread; an exit has that of its enter
    uint32_t detail;     // enter: nesting; exit: last error; exception: its code; stack: 0 on CPU, 1 in a call
};
// kEnter: argument_count words, then captures. kExit: the result, then captures.
// kModule: base, size, path (captures with the text). kException: address, two parameters.
// kStack: weight (ticks), then addresses, innermost first.

struct Capture {
    uint8_t argument;
    CaptureKind kind;
    uint16_t size_bytes;       // of what follows, padded to 8
    uint32_t total;            // its true length, in the kind's units, where cut
};
inline constexpr unsigned kMostTextBytes = 520;
inline constexpr unsigned kMostBytes = 32;

// Durations in ticks, four steps to each power of two.
inline constexpr unsigned kBuckets = 160;
inline constexpr unsigned bucket_of(uint64_t ticks) {
    if (ticks < 4) return static_cast<unsigned>(ticks);
    unsigned top = 63 - static_cast<unsigned>(__builtin_clzll(ticks));
    unsigned bucket = (top - 1) * 4 + ((ticks >> (top - 2)) & 3);
    return bucket < kBuckets ? bucket : kBuckets - 1;
}
inline constexpr uint64_t bucket_start(unsigned bucket) {
    if (bucket < 4) return bucket;
    unsigned top = bucket / 4 + 1;
    return (4ull | (bucket & 3)) << (top - 2);
}

struct CallCounts {
    uint64_t count, errors, total_ticks, most_ticks;
    uint32_t histogram[kBuckets];
    uint32_t call;
    uint16_t gap, skip;  // untimed calls before the next timed one: all of them, and how many are left
};
// So many calls of a function by a thread are timed each; of the rest one in eight or so, which stands for those before
// it: reading the clock is half of what a counted call costs.
inline constexpr uint64_t kTimedCalls = 1024;

enum class RegionState : uint32_t { kFree, kLive, kEnded };

struct alignas(64) Region {
    uint32_t magic;
    int32_t tid;
    std::atomic<RegionState> state;
    uint32_t size_bytes;
    uint32_t ring_bytes;
    uint32_t ring_offset;       // from the region's start
    uint32_t counts_offset;     // CallCounts[]
    uint32_t counts_limit;
    uint32_t index_offset;      // uint16_t[call_count]: place in counts, plus 1
    std::atomic<uint32_t> counts_used;
    alignas(64) std::atomic<uint64_t> head;  // bytes ever written
    std::atomic<uint64_t> lost;              // calls without room in the ring
    std::atomic<uint64_t> uncounted;         // calls without room in the counts
    alignas(64) std::atomic<uint64_t> tail;  // bytes ever read
};

struct alignas(64) DataHeader {
    uint32_t magic;
    uint32_t spare;
    std::atomic<uint64_t> used;              // bytes given out
    std::atomic<uint64_t> lost;              // calls of threads that found no room for a region
    alignas(64) std::atomic<uint32_t> reader_sleeps;
};
inline constexpr uint64_t kDataHeaderBytes = 4096;

// One message each way over the socket "\0lsw-trace-<tracer's pid>".
struct Hello {
    uint32_t magic;
    uint32_t call_count;
    uint64_t build;
    int32_t pid;
    int32_t thread_offset;  // of the thread's state from FS, for BPF
};
struct Welcome {
    uint32_t magic;
    uint32_t refused;       // 0: descriptors of plan, data and the reader's eventfd come along
};

}  // namespace lsw::trace
