// The object behind any handle, pseudo handles of the current process and thread among them: the
// one place that knows them.
#pragma once

#include "object/handle_table.h"

namespace lsw {

inline constexpr intptr_t kCurrentProcessHandle = -1;
inline constexpr intptr_t kCurrentThreadHandle = -2;

inline bool is_current_process_handle(HANDLE handle) {
    return reinterpret_cast<intptr_t>(handle) == kCurrentProcessHandle;
}
inline bool is_current_thread_handle(HANDLE handle) {
    return reinterpret_cast<intptr_t>(handle) == kCurrentThreadHandle;
}

// Errors: STATUS_INVALID_HANDLE.
Result<HandleTable::Entry> object_from_handle(HANDLE handle);

// What a duplicate may do: what its source may not do cannot be had by asking again; generic and maximal wishes give what
// there is.
ACCESS_MASK granted_access(ACCESS_MASK source, ACCESS_MASK wanted, bool same);

struct DuplicateOptions {
    ACCESS_MASK access = 0;
    bool inherit = false;
    bool same_access = false;
    bool close_source = false;
};
// A second handle to the same object, in this process. Errors: STATUS_INVALID_HANDLE,
// STATUS_INSUFFICIENT_RESOURCES.
Result<HANDLE> duplicate_handle(HANDLE source, const DuplicateOptions& options);

}  // namespace lsw
