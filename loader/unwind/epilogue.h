// Recognises that an address lies in an epilogue, and what is left of it to do.
//
// The rules of "x64 prolog and epilog": an optional `add rsp` or `lea rsp` of the frame register, pops of
// 8-byte registers, then a return or a tail call. Anything else is body, for which the unwind codes hold.
#pragma once

#include <cstdint>

#include "loader/unwind/virtual_unwind.h"

namespace lsw::unwind {

struct Epilogue {
    bool from_frame_register = false;  // rsp is base + adjustment, else rsp + adjustment
    int64_t adjustment = 0;
    uint8_t pop_count = 0;
    uint8_t pops[16] = {};
};

// True when the instructions from `pc` to the end of the function are the rest of an epilogue.
bool decode_epilogue(uint64_t image_base, uint64_t pc, const RUNTIME_FUNCTION* function,
                     const UNWIND_INFO* info, FunctionLookup lookup, Epilogue* epilogue);

// True when version 2 unwind data says that the RVA is inside an epilogue.
bool in_listed_epilogue(const UNWIND_INFO* info, const RUNTIME_FUNCTION* function, uint32_t rva);

}  // namespace lsw::unwind
