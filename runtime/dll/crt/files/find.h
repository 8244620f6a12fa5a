// io.h: walking a directory. Doc: "_findfirst, _findfirst32, …", "_findnext, …".
#pragma once

#include "abi/crt_files.h"
#include "dll/crt/errors.h"

namespace lsw::crt {

// The search handle, or -1 with errno set.
template <class C, class Time, class Size>
intptr_t find_first(const C* pattern, FindData<C, Time, Size>* data);
// 0, or -1 with errno set: ENOENT at the end.
template <class C, class Time, class Size>
int find_next(intptr_t search, FindData<C, Time, Size>* data);
int find_close(intptr_t search);

}  // namespace lsw::crt
