// Input and output state of ucrtbase.dll.
#pragma once

#include "dll/crt/io/io.h"

namespace ucrtbase {

// Made when the module is loaded; see on_load.
lsw::crt::Io& io();
void load_io();

}  // namespace ucrtbase
