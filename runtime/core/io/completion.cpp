// See completion.h.
#include "core/io/completion.h"

#include "abi/status.h"
#include "core/io/io_object.h"
#include "core/runtime.h"
#include "core/thread/thread.h"
#include "core/wait/sync_objects.h"

namespace lsw {

NTSTATUS finish_io(IoObject& object, const IoRequest& request, NTSTATUS status, uint64_t information, bool pended) {
    if (IO_STATUS_BLOCK* block = request.status_block) {
        block->Information = information;
        __atomic_store_n(&block->Status, status, __ATOMIC_RELEASE);
    }
    if (!NT_SUCCESS(status) && !pended) return status;
    auto binding = object.completion();
    if (request.event) {
        auto event = runtime().handles.get<Event>(request.event);
        if (event.ok()) set_event(*(*event)->record());
    }
    if (request.apc_routine) {
        // Runs when the thread that asked waits alertably; a request that ends elsewhere names that thread.
        Thread* thread = request.thread ? request.thread : current_thread();
        auto context = reinterpret_cast<ULONG_PTR>(request.context);
        auto block = reinterpret_cast<ULONG_PTR>(request.status_block);
        thread->apcs.queue({reinterpret_cast<Apc::Routine>(request.apc_routine), {context, block, 0}});
        return status;
    }
    if (binding.port && request.context) {
        bool skip = !pended && binding.modes & kSkipPortOnSuccess;
        if (!skip)
            binding.port->post(binding.key, reinterpret_cast<uint64_t>(request.context), status, information);
    }
    return status;
}

}  // namespace lsw
