// See completion.h.
#include "core/io/completion.h"

#include "abi/status.h"
#include "core/io/io_object.h"

namespace lsw {

NTSTATUS finish_io(IoObject& object, const IoRequest& request, NTSTATUS status, uint64_t information, bool pended) {
    if (IO_STATUS_BLOCK* block = request.status_block) {
        block->Information = information;
        __atomic_store_n(&block->Status, status, __ATOMIC_RELEASE);
    }
    if (!NT_SUCCESS(status) && !pended) return status;
    auto binding = object.completion();
    if (binding.port && request.context) {
        bool skip = !pended && binding.modes & kSkipPortOnSuccess;
        if (!skip)
            binding.port->post(binding.key, reinterpret_cast<uint64_t>(request.context), status, information);
    }
    return status;
}

}  // namespace lsw
