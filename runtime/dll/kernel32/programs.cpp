// winbase.h: what kind of program a file is, and questions about a machine with one NUMA node.
// Doc: "GetBinaryTypeW function (winbase.h)". A Linux program, which CreateProcess runs too, is a POSIX one.
#include "dll/kernel32/programs.h"

#include <cstring>
#include <string>

#include "base/text.h"
#include "core/teb.h"

using namespace lsw;

namespace {

enum : DWORD { kWin32 = 0, kDos = 1, kPosix = 4, kWin64 = 6 };  // SCS_*

// The first bytes of a file; fewer than asked for at its end.
BOOL read_at(HANDLE file, DWORD offset, void* out, DWORD size, DWORD* got) {
    constexpr DWORD kFailed = 0xFFFFFFFF;
    return kernel32::SetFilePointer(file, static_cast<LONG>(offset), nullptr, 0) != kFailed &&
           kernel32::ReadFile(file, out, size, got, nullptr);
}

// false for what is no program.
bool classify(HANDLE file, DWORD* type) {
    unsigned char head[64] = {};
    DWORD got = 0;
    if (!read_at(file, 0, head, sizeof head, &got)) return false;
    if (got >= 4 && memcmp(head, "\177ELF", 4) == 0) return *type = kPosix, true;
    if (got < sizeof head || head[0] != 'M' || head[1] != 'Z') return false;
    DWORD offset = 0;
    memcpy(&offset, head + 60, sizeof offset);
    unsigned char pe[6] = {};
    if (!read_at(file, offset, pe, sizeof pe, &got) || got < sizeof pe || memcmp(pe, "PE\0\0", 4) != 0)
        return *type = kDos, true;
    bool is_32_bit = pe[4] == 0x4C && pe[5] == 0x01;
    *type = is_32_bit ? kWin32 : kWin64;
    return true;
}

}  // namespace

BOOL kernel32::GetBinaryTypeW(LPCWSTR lpApplicationName, LPDWORD lpBinaryType) {
    constexpr DWORD kGenericRead = 0x80000000, kShareAll = 7, kOpenExisting = 3;
    if (!lpApplicationName || !lpBinaryType) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    HANDLE file = CreateFileW(lpApplicationName, kGenericRead, kShareAll, nullptr, kOpenExisting, 0, nullptr);
    if (file == INVALID_HANDLE_VALUE) return FALSE;
    DWORD type = 0;
    bool known = classify(file, &type);
    CloseHandle(file);
    if (!known) return set_last_error(ERROR_BAD_EXE_FORMAT), FALSE;
    *lpBinaryType = type;
    return TRUE;
}

BOOL kernel32::GetBinaryTypeA(LPCSTR lpApplicationName, LPDWORD lpBinaryType) {
    if (!lpApplicationName) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    return GetBinaryTypeW(utf16_from_utf8(lpApplicationName).c_str(), lpBinaryType);
}

BOOL kernel32::SetVolumeLabelW(LPCWSTR, LPCWSTR) { return set_last_error(ERROR_ACCESS_DENIED), FALSE; }

BOOL kernel32::GetNumaProcessorNode(UCHAR, PUCHAR NodeNumber) { return *NodeNumber = 0, TRUE; }
BOOL kernel32::GetNumaProcessorNodeEx(PROCESSOR_NUMBER*, PUSHORT NodeNumber) { return *NodeNumber = 0, TRUE; }
