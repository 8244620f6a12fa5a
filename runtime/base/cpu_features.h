// What the processor and Linux offer, as the C library found out when it started: CPUID costs microseconds in a virtual machine.
#pragma once

#include <sys/platform/x86.h>

namespace lsw {

// One register of CPUID leaf 1: 0 is EAX.
inline unsigned cpuid_leaf_1(unsigned index) { return __x86_get_cpuid_feature_leaf(CPUID_INDEX_1)->cpuid_array[index]; }

}  // namespace lsw

// LSW_CPU_HAS(AVX2): usable, not only present.
#define LSW_CPU_HAS(feature) CPU_FEATURE_ACTIVE(feature)
