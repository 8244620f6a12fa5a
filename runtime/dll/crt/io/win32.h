// Constants of kernel32 that no abi header has, and functions of it that are still being written:
// weak until they are.
#pragma once

#include "abi/file.h"
#include "abi/file_info.h"
#include "abi/process.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

namespace lsw::crt {
// winbase.h
inline constexpr DWORD FILE_TYPE_UNKNOWN = 0, FILE_TYPE_DISK = 1, FILE_TYPE_CHAR = 2,
                       FILE_TYPE_PIPE = 3;
inline constexpr DWORD DUPLICATE_SAME_ACCESS = 2;
inline constexpr DWORD MOVEFILE_COPY_ALLOWED = 2;
inline constexpr DWORD GetFileExInfoStandard = 0;
inline constexpr DWORD STD_INPUT_HANDLE = 0xFFFFFFF6, STD_OUTPUT_HANDLE = 0xFFFFFFF5,
                       STD_ERROR_HANDLE = 0xFFFFFFF4;
}  // namespace lsw::crt
