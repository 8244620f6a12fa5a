// processenv.h: standard handles and the command line.
#include <string>

#include "base/text.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

constexpr DWORD kStdInput = static_cast<DWORD>(-10), kStdOutput = static_cast<DWORD>(-11),
                kStdError = static_cast<DWORD>(-12);

HANDLE* std_slot(DWORD which) {
    RTL_USER_PROCESS_PARAMETERS* parameters = current_peb()->ProcessParameters;
    if (which == kStdInput) return &parameters->StandardInput;
    if (which == kStdOutput) return &parameters->StandardOutput;
    if (which == kStdError) return &parameters->StandardError;
    return nullptr;
}

}  // namespace

HANDLE kernel32::GetStdHandle(DWORD nStdHandle) {
    HANDLE* slot = std_slot(nStdHandle);
    if (slot) return *slot;
    set_last_error(ERROR_INVALID_HANDLE);
    return INVALID_HANDLE_VALUE;
}

BOOL kernel32::SetStdHandle(DWORD nStdHandle, HANDLE hHandle) {
    HANDLE* slot = std_slot(nStdHandle);
    if (!slot) return set_last_error(ERROR_INVALID_HANDLE), FALSE;
    *slot = hHandle;
    return TRUE;
}

LPWSTR kernel32::GetCommandLineW() { return current_peb()->ProcessParameters->CommandLine.Buffer; }

LPSTR kernel32::GetCommandLineA() {
    static std::string& line = *new std::string(utf8_from_utf16(GetCommandLineW()));
    return line.data();
}
