// libFuzzer target for the PE parser. Seeds: `pe_seeds DIR` writes them; see tests/fuzz/README.md.
#include <cstdint>

#include "fuzz/pe_exercise.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    lsw::pe::exercise({reinterpret_cast<const std::byte*>(data), size});
    return 0;
}
