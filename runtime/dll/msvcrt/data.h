// The exported variables of msvcrt.dll.
#pragma once

namespace msvcrt {

// Once, from on_load.
void fill_data();

}  // namespace msvcrt
