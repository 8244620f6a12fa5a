// Façade images of built-in modules at run time (see README.md).
#pragma once

#include <cstddef>

#include "api/export.h"
#include "base/result.h"

namespace lsw::api {

struct MappedFacade {
    std::byte* base;
    size_t size_bytes;
};

// Maps the module's image below kGuestLimit, fills its slots and its data exports' pointers. Once per module.
// Errors: STATUS_NO_MEMORY.
Result<MappedFacade> map_facade(const ExportTable& table);

}  // namespace lsw::api
