#include "programs/cmd/interrupt.h"

#include <atomic>

#include "dll/kernel32/kernel32.h"

namespace lsw::cmd {
namespace {

std::atomic<bool>& flag() {
    static std::atomic<bool> value{false};
    return value;
}

WINAPI BOOL on_event(DWORD event) {
    constexpr DWORD kControlC = 0, kBreak = 1;
    if (event != kControlC && event != kBreak) return FALSE;
    flag() = true;
    return TRUE;
}

}  // namespace

void watch_interrupts() { kernel32::SetConsoleCtrlHandler(on_event, TRUE); }
bool interrupted() { return flag(); }
void forget_interrupt() { flag() = false; }

}  // namespace lsw::cmd
