#include "core/process/object_lookup.h"

#include "core/process/process_object.h"
#include "core/runtime.h"
#include "core/thread/thread.h"

namespace lsw {

Result<HandleTable::Entry> object_from_handle(HANDLE handle) {
    if (is_current_thread_handle(handle))
        return HandleTable::Entry{Ref<Object>(Ref<Thread>::share(current_thread())),
                                  {THREAD_ALL_ACCESS, false, false}};
    if (is_current_process_handle(handle)) {
        auto process = process_from_handle(handle);
        if (!process.ok()) return Status(process.status());
        return HandleTable::Entry{Ref<Object>(std::move(*process)),
                                  {PROCESS_ALL_ACCESS, false, false}};
    }
    return runtime().handles.lookup(handle);
}

ACCESS_MASK granted_access(ACCESS_MASK source, ACCESS_MASK wanted, bool same) {
    return same || (wanted & 0xF2000000) ? source : wanted & 0x1FFFFF;
}

Result<HANDLE> duplicate_handle(HANDLE source, const DuplicateOptions& options) {
    auto found = object_from_handle(source);
    if (!found.ok()) return Status(found.status());
    ACCESS_MASK access = granted_access(found->info.access, options.access, options.same_access);
    auto made = runtime().handles.insert(std::move(found->object), access, options.inherit);
    if (options.close_source) (void)runtime().handles.close(source);
    return made;
}

}  // namespace lsw
