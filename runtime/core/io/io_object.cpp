// The parts that all file objects share; see io_object.h.
#include "core/io/io_object.h"

#include <algorithm>

#include "core/exception/call_sites.h"

namespace lsw {

NTSTATUS IoObject::begin_read(const IoRequest& request, void* buffer, uint32_t size_bytes, int64_t offset) {
    begin_io(request);
    auto done = read(buffer, size_bytes, offset);
    return finish_io(*this, request, done.status(), done.ok() ? *done : 0, /*pended=*/false);
}

NTSTATUS IoObject::begin_write(const IoRequest& request, const void* buffer, uint32_t size_bytes, int64_t offset) {
    seh::show_call_sites(buffer, size_bytes);
    begin_io(request);
    auto done = write(buffer, size_bytes, offset);
    return finish_io(*this, request, done.status(), done.ok() ? *done : 0, /*pended=*/false);
}

NTSTATUS IoObject::begin_pages(const IoRequest& request, bool writing, void* const* pages, uint32_t size_bytes,
                               int64_t offset) {
    constexpr uint32_t kPage = 4096;
    begin_io(request);
    uint64_t done = 0;
    NTSTATUS status = STATUS_SUCCESS;
    while (done < size_bytes) {
        uint32_t piece = std::min<uint32_t>(kPage, static_cast<uint32_t>(size_bytes - done));
        void* page = pages[done / kPage];
        int64_t at = offset + static_cast<int64_t>(done);
        auto moved = writing ? write(page, piece, at) : read(page, piece, at);
        if (!moved.ok()) {
            if (done == 0) status = moved.status();
            break;
        }
        done += *moved;
        if (*moved < piece) break;
    }
    return finish_io(*this, request, status, done, /*pended=*/false);
}

bool IoObject::bind_completion(Ref<CompletionSink> port, uint64_t key) {
    if (binding_.exchange(true)) return false;
    port_ = std::move(port);
    key_ = key;
    bound_.store(true, std::memory_order_release);
    return true;
}

}  // namespace lsw
