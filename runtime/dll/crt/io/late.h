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

namespace kernel32 {
#define LATE __attribute__((weak))
BOOL WINAPI CreatePipe(PHANDLE, PHANDLE, LPSECURITY_ATTRIBUTES, DWORD) LATE;
BOOL WINAPI DuplicateHandle(HANDLE, HANDLE, HANDLE, LPHANDLE, DWORD, BOOL, DWORD) LATE;
BOOL WINAPI PeekNamedPipe(HANDLE, LPVOID, DWORD, LPDWORD, LPDWORD, LPDWORD) LATE;
BOOL WINAPI CreateProcessW(LPCWSTR, LPWSTR, LPSECURITY_ATTRIBUTES, LPSECURITY_ATTRIBUTES, BOOL,
                           DWORD, LPVOID, LPCWSTR, LPSTARTUPINFOW, LPPROCESS_INFORMATION) LATE;
BOOL WINAPI GetExitCodeProcess(HANDLE, LPDWORD) LATE;
DWORD WINAPI GetEnvironmentVariableW(LPCWSTR, LPWSTR, DWORD) LATE;
void WINAPI GetSystemTimeAsFileTime(LPFILETIME) LATE;
void WINAPI Sleep(DWORD) LATE;
DWORD WINAPI WaitForSingleObject(HANDLE, DWORD) LATE;
#undef LATE
}  // namespace kernel32

#define LSW_LATE(name, ...)                                   \
    (&kernel32::name != nullptr ? kernel32::name(__VA_ARGS__) \
                                : (::lsw::set_last_error(ERROR_CALL_NOT_IMPLEMENTED), 0))
