// The load configuration: the security cookie and the control-flow-guard pointers that the loader
// has to set. Doc: "IMAGE_LOAD_CONFIG_DIRECTORY64 structure (winnt.h)".
#pragma once

#include "loader/pe/image_view.h"

namespace lsw::pe {

// RVAs are 0 when absent. Fields that the image's (older, shorter) structure lacks count as absent.
struct LoadConfig {
    uint32_t size = 0;  // bytes that the image declares and has
    Rva security_cookie_rva = 0;
    Rva guard_check_pointer_rva = 0;     // a pointer to the check routine
    Rva guard_dispatch_pointer_rva = 0;  // a pointer to the dispatch routine
    Rva guard_xfg_check_pointer_rva = 0;
    Rva guard_xfg_dispatch_pointer_rva = 0;
    Rva guard_xfg_table_dispatch_pointer_rva = 0;
    Rva guard_function_table_rva = 0;
    uint32_t guard_function_count = 0;
    uint32_t guard_function_stride = 4;  // bytes per table entry
    uint32_t guard_flags = 0;
    IMAGE_LOAD_CONFIG_DIRECTORY64 raw{};
};

// Nothing without a load configuration. Errors: BadDirectory when it lies outside the image.
// Addresses outside the image are treated as absent.
Parsed<std::optional<LoadConfig>> read_load_config(const ImageView& view);

}  // namespace lsw::pe
