// Reading the load configuration (see load_config.h).
#include "loader/pe/load_config.h"

#include <algorithm>

namespace lsw::pe {
namespace {

// RVA of a pointer-sized variable at `address`, 0 when it is not wholly in the image.
Rva variable_rva(const ImageView& view, uint64_t address) {
    if (address == 0) return 0;
    auto rva = view.rva_of_address(address);
    return rva && view.size_of_image() - *rva >= sizeof(ULONGLONG) ? *rva : 0;
}

}  // namespace

Parsed<std::optional<LoadConfig>> read_load_config(const ImageView& view) {
    auto directory = view.directory(IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG);
    if (directory.VirtualAddress == 0 || directory.Size == 0) return {};
    LoadConfig config;
    auto bytes = view.tail_at(directory.VirtualAddress);
    DWORD declared = 0;
    if (!view.read(directory.VirtualAddress, declared)) return {ParseError::BadDirectory, {}};
    // The structure's own size counts, not the directory's, which old linkers set to a constant.
    size_t size = std::min({size_t{declared}, sizeof config.raw, bytes.size()});
    std::memcpy(&config.raw, bytes.data(), size);
    config.size = static_cast<uint32_t>(size);
    const auto& raw = config.raw;
    config.security_cookie_rva = variable_rva(view, raw.SecurityCookie);
    config.guard_check_pointer_rva = variable_rva(view, raw.GuardCFCheckFunctionPointer);
    config.guard_dispatch_pointer_rva = variable_rva(view, raw.GuardCFDispatchFunctionPointer);
    config.guard_xfg_check_pointer_rva = variable_rva(view, raw.GuardXFGCheckFunctionPointer);
    config.guard_xfg_dispatch_pointer_rva = variable_rva(view, raw.GuardXFGDispatchFunctionPointer);
    config.guard_xfg_table_dispatch_pointer_rva =
        variable_rva(view, raw.GuardXFGTableDispatchFunctionPointer);
    config.guard_flags = raw.GuardFlags;
    config.guard_function_stride = 4 + (raw.GuardFlags >> 28);  // IMAGE_GUARD_CF_FUNCTION_TABLE_SIZE_MASK
    auto table = view.rva_of_address(raw.GuardCFFunctionTable);
    if (raw.GuardCFFunctionTable != 0 && table) {
        uint64_t room = (view.size_of_image() - *table) / config.guard_function_stride;
        if (raw.GuardCFFunctionCount <= room) {
            config.guard_function_table_rva = *table;
            config.guard_function_count = static_cast<uint32_t>(raw.GuardCFFunctionCount);
        }
    }
    return {ParseError::None, config};
}

}  // namespace lsw::pe
