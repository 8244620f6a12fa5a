// Basic Windows types and calling convention, exact by name and size ("Windows Data Types").
// Rules: fixed-size types only (LONG is 32 bits here, unlike `long`); constants are typed, not macros.
// Not here: structures of one subsystem, which have a header each beside this one.
#pragma once

#include <cstddef>
#include <cstdint>

#define WINAPI __attribute__((ms_abi))
#define NTAPI WINAPI
#define CDECL_API WINAPI  // on x86-64 every Windows convention is the same one

using BYTE = uint8_t;
using UCHAR = uint8_t;
using CHAR = char;
using SHORT = int16_t;
using USHORT = uint16_t;
using WORD = uint16_t;
using INT = int32_t;
using UINT = uint32_t;
using LONG = int32_t;
using ULONG = uint32_t;
using DWORD = uint32_t;
using INT32 = int32_t;
using UINT32 = uint32_t;
using INT64 = int64_t;
using UINT64 = uint64_t;
using LONGLONG = int64_t;
using ULONGLONG = uint64_t;
using LONG64 = int64_t;
using ULONG64 = uint64_t;
using DWORD64 = uint64_t;
using DWORDLONG = uint64_t;
using INT_PTR = int64_t;
using UINT_PTR = uint64_t;
using LONG_PTR = int64_t;
using ULONG_PTR = uint64_t;
using DWORD_PTR = uint64_t;
using SIZE_T = uint64_t;
using SSIZE_T = int64_t;
using FLOAT = float;
using DOUBLE = double;
using BOOL = int32_t;
using BOOLEAN = uint8_t;
using WCHAR = char16_t;
using ATOM = uint16_t;
using LANGID = uint16_t;
using LCID = uint32_t;
using LCTYPE = uint32_t;
using HRESULT = int32_t;
using NTSTATUS = int32_t;
using ACCESS_MASK = uint32_t;
using REGSAM = uint32_t;
using LSTATUS = int32_t;
using KAFFINITY = uint64_t;
using WPARAM = uint64_t;
using LPARAM = int64_t;
using LRESULT = int64_t;

using VOID = void;
using PVOID = void*;
using LPVOID = void*;
using LPCVOID = const void*;
using PBYTE = BYTE*;
using LPBYTE = BYTE*;
using PUCHAR = UCHAR*;
using PUSHORT = USHORT*;
using PWORD = WORD*;
using LPWORD = WORD*;
using PLONG = LONG*;
using LPLONG = LONG*;
using PULONG = ULONG*;
using PDWORD = DWORD*;
using LPDWORD = DWORD*;
using PUINT = UINT*;
using LPINT = INT*;
using PINT = INT*;
using PBOOL = BOOL*;
using LPBOOL = BOOL*;
using PBOOLEAN = BOOLEAN*;
using PLONG64 = LONG64*;
using PULONG64 = ULONG64*;
using PDWORD64 = DWORD64*;
using PULONGLONG = ULONGLONG*;
using PSIZE_T = SIZE_T*;
using PULONG_PTR = ULONG_PTR*;
using PDWORD_PTR = DWORD_PTR*;
using PSTR = char*;
using LPSTR = char*;
using PCSTR = const char*;
using LPCSTR = const char*;
using LPCH = char*;
using PWSTR = WCHAR*;
using LPWSTR = WCHAR*;
using LPWCH = WCHAR*;
using PCWSTR = const WCHAR*;
using LPCWSTR = const WCHAR*;
using LPCWCH = const WCHAR*;
using LPCCH = const char*;
using PWCH = WCHAR*;

using HANDLE = void*;
using PHANDLE = HANDLE*;
using LPHANDLE = HANDLE*;
using HMODULE = void*;
using HINSTANCE = void*;
using HLOCAL = void*;
using HGLOBAL = void*;
using HRSRC = void*;
using HKEY = void*;
using PHKEY = HKEY*;
using HWND = void*;
using HDC = void*;
using HICON = void*;
using HMENU = void*;
using HCURSOR = void*;
using HBRUSH = void*;
using PSID = void*;

using FARPROC = INT_PTR(WINAPI*)();
using NEARPROC = INT_PTR(WINAPI*)();
using PROC = INT_PTR(WINAPI*)();

inline constexpr BOOL FALSE = 0;
inline constexpr BOOL TRUE = 1;
inline constexpr DWORD INFINITE = 0xFFFFFFFF;
inline constexpr DWORD MAX_PATH = 260;

