// Functions of kernel32 that the runtimes call and that are still being written: weak until they exist.
#pragma once

#include "abi/types.h"
#if __has_include("abi/file.h")
#include "abi/file.h"
#else
inline constexpr DWORD FILE_SHARE_READ = 1, FILE_SHARE_WRITE = 2, FILE_SHARE_DELETE = 4;
inline constexpr DWORD CREATE_NEW = 1, CREATE_ALWAYS = 2, OPEN_EXISTING = 3, OPEN_ALWAYS = 4, TRUNCATE_EXISTING = 5;
inline constexpr DWORD FILE_ATTRIBUTE_READONLY = 1, FILE_ATTRIBUTE_NORMAL = 0x80, FILE_ATTRIBUTE_TEMPORARY = 0x100;
inline constexpr DWORD FILE_FLAG_DELETE_ON_CLOSE = 0x04000000, FILE_FLAG_BACKUP_SEMANTICS = 0x02000000;
inline constexpr DWORD FILE_FLAG_SEQUENTIAL_SCAN = 0x08000000, FILE_FLAG_RANDOM_ACCESS = 0x10000000;
inline constexpr DWORD FILE_BEGIN = 0, FILE_CURRENT = 1, FILE_END = 2;
#endif
namespace lsw::crt::late {
inline constexpr DWORD FILE_TYPE_UNKNOWN = 0, FILE_TYPE_DISK = 1, FILE_TYPE_CHAR = 2, FILE_TYPE_PIPE = 3;
inline constexpr DWORD DUPLICATE_SAME_ACCESS = 2;
inline constexpr DWORD STD_INPUT_HANDLE = static_cast<DWORD>(-10), STD_OUTPUT_HANDLE = static_cast<DWORD>(-11),
                       STD_ERROR_HANDLE = static_cast<DWORD>(-12);
}

namespace kernel32 {
#define LATE __attribute__((weak))
HANDLE WINAPI CreateFileW(LPCWSTR, DWORD, DWORD, LPSECURITY_ATTRIBUTES, DWORD, DWORD, HANDLE) LATE;
DWORD WINAPI GetFileType(HANDLE hFile) LATE;
BOOL WINAPI SetFilePointerEx(HANDLE, LARGE_INTEGER, PLARGE_INTEGER, DWORD) LATE;
BOOL WINAPI GetFileSizeEx(HANDLE, PLARGE_INTEGER) LATE;
BOOL WINAPI SetEndOfFile(HANDLE) LATE;
BOOL WINAPI FlushFileBuffers(HANDLE) LATE;
BOOL WINAPI LockFile(HANDLE, DWORD, DWORD, DWORD, DWORD) LATE;
BOOL WINAPI UnlockFile(HANDLE, DWORD, DWORD, DWORD, DWORD) LATE;
BOOL WINAPI CreatePipe(PHANDLE, PHANDLE, LPSECURITY_ATTRIBUTES, DWORD) LATE;
BOOL WINAPI DuplicateHandle(HANDLE, HANDLE, HANDLE, LPHANDLE, DWORD, BOOL, DWORD) LATE;
DWORD WINAPI GetTempPathW(DWORD, LPWSTR) LATE;
void WINAPI Sleep(DWORD) LATE;
#undef LATE
}  // namespace kernel32
namespace clib {
char* WINAPI strerror(int) __attribute__((weak));
}
