// The few facts of the running kernel's types that a small program needs, without reading all of them.
//
// libbpf copies and indexes the whole of /sys/kernel/btf/vmlinux (5 MB, 150,000 types) to find six numbers and three
// offsets, which takes ten times as long as loading the programs that want them. Here one walk over the mapped file finds
// the numbers, and the offsets are given to libbpf as a description of types that holds nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lsw::bpf {

// A structure of the kernel and those of its members that programs look at. A member's type is an integer, or the
// structure that `type` names.
struct WantedMember {
    const char* name;
    const char* type;         // nullptr: an integer
    uint32_t size_bytes;      // of that integer, as the program declares it
    uint32_t offset_bits = 0;  // found
};

struct WantedStruct {
    const char* name;
    std::vector<WantedMember> members;
    uint32_t size_bytes = 0;  // found
};

struct WantedTypedef {
    std::string name;
    uint32_t id = 0;  // found
};

// False when not all of it is found, or the kernel describes its types in a way not known here; use libbpf's way then.
bool find_kernel_types(std::vector<WantedTypedef>& typedefs, std::vector<WantedStruct>& structs);

// A file with a description of exactly these structures, for bpf_object_open_opts.btf_custom_path. -1: none.
int describe_kernel_types(const std::vector<WantedStruct>& structs);

}  // namespace lsw::bpf
