// Thread-local storage of images: the TLS directory's template, index and callbacks ("The .tls Section").
#include <cstdlib>
#include <cstring>

#include "core/module/module.h"
#include "core/teb.h"
#include "loader/pe/tls.h"

namespace lsw {
namespace {

constexpr size_t kTlsVectorEntries = 256;  // grows never: an image beyond this fails to load

void* new_block(const Module& module) {
    const pe::TlsInfo& tls = module.tls;
    size_t raw = tls.template_size, size = raw + tls.zero_size;
    void* block = nullptr;
    if (posix_memalign(&block, tls.alignment < 16 ? 16 : tls.alignment, size ? size : 1) != 0) return nullptr;
    memcpy(block, module.base() + tls.template_rva, raw);
    memset(static_cast<char*>(block) + raw, 0, size - raw);
    return block;
}

}  // namespace

Result<void> ModuleTable::register_tls(Module* module) {
    auto read = pe::read_tls(module->image.view);
    if (!read.ok()) return STATUS_INVALID_IMAGE_FORMAT;
    if (!*read) return {};
    module->tls = **read;
    size_t index = 0;
    while (index < tls_modules_.size() && tls_modules_[index]) ++index;
    if (index >= kTlsVectorEntries) return STATUS_NO_MEMORY;
    if (index == tls_modules_.size()) tls_modules_.push_back(nullptr);
    tls_modules_[index] = module;
    module->tls_index = static_cast<int>(index);
    module->ldr.TlsIndex = static_cast<USHORT>(index);
    if (module->tls.index_rva) memcpy(module->base() + module->tls.index_rva, &index, sizeof(uint32_t));
    // Threads that run already get their block now: Windows does so since Vista for LoadLibrary too.
    for_each_thread_tls_vector([&](void** vector) {
        if (!vector[index]) vector[index] = new_block(*module);
    });
    return {};
}

Result<void> ModuleTable::allocate_tls_blocks(TEB* teb) {
    auto guard = std::lock_guard(lock_);
    auto** vector = static_cast<void**>(calloc(kTlsVectorEntries, sizeof(void*)));
    if (!vector) return STATUS_NO_MEMORY;
    for (size_t i = 0; i < tls_modules_.size(); ++i)
        if (tls_modules_[i]) vector[i] = new_block(*tls_modules_[i]);
    teb->ThreadLocalStoragePointer = vector;
    tls_vectors_.push_back(vector);
    return {};
}

void ModuleTable::free_tls_blocks(TEB* teb) {
    auto guard = std::lock_guard(lock_);
    auto** vector = static_cast<void**>(teb->ThreadLocalStoragePointer);
    if (!vector) return;
    teb->ThreadLocalStoragePointer = nullptr;
    std::erase(tls_vectors_, vector);
    for (size_t i = 0; i < kTlsVectorEntries; ++i) free(vector[i]);
    free(vector);
}

void ModuleTable::call_tls_callbacks(Module* module, DWORD reason) {
    if (module->tls_index < 0) return;
    using Callback = void(WINAPI*)(void*, DWORD, void*);
    // Read one by one: a callback may append to the array.
    pe::TlsCallbacks callbacks(module->image.view, module->tls);
    for (pe::Rva rva; callbacks.next(rva);)
        reinterpret_cast<Callback>(module->base() + rva)(module->base(), reason, nullptr);
}

}  // namespace lsw
