// Input and output state of msvcrt.dll.
#pragma once

#include "dll/crt/io/io.h"

namespace msvcrt {

// Made when the module is loaded; see on_load.
lsw::crt::Io& io();
void load_io();

}  // namespace msvcrt
