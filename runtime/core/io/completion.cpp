// See completion.h.
#include "core/io/completion.h"

#include "abi/status.h"
#include "core/io/io_object.h"
#include "core/runtime.h"
#include "core/thread/thread.h"
#include "core/wait/sync_objects.h"

namespace lsw {
namespace {

// The low bit of an event handle only says that no packet is wanted ("GetQueuedCompletionStatus function").
Ref<Event> event_of(HANDLE handle) {
    auto value = reinterpret_cast<uintptr_t>(handle) & ~uintptr_t{1};
    if (value == 0) return {};
    auto event = runtime().handles.get<Event>(reinterpret_cast<HANDLE>(value));
    return event.ok() ? std::move(*event) : Ref<Event>();
}

void queue_apc(const IoRequest& request) {
    Thread* thread = request.thread ? request.thread : current_thread();
    if (!thread) return;
    thread->apcs.queue({reinterpret_cast<Apc::Routine>(request.apc_routine),
                        {reinterpret_cast<ULONG_PTR>(request.context),
                         reinterpret_cast<ULONG_PTR>(request.status_block), 0}});
}

}  // namespace

void reset_event_of(const IoRequest& request) {
    if (Ref<Event> event = event_of(request.event)) reset_event(*event->record());
}

NTSTATUS finish_io(IoObject& object, const IoRequest& request, NTSTATUS status, uint64_t information, bool pended) {
    // Looked at first: once the end can be seen, the program may do anything to the object. Whoever ends a request at once
    // holds the object, and it the port.
    IoObject::Binding binding;
    Ref<CompletionSink> keeps;
    if (request.context && !request.apc_routine) {
        binding = object.binding();
        if (pended) keeps = Ref<CompletionSink>::share(binding.port);
    }
    Ref<Event> event = request.event ? event_of(request.event) : Ref<Event>();
    if (IO_STATUS_BLOCK* block = request.status_block) {
        block->Information = information;
        __atomic_store_n(&block->Status, status, __ATOMIC_RELEASE);
    }
    if (pended) object.operation_ended();
    bool failed = !NT_SUCCESS(status) && status != STATUS_BUFFER_OVERFLOW;
    if (failed && !pended) return status;
    if (event) set_event(*event->record());
    if (request.apc_routine) {
        queue_apc(request);
    } else if (binding.port) {
        bool skip = !pended && binding.modes & kSkipPortOnSuccess;
        if (!skip)
            binding.port->post(binding.key, reinterpret_cast<uint64_t>(request.context), status, information);
    }
    return status;
}

}  // namespace lsw
