// winuser.h: a machine without a desktop: no screen worth the name, no keyboard, no clipboard, no windows.
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "dll/user32/windows.h"

using namespace lsw;

namespace {

constexpr DWORD kInvalidWindow = 1400, kClipboardNotOpen = 1418;

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

// Scan codes of the US layout for A to Z, then 0 to 9.
constexpr BYTE kLetters[26] = {0x1E, 0x30, 0x2E, 0x20, 0x12, 0x21, 0x22, 0x23, 0x17, 0x24, 0x25, 0x26, 0x32,
                               0x31, 0x18, 0x19, 0x10, 0x13, 0x1F, 0x14, 0x16, 0x2F, 0x11, 0x2D, 0x15, 0x2C};
constexpr BYTE kDigits[10] = {0x0B, 2, 3, 4, 5, 6, 7, 8, 9, 0x0A};

UINT scan_code(UINT key) {
    struct Pair {
        BYTE key, code;
    };
    constexpr Pair kOthers[] = {{0x08, 0x0E}, {0x09, 0x0F}, {0x0D, 0x1C}, {0x10, 0x2A}, {0x11, 0x1D}, {0x12, 0x38},
                                {0x14, 0x3A}, {0x1B, 0x01}, {0x20, 0x39}, {0x21, 0x49}, {0x22, 0x51}, {0x23, 0x4F},
                                {0x24, 0x47}, {0x25, 0x4B}, {0x26, 0x48}, {0x27, 0x4D}, {0x28, 0x50}, {0x2D, 0x52},
                                {0x2E, 0x53}, {0xBA, 0x27}, {0xBB, 0x0D}, {0xBC, 0x33}, {0xBD, 0x0C}, {0xBE, 0x34},
                                {0xBF, 0x35}, {0xC0, 0x29}, {0xDB, 0x1A}, {0xDC, 0x2B}, {0xDD, 0x1B}, {0xDE, 0x28}};
    if (key >= 'A' && key <= 'Z') return kLetters[key - 'A'];
    if (key >= '0' && key <= '9') return kDigits[key - '0'];
    if (key >= 0x70 && key <= 0x79) return key - 0x70 + 0x3B;  // F1 to F10
    if (key == 0x7A || key == 0x7B) return key - 0x7A + 0x57;  // F11, F12
    for (const Pair& other : kOthers)
        if (other.key == key) return other.code;
    return 0;
}

}  // namespace

int user32::GetSystemMetrics(int nIndex) {
    switch (nIndex) {
        case 0:                      // SM_CXSCREEN
        case 16:                     // SM_CXFULLSCREEN
        case 78: return 1024;        // SM_CXVIRTUALSCREEN
        case 1:                      // SM_CYSCREEN
        case 17:                     // SM_CYFULLSCREEN
        case 79: return 768;         // SM_CYVIRTUALSCREEN
        case 11:                     // SM_CXICON
        case 12:                     // SM_CYICON
        case 13:                     // SM_CXCURSOR
        case 14: return 32;          // SM_CYCURSOR
        case 49:                     // SM_CXSMICON
        case 50: return 16;          // SM_CYSMICON
        case 80: return 1;           // SM_CMONITORS
        default: return 0;           // no mouse, no remote session, a normal start
    }
}

UINT user32::MapVirtualKeyW(UINT uCode, UINT uMapType) {
    constexpr UINT kKeyToScan = 0, kScanToKey = 1, kKeyToChar = 2, kScanToKeyEx = 3, kKeyToScanEx = 4;
    if (uMapType == kKeyToScan || uMapType == kKeyToScanEx) return scan_code(uCode);
    if (uMapType == kKeyToChar) {
        bool same = (uCode >= 'A' && uCode <= 'Z') || (uCode >= '0' && uCode <= '9');
        return same || uCode == 0x20 || uCode == 0x08 || uCode == 0x09 || uCode == 0x0D || uCode == 0x1B ? uCode : 0;
    }
    if (uMapType == kScanToKey || uMapType == kScanToKeyEx)
        for (UINT key = 8; key < 0xFF; ++key)
            if (uCode && scan_code(key) == uCode) return key;
    return 0;
}

UINT user32::MapVirtualKeyA(UINT uCode, UINT uMapType) { return MapVirtualKeyW(uCode, uMapType); }

HANDLE user32::GetKeyboardLayout(DWORD) {
    constexpr uintptr_t kUnitedStates = 0x04090409;
    return reinterpret_cast<HANDLE>(kUnitedStates);
}

int user32::ToUnicodeEx(UINT wVirtKey, UINT, const BYTE* lpKeyState, LPWSTR pwszBuff, int cchBuff, UINT, HANDLE) {
    constexpr int kShift = 0x10, kCapital = 0x14;
    constexpr char kShiftedDigits[] = ")!@#$%^&*(";
    bool shift = lpKeyState[kShift] & 0x80, capital = lpKeyState[kCapital] & 1;
    WCHAR unit = 0;
    if (wVirtKey >= 'A' && wVirtKey <= 'Z') unit = static_cast<WCHAR>(shift != capital ? wVirtKey : wVirtKey + 0x20);
    if (wVirtKey >= '0' && wVirtKey <= '9')
        unit = shift ? static_cast<WCHAR>(kShiftedDigits[wVirtKey - '0']) : static_cast<WCHAR>(wVirtKey);
    if (wVirtKey == 0x20) unit = u' ';
    if (!unit || cchBuff < 1) return 0;
    *pwszBuff = unit;
    return 1;
}

int user32::ToUnicode(UINT wVirtKey, UINT wScanCode, const BYTE* lpKeyState, LPWSTR pwszBuff, int cchBuff, UINT wFlags) {
    return ToUnicodeEx(wVirtKey, wScanCode, lpKeyState, pwszBuff, cchBuff, wFlags, nullptr);
}

SHORT user32::GetKeyState(int) { return 0; }
SHORT user32::GetAsyncKeyState(int) { return 0; }

DWORD user32::GetWindowThreadProcessId(HWND hWnd, LPDWORD lpdwProcessId) {
    DWORD thread = user::thread_of_window(hWnd);
    if (!thread) return set_last_error(kInvalidWindow), 0;
    if (lpdwProcessId) *lpdwProcessId = kernel32::GetCurrentProcessId();
    return thread;
}

BOOL user32::IsWindow(HWND hWnd) { return user::thread_of_window(hWnd) != 0; }

BOOL user32::OpenClipboard(HWND) { return fail(ERROR_ACCESS_DENIED); }
BOOL user32::CloseClipboard() { return fail(kClipboardNotOpen); }
BOOL user32::EmptyClipboard() { return fail(kClipboardNotOpen); }
HANDLE user32::GetClipboardData(UINT) { return fail(kClipboardNotOpen), nullptr; }
HANDLE user32::SetClipboardData(UINT, HANDLE) { return fail(kClipboardNotOpen), nullptr; }
BOOL user32::IsClipboardFormatAvailable(UINT) { return FALSE; }
DWORD user32::GetClipboardSequenceNumber() { return 0; }
