// Input and output state of msvcrt.dll.
#pragma once

#include "dll/crt/io/io.h"

namespace msvcrt {

// Made when the module is loaded; see on_load.
lsw::crt::Io& io();
void load_io();

}  // namespace msvcrt

// The body of a function with variable arguments: collects those behind `last` and returns `call`,
// evaluated with them as `args`.
#define WITH_ARGUMENTS(last, call)     \
    MsVaList args;                     \
    __builtin_ms_va_start(args, last); \
    int result = call;                 \
    __builtin_ms_va_end(args);         \
    return result;