inline const HANDLE INVALID_HANDLE_VALUE = reinterpret_cast<HANDLE>(static_cast<intptr_t>(-1));

union LARGE_INTEGER {
    struct {
        DWORD LowPart;
        LONG HighPart;
    };
    LONGLONG QuadPart;
};
using PLARGE_INTEGER = LARGE_INTEGER*;

union ULARGE_INTEGER {
    struct {
        DWORD LowPart;
        DWORD HighPart;
    };
    ULONGLONG QuadPart;
};
using PULARGE_INTEGER = ULARGE_INTEGER*;

struct FILETIME {
    DWORD dwLowDateTime;
    DWORD dwHighDateTime;
};
using PFILETIME = FILETIME*;
using LPFILETIME = FILETIME*;

struct SYSTEMTIME {
    WORD wYear, wMonth, wDayOfWeek, wDay, wHour, wMinute, wSecond, wMilliseconds;
};
using PSYSTEMTIME = SYSTEMTIME*;
using LPSYSTEMTIME = SYSTEMTIME*;

struct GUID {
    DWORD Data1;
    WORD Data2;
    WORD Data3;
    BYTE Data4[8];
};

struct LUID {
    DWORD LowPart;
    LONG HighPart;
};
using PLUID = LUID*;

struct LIST_ENTRY {
    LIST_ENTRY* Flink;
    LIST_ENTRY* Blink;
};
using PLIST_ENTRY = LIST_ENTRY*;

struct UNICODE_STRING {
    USHORT Length;         // bytes, without a terminator
    USHORT MaximumLength;  // bytes
    PWSTR Buffer;
};
using PUNICODE_STRING = UNICODE_STRING*;
using PCUNICODE_STRING = const UNICODE_STRING*;

struct ANSI_STRING {
    USHORT Length;
    USHORT MaximumLength;
    PSTR Buffer;
};
using PANSI_STRING = ANSI_STRING*;

struct OBJECT_ATTRIBUTES {
    ULONG Length;
    HANDLE RootDirectory;
    PUNICODE_STRING ObjectName;
    ULONG Attributes;
    PVOID SecurityDescriptor;
    PVOID SecurityQualityOfService;
};
using POBJECT_ATTRIBUTES = OBJECT_ATTRIBUTES*;

struct IO_STATUS_BLOCK {
    union {
        NTSTATUS Status;
        PVOID Pointer;
    };
    ULONG_PTR Information;
};
using PIO_STATUS_BLOCK = IO_STATUS_BLOCK*;

struct CLIENT_ID {
    HANDLE UniqueProcess;
    HANDLE UniqueThread;
};
using PCLIENT_ID = CLIENT_ID*;

struct SECURITY_ATTRIBUTES {
    DWORD nLength;
    LPVOID lpSecurityDescriptor;
    BOOL bInheritHandle;
};
using PSECURITY_ATTRIBUTES = SECURITY_ATTRIBUTES*;
using LPSECURITY_ATTRIBUTES = SECURITY_ATTRIBUTES*;

static_assert(sizeof(UNICODE_STRING) == 16 && sizeof(OBJECT_ATTRIBUTES) == 48);
static_assert(sizeof(IO_STATUS_BLOCK) == 16 && sizeof(SECURITY_ATTRIBUTES) == 24);

// OBJECT_ATTRIBUTES.Attributes
inline constexpr ULONG OBJ_INHERIT = 0x2;
inline constexpr ULONG OBJ_CASE_INSENSITIVE = 0x40;
inline constexpr ULONG OBJ_OPENIF = 0x80;

// Access rights ("Standard Access Rights", "Generic Access Rights")
inline constexpr ACCESS_MASK STANDARD_DELETE = 0x00010000;
inline constexpr ACCESS_MASK READ_CONTROL = 0x00020000;
inline constexpr ACCESS_MASK WRITE_DAC = 0x00040000;
inline constexpr ACCESS_MASK WRITE_OWNER = 0x00080000;
inline constexpr ACCESS_MASK SYNCHRONIZE = 0x00100000;
inline constexpr ACCESS_MASK STANDARD_RIGHTS_REQUIRED = 0x000F0000;
inline constexpr ACCESS_MASK MAXIMUM_ALLOWED = 0x02000000;
inline constexpr ACCESS_MASK GENERIC_ALL = 0x10000000;
inline constexpr ACCESS_MASK GENERIC_EXECUTE = 0x20000000;
inline constexpr ACCESS_MASK GENERIC_WRITE = 0x40000000;
inline constexpr ACCESS_MASK GENERIC_READ = 0x80000000;
