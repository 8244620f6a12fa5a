// Between `lsw trace` and lsw-trace-bpf, which holds the BPF programs: a SEQPACKET socket, each message one structure.
#pragma once

#include <cstdint>

namespace lsw::bpf {

enum class TraceRequest : uint32_t { kAdd = 1, kRemove, kFinish };

struct TraceMessage {
    TraceRequest request;
    int32_t pid;
    int64_t thread_offset;
    uint32_t adopt;  // it has threads already
    uint32_t spare;
};

// The first message back: whether the programs are attached; if not, why. The rest of `text`: where they are pinned.
struct TraceAnswer {
    uint32_t attached;
    char text[252];
};

// After kFinish: one per call, and one with `last` set.
struct TraceWork {
    uint32_t last;
    uint32_t call;
    uint64_t syscalls, syscall_ns, blocked_ns, page_faults, bytes;
};

}  // namespace lsw::bpf
