// Timers that call and timers that set events. "timeSetEvent function", "timeKillEvent function".
// flags: -lwinmm
#include "check.h"

static volatile LONG calls;
static HANDLE enough;

static void CALLBACK called(UINT id, UINT message, DWORD_PTR user, DWORD_PTR first, DWORD_PTR second) {
    (void)message, (void)first, (void)second;
    if (user == 77 && id && InterlockedIncrement(&calls) == 3) SetEvent(enough);
}

int main(void) {
    enough = CreateEventW(NULL, TRUE, FALSE, NULL);
    MMRESULT timer = timeSetEvent(5, 1, called, 77, TIME_PERIODIC | TIME_CALLBACK_FUNCTION);
    CHECK(timer != 0);
    CHECK_EQ(WaitForSingleObject(enough, 20000), WAIT_OBJECT_0);
    CHECK_EQ(timeKillEvent(timer), TIMERR_NOERROR);
    CHECK(timeKillEvent(timer) != TIMERR_NOERROR);
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
    CHECK(timeSetEvent(5, 1, (LPTIMECALLBACK)event, 0, TIME_ONESHOT | TIME_CALLBACK_EVENT_SET) != 0);
    CHECK_EQ(WaitForSingleObject(event, 20000), WAIT_OBJECT_0);
    CHECK_EQ(timeSetEvent(5, 1, NULL, 0, TIME_ONESHOT), 0);
    return check_result();
}
