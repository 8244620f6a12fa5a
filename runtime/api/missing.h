// Stubs for imports that nobody has: the program loads, and the call that needs them ends it by name.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace lsw::api {

// Code address that, when called, prints "dll!function is not implemented (called from …)" and ends the process.
// One stub per distinct name. Errors: STATUS_NO_MEMORY.
Result<void*> missing_import(std::string_view dll, std::string_view function);

// Names the code at an address ("app.exe+0x1234"); set by core/module, which api may not include.
extern std::string (*describe_address)(const void* address);

}  // namespace lsw::api
