// The runtime's own names for functions of the system: text comparison and mapping as old C++ libraries call them, and the
// loading of DLLs. Doc: "_loaddll", "_getdllprocaddr", "CompareStringEx", "LCMapStringEx".
#include "abi/exception.h"
#include "dll/crt/process.h"
#include "dll/kernel32/kernel32.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

template <class Function>
Function late(const char* name) {
    return reinterpret_cast<Function>(kernel32_function(name));
}

// A count includes the terminator or not; these functions stop at it.
template <class C>
int bounded(const C* text, int count) {
    int length = 0;
    while (length < count && text[length]) ++length;
    return length < count ? length + 1 : count;
}

}  // namespace

int clib::__crtCompareStringW(LCID locale, DWORD flags, const WCHAR* a, int a_count, const WCHAR* b, int b_count) {
    using Function = int(WINAPI*)(LCID, DWORD, LPCWSTR, int, LPCWSTR, int);
    static auto compare = late<Function>("CompareStringW");
    return compare ? compare(locale, flags, a, a_count > 0 ? bounded(a, a_count) : a_count, b,
                             b_count > 0 ? bounded(b, b_count) : b_count)
                   : 0;
}

int clib::__crtCompareStringA(LCID locale, DWORD flags, const char* a, int a_count, const char* b, int b_count, int) {
    using Function = int(WINAPI*)(LCID, DWORD, LPCSTR, int, LPCSTR, int);
    static auto compare = late<Function>("CompareStringA");
    return compare ? compare(locale, flags, a, a_count > 0 ? bounded(a, a_count) : a_count, b,
                             b_count > 0 ? bounded(b, b_count) : b_count)
                   : 0;
}

int clib::__crtLCMapStringW(LCID locale, DWORD flags, const WCHAR* from, int count, WCHAR* to, int size) {
    using Function = int(WINAPI*)(LCID, DWORD, LPCWSTR, int, LPWSTR, int);
    static auto map = late<Function>("LCMapStringW");
    return map ? map(locale, flags, from, count > 0 ? bounded(from, count) : count, to, size) : 0;
}

int clib::__crtLCMapStringA(LCID locale, DWORD flags, const char* from, int count, char* to, int size, int, BOOL) {
    using Function = int(WINAPI*)(LCID, DWORD, LPCSTR, int, LPSTR, int);
    static auto map = late<Function>("LCMapStringA");
    return map ? map(locale, flags, from, count > 0 ? bounded(from, count) : count, to, size) : 0;
}

BOOL clib::__crtGetStringTypeW(DWORD type, const WCHAR* text, int count, WORD* out) {
    using Function = BOOL(WINAPI*)(DWORD, LPCWSTR, int, WORD*);
    static auto get = late<Function>("GetStringTypeW");
    return get ? get(type, text, count, out) : FALSE;
}

int clib::__crtGetLocaleInfoW(LCID locale, LCTYPE type, WCHAR* out, int size) {
    using Function = int(WINAPI*)(LCID, LCTYPE, LPWSTR, int);
    static auto get = late<Function>("GetLocaleInfoW");
    return get ? get(locale, type, out, size) : 0;
}

intptr_t clib::_loaddll(char* name) { return reinterpret_cast<intptr_t>(kernel32::LoadLibraryA(name)); }

int clib::_unloaddll(intptr_t module) {
    if (kernel32::FreeLibrary(reinterpret_cast<HMODULE>(module))) return 0;
    return static_cast<int>(kernel32::GetLastError());
}

FARPROC clib::_getdllprocaddr(intptr_t module, char* name, intptr_t ordinal) {
    auto handle = reinterpret_cast<HMODULE>(module);
    if (name) return kernel32::GetProcAddress(handle, name);
    return ordinal > 0 && ordinal < 0x10000 ? kernel32::GetProcAddress(handle, reinterpret_cast<LPCSTR>(ordinal))
                                            : nullptr;
}

HANDLE clib::__threadhandle() { return kernel32::GetCurrentThread(); }

ULONG clib::__threadid() { return kernel32::GetCurrentThreadId(); }
