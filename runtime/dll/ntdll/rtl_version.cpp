// Versions, pointer encoding and lists as ntdll has them.
#include <cstring>

#include "core/system/system_info.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

NTSTATUS ntdll::RtlGetVersion(PRTL_OSVERSIONINFOW lpVersionInformation) {
    lpVersionInformation->dwMajorVersion = kMajorVersion;
    lpVersionInformation->dwMinorVersion = kMinorVersion;
    lpVersionInformation->dwBuildNumber = kBuildNumber;
    lpVersionInformation->dwPlatformId = 2;
    memset(lpVersionInformation->szCSDVersion, 0, sizeof lpVersionInformation->szCSDVersion);
    if (lpVersionInformation->dwOSVersionInfoSize == sizeof(OsVersionInfoEx<WCHAR>)) {
        auto* more = static_cast<OsVersionInfoEx<WCHAR>*>(lpVersionInformation);
        more->wServicePackMajor = more->wServicePackMinor = 0;
        more->wSuiteMask = 0x100;
        more->wProductType = 1;
        more->wReserved = 0;
    }
    return 0;
}

// The build number carries the mark of a retail build.
void ntdll::RtlGetNtVersionNumbers(PDWORD Major, PDWORD Minor, PDWORD Build) {
    if (Major) *Major = kMajorVersion;
    if (Minor) *Minor = kMinorVersion;
    if (Build) *Build = kBuildNumber | 0xF0000000;
}

PEB* ntdll::RtlGetCurrentPeb() {
    PEB* peb;
    asm("movq %%gs:0x60, %0" : "=r"(peb));
    return peb;
}

ULONGLONG ntdll::VerSetConditionMask(ULONGLONG ConditionMask, DWORD TypeMask, BYTE Condition) {
    if (!TypeMask || !(Condition & 7)) return 0;
    for (unsigned bit = 0; bit < 8; ++bit)
        if (TypeMask >> bit & 1)
            return ConditionMask | static_cast<ULONGLONG>(Condition & 7) << (bit * 3);
    return ConditionMask;
}
