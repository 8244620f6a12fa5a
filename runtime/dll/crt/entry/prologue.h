// For the files of this folder: entry points that msvcrt.dll and ucrtbase.dll have alike, but each
// over its own state. A DLL's source defines CRT as its namespace and includes them; `io()` is
// found there.
#pragma once

#include <climits>
#include <cstring>
#include <string>

#include "base/text.h"
#include "dll/crt/io/io.h"
#include "dll/crt/io/win32.h"

// Parameter validation: the handler is called before anything that needs a destructor exists.
#define CRT_REQUIRE(condition, result) \
    do {                               \
        if (!(condition)) {            \
            CRT::io().invalid();       \
            return result;             \
        }                              \
    } while (0)

#define CRT_REQUIRE_STREAM(stream, result) CRT_REQUIRE((stream) != nullptr, result)

namespace lsw::crt {

inline std::u16string wide_path(const char* path) { return utf16_from_linux(path); }

}  // namespace lsw::crt
