// winuser.h: without windows, a message box goes to standard error and is answered with its default button.
#include <unistd.h>

#include <cstring>
#include <string>

#include "base/text.h"
#include "core/teb.h"
#include "dll/user32/user32.h"

using namespace lsw;

namespace {

constexpr int kOk = 1, kCancel = 2, kAbort = 3, kRetry = 4, kIgnore = 5, kYes = 6, kNo = 7, kTryAgain = 10, kContinue = 11;

// Buttons in order, for MB_OK … MB_CANCELTRYCONTINUE.
constexpr int kButtons[7][3] = {{kOk, kOk, kOk},        {kOk, kCancel, kOk},     {kAbort, kRetry, kIgnore},
                                {kYes, kNo, kCancel},   {kYes, kNo, kYes},       {kRetry, kCancel, kRetry},
                                {kCancel, kTryAgain, kContinue}};

int answer(UINT type) {
    UINT buttons = type & 0xF, standard = (type >> 8) & 0xF;
    return kButtons[buttons < 7 ? buttons : 0][standard < 3 ? standard : 0];
}

}  // namespace

int user32::MessageBoxA(HWND, LPCSTR lpText, LPCSTR lpCaption, UINT uType) {
    std::string line = std::string(lpCaption ? lpCaption : "Error") + ": " + (lpText ? lpText : "") + "\n";
    [[maybe_unused]] ssize_t written = write(STDERR_FILENO, line.data(), line.size());
    return answer(uType);
}

int user32::MessageBoxW(HWND hWnd, LPCWSTR lpText, LPCWSTR lpCaption, UINT uType) {
    std::string text = utf8_from_utf16(lpText ? lpText : u""), caption = utf8_from_utf16(lpCaption ? lpCaption : u"Error");
    return MessageBoxA(hWnd, text.c_str(), caption.c_str(), uType);
}

HANDLE user32::GetProcessWindowStation() {
    return reinterpret_cast<HANDLE>(uintptr_t{0x7FFFFFF8});  // a value that is no handle of ours
}

BOOL user32::GetUserObjectInformationW(HANDLE, int nIndex, PVOID pvInfo, DWORD nLength, LPDWORD lpnLengthNeeded) {
    constexpr int kFlags = 1, kName = 2;
    struct UserObjectFlags {
        BOOL fInherit, fReserved;
        DWORD dwFlags;
    };
    constexpr UserObjectFlags kVisible{FALSE, FALSE, 1};
    static constexpr char16_t kStation[] = u"WinSta0";
    const void* value = nIndex == kFlags ? static_cast<const void*>(&kVisible) : kStation;
    DWORD size = nIndex == kFlags ? sizeof kVisible : sizeof kStation;
    if (nIndex != kFlags && nIndex != kName) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    if (lpnLengthNeeded) *lpnLengthNeeded = size;
    if (nLength < size) return set_last_error(ERROR_INSUFFICIENT_BUFFER), FALSE;
    memcpy(pvInfo, value, size);
    return TRUE;
}
