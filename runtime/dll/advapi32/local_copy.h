// Answers that the caller frees with LocalFree.
#pragma once

#include <cstring>

#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

namespace lsw {

template <class Pointer>
BOOL give_local(const void* bytes, size_t size_bytes, Pointer* out) {
    void* copy = kernel32::LocalAlloc(0, size_bytes);
    if (!copy) return set_last_error(ERROR_NOT_ENOUGH_MEMORY), FALSE;
    memcpy(copy, bytes, size_bytes);
    *out = static_cast<Pointer>(copy);
    return TRUE;
}

}  // namespace lsw
