// processthreadsapi.h: what the process was started with.
#include <mutex>
#include <string>

#include "base/text.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

// The members that do not depend on the kind of characters.
template <class Char>
void fill(StartupInfo<Char>* info) {
    const RTL_USER_PROCESS_PARAMETERS& parameters = *current_peb()->ProcessParameters;
    *info = {};
    info->cb = sizeof *info;
    info->dwX = parameters.StartingX, info->dwY = parameters.StartingY;
    info->dwXSize = parameters.CountX, info->dwYSize = parameters.CountY;
    info->dwXCountChars = parameters.CountCharsX, info->dwYCountChars = parameters.CountCharsY;
    info->dwFillAttribute = parameters.FillAttribute;
    info->dwFlags = parameters.WindowFlags;
    info->wShowWindow = static_cast<WORD>(parameters.ShowWindowFlags);
    info->cbReserved2 = parameters.RuntimeData.Length;
    info->lpReserved2 = reinterpret_cast<BYTE*>(parameters.RuntimeData.Buffer);
    if (info->dwFlags & STARTF_USESTDHANDLES) {
        info->hStdInput = parameters.StandardInput;
        info->hStdOutput = parameters.StandardOutput;
        info->hStdError = parameters.StandardError;
    }
}

}  // namespace

void kernel32::GetStartupInfoW(LPSTARTUPINFOW lpStartupInfo) {
    const RTL_USER_PROCESS_PARAMETERS& parameters = *current_peb()->ProcessParameters;
    fill(lpStartupInfo);
    lpStartupInfo->lpReserved = parameters.ShellInfo.Buffer;
    lpStartupInfo->lpDesktop = parameters.DesktopInfo.Buffer;
    lpStartupInfo->lpTitle = parameters.WindowTitle.Buffer;
}

void kernel32::GetStartupInfoA(LPSTARTUPINFOA lpStartupInfo) {
    struct Strings {
        std::string reserved, desktop, title;
    };
    // They live as long as the process, as the Windows ones do.
    static Strings& strings = *new Strings;
    static std::once_flag once;
    std::call_once(once, [] {
        const RTL_USER_PROCESS_PARAMETERS& parameters = *current_peb()->ProcessParameters;
        auto text = [](const UNICODE_STRING& value) {
            return value.Buffer ? utf8_from_utf16({value.Buffer, value.Length / 2u})
                                : std::string();
        };
        strings = {text(parameters.ShellInfo), text(parameters.DesktopInfo),
                   text(parameters.WindowTitle)};
    });
    fill(lpStartupInfo);
    lpStartupInfo->lpReserved = strings.reserved.data();
    lpStartupInfo->lpDesktop = strings.desktop.data();
    lpStartupInfo->lpTitle = strings.title.data();
}
