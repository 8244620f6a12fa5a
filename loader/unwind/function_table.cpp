#include "loader/unwind/function_table.h"

namespace lsw::unwind {

const RUNTIME_FUNCTION* find_function(const RUNTIME_FUNCTION* table, size_t count, uint32_t rva) {
    size_t low = 0, high = count;
    while (low < high) {  // first entry that begins above rva
        size_t middle = low + (high - low) / 2;
        if (table[middle].BeginAddress <= rva)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0) return nullptr;
    const RUNTIME_FUNCTION* entry = &table[low - 1];
    return rva < entry->EndAddress ? entry : nullptr;
}

const RUNTIME_FUNCTION* resolve_indirect(uint64_t image_base, const RUNTIME_FUNCTION* function) {
    if (!(function->UnwindData & RUNTIME_FUNCTION_INDIRECT)) return function;
    return reinterpret_cast<const RUNTIME_FUNCTION*>(
        image_base + (function->UnwindData & ~RUNTIME_FUNCTION_INDIRECT));
}

const UNWIND_INFO* unwind_info(uint64_t image_base, const RUNTIME_FUNCTION* function) {
    function = resolve_indirect(image_base, function);
    return reinterpret_cast<const UNWIND_INFO*>(image_base + function->UnwindInfoAddress);
}

const void* unwind_info_tail(const UNWIND_INFO* info) {
    return &info->UnwindCode[(info->CountOfCodes + 1) & ~1];
}

const RUNTIME_FUNCTION* primary_function(uint64_t image_base, const RUNTIME_FUNCTION* function) {
    for (int depth = 0; depth < kMaxChain; ++depth) {
        const UNWIND_INFO* info = unwind_info(image_base, function);
        if (!(info->Flags & UNW_FLAG_CHAININFO)) break;
        function = static_cast<const RUNTIME_FUNCTION*>(unwind_info_tail(info));
    }
    return function;
}

}  // namespace lsw::unwind
