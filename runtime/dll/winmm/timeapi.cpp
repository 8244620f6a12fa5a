// timeapi.h: the multimedia clock. Waits are precise without it; it sets how often KUSER_SHARED_DATA's clocks tick.
#include "core/time/user_shared_data.h"
#include "core/wait/clock.h"
#include "dll/winmm/winmm.h"

using namespace lsw;

namespace {

constexpr MMRESULT kNoError = 0, kNoCanDo = 97;  // TIMERR_NOERROR, TIMERR_NOCANDO
constexpr UINT kFinest = 1, kCoarsest = 1'000'000;

}  // namespace

DWORD winmm::timeGetTime() { return static_cast<DWORD>(interrupt_time() / 10'000); }

MMRESULT winmm::timeGetSystemTime(MMTIME* pmmt, UINT cbmmt) {
    constexpr UINT kMilliseconds = 1;
    if (!pmmt || cbmmt < sizeof(MMTIME)) return kNoCanDo;
    pmmt->wType = kMilliseconds;
    pmmt->ms = timeGetTime();
    return kNoError;
}

MMRESULT winmm::timeGetDevCaps(TIMECAPS* ptc, UINT cbtc) {
    if (!ptc || cbtc < sizeof(TIMECAPS)) return kNoCanDo;
    *ptc = {kFinest, kCoarsest};
    return kNoError;
}

MMRESULT winmm::timeBeginPeriod(UINT uPeriod) {
    if (uPeriod < kFinest || uPeriod > kCoarsest) return kNoCanDo;
    begin_timer_period(uPeriod);
    return kNoError;
}

MMRESULT winmm::timeEndPeriod(UINT uPeriod) {
    if (uPeriod < kFinest || uPeriod > kCoarsest) return kNoCanDo;
    return end_timer_period(uPeriod) ? kNoError : kNoCanDo;
}
