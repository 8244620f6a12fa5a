// The compiled programs, as bytes inside the binary that loads them: bpf_object__open_mem(o.bytes, o.size_bytes, …).
#pragma once

#include <cstddef>

namespace lsw::bpf {

struct Object {
    const char* bytes;
    size_t size_bytes;  // 0: this build had no clang with a BPF target
};

}  // namespace lsw::bpf

// LSW_DECLARE_BPF_OBJECT(x) at namespace scope, then LSW_BPF_OBJECT(x) where the program of x.bpf.c is wanted; the target
// links lsw_bpf_x.
#define LSW_DECLARE_BPF_OBJECT(name)            \
    extern "C" const char lsw_bpf_##name##_begin[]; \
    extern "C" const char lsw_bpf_##name##_end[]
#define LSW_BPF_OBJECT(name)                     \
    ::lsw::bpf::Object {                         \
        lsw_bpf_##name##_begin, static_cast<size_t>(lsw_bpf_##name##_end - lsw_bpf_##name##_begin) \
    }
