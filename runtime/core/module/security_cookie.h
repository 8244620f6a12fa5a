// The buffer security check's cookie of an image ("IMAGE_LOAD_CONFIG_DIRECTORY64 structure", "/GS").
#pragma once

#include "core/module/module.h"

namespace lsw {

// Gives an image that still has the linker's default cookie one of its own, as Windows' loader does. The
// C runtime does the same at its start, but DLLs without one rely on the loader.
void initialise_security_cookie(const Module& module);

}  // namespace lsw
