// The parts that all file objects share; see io_object.h.
#include "core/io/io_object.h"

namespace lsw {

NTSTATUS IoObject::begin_read(const IoRequest& request, void* buffer, uint32_t size_bytes, int64_t offset) {
    begin_io(request);
    auto done = read(buffer, size_bytes, offset);
    return finish_io(*this, request, done.status(), done.ok() ? *done : 0, /*pended=*/false);
}

NTSTATUS IoObject::begin_write(const IoRequest& request, const void* buffer, uint32_t size_bytes, int64_t offset) {
    begin_io(request);
    auto done = write(buffer, size_bytes, offset);
    return finish_io(*this, request, done.status(), done.ok() ? *done : 0, /*pended=*/false);
}

bool IoObject::bind_completion(Ref<CompletionSink> port, uint64_t key) {
    std::lock_guard guard(completion_lock_);
    if (completion_.port) return false;
    completion_.port = std::move(port);
    completion_.key = key;
    has_completion_.store(true, std::memory_order_release);
    return true;
}

void IoObject::set_completion_modes(uint8_t modes) {
    std::lock_guard guard(completion_lock_);
    completion_.modes |= modes;
    has_completion_.store(true, std::memory_order_release);
}

}  // namespace lsw
