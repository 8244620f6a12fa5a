// From lsw-fastpath-bpf to lswhost: one packet, with the descriptors behind it.
#pragma once

#include <cstdint>

namespace lsw::bpf {

inline constexpr unsigned kMostFastLinks = 16;

// Descriptors when attached: lsw_fast_tables, lsw_fast_tasks, then the links.
struct FastpathLoaded {
    uint32_t attached = 0;
    uint32_t links = 0;
    uint32_t may_write = 0;   // results can go to a program's memory
    uint32_t aliases = 0;     // 1: also answers at the Linux calls that the numbers alias, for code that must not change
    char text[240] = {};      // why not; when attached, where the programs are pinned
    char aliases_text[120] = {};  // why there are no aliases
};

}  // namespace lsw::bpf
