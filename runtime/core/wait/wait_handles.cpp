#include "core/wait/wait_handles.h"

#include "core/runtime.h"
#include "core/thread/thread.h"
#include "core/wait/arena.h"

namespace lsw {
namespace {

Result<Ref<Object>> waited_object(HANDLE handle) {
    if (reinterpret_cast<intptr_t>(handle) == -2) return Ref<Object>(Ref<Thread>::share(current_thread()));
    auto entry = runtime().handles.lookup(handle);
    if (!entry.ok()) return Status(entry.status());
    if (!(entry->info.access & SYNCHRONIZE)) return Status(STATUS_ACCESS_DENIED);
    if (!entry->object->waitable()) return Status(STATUS_OBJECT_TYPE_MISMATCH);
    return std::move(entry->object);
}

// Waiting for the own process: it ends only when nobody waits any more.
struct NeverSignalled final : Waitable {
    SyncRecord* record() override {
        static SyncRecord* never = [] {
            auto made = allocate_record(SyncKind::Latch);
            return made.ok() ? *made : nullptr;
        }();
        return never;
    }
};

bool is_current_process(HANDLE handle) { return reinterpret_cast<intptr_t>(handle) == -1; }

Waitable& own_process() {
    static NeverSignalled& instance = *new NeverSignalled;
    return instance;
}

}  // namespace

NTSTATUS wait_for_handle(HANDLE handle, bool alertable, int64_t deadline_ns) {
    Ref<Object> object;
    Waitable* waitable = &own_process();
    if (!is_current_process(handle)) {
        auto found = waited_object(handle);
        if (!found.ok()) return found.status();
        object = std::move(*found);
        waitable = object->waitable();
    }
    NTSTATUS status = wait_for(std::span(&waitable, 1), {false, alertable, deadline_ns});
    object = nullptr;
    if (status == STATUS_USER_APC) current_thread()->apcs.run_all();
    return status;
}

NTSTATUS wait_for_handles(std::span<const HANDLE> handles, const WaitOptions& options) {
    if (handles.empty() || handles.size() > kMaximumWaitObjects) return STATUS_INVALID_PARAMETER_1;
    NTSTATUS status;
    {
        Ref<Object> objects[kMaximumWaitObjects];
        Waitable* waitables[kMaximumWaitObjects];
        for (size_t i = 0; i < handles.size(); ++i) {
            waitables[i] = &own_process();
            if (is_current_process(handles[i])) continue;
            auto found = waited_object(handles[i]);
            if (!found.ok()) return found.status();
            objects[i] = std::move(*found);
            waitables[i] = objects[i]->waitable();
            for (size_t j = 0; options.all && j < i; ++j)
                if (waitables[j] == waitables[i]) return STATUS_INVALID_PARAMETER_MIX;
        }
        status = wait_for(std::span(waitables, handles.size()), options);
    }
    if (status == STATUS_USER_APC) current_thread()->apcs.run_all();
    return status;
}

NTSTATUS delay(bool alertable, int64_t deadline_ns) {
    NTSTATUS status = wait_for({}, {false, alertable, deadline_ns});
    if (status == STATUS_USER_APC) current_thread()->apcs.run_all();
    return status == STATUS_TIMEOUT ? STATUS_SUCCESS : status;
}

}  // namespace lsw
