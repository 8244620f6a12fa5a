// Structures of sys/stat.h and io.h of the C runtimes, in their variants of time and size.
// Doc: "_stat, _stat32, _stat64, …", "_findfirst, _findfirst32, …".
#pragma once

#include "abi/types.h"

namespace lsw::crt {

// Time is int32_t or int64_t, Size likewise.
template <class Time, class Size>
struct StatLayout {
    uint32_t st_dev;
    uint16_t st_ino;
    uint16_t st_mode;
    int16_t st_nlink, st_uid, st_gid;
    uint32_t st_rdev;
    Size st_size;
    Time st_atime, st_mtime, st_ctime;
};
using StatTime32 = StatLayout<int32_t, int32_t>;
using StatTime32Size64 = StatLayout<int32_t, int64_t>;
using StatTime64Size32 = StatLayout<int64_t, int32_t>;
using StatTime64 = StatLayout<int64_t, int64_t>;
static_assert(sizeof(StatTime32) == 36 && sizeof(StatTime32Size64) == 48);
static_assert(sizeof(StatTime64Size32) == 48 && sizeof(StatTime64) == 56);

template <class C, class Time, class Size>
struct FindData {
    unsigned attrib;
    Time time_create, time_access, time_write;
    Size size;
    C name[260];
};
template <class C>
using FindTime32 = FindData<C, int32_t, uint32_t>;
template <class C>
using FindTime32Size64 = FindData<C, int32_t, int64_t>;
template <class C>
using FindTime64Size32 = FindData<C, int64_t, uint32_t>;
template <class C>
using FindTime64 = FindData<C, int64_t, int64_t>;

}  // namespace lsw::crt
