// A provider of trace events on a machine where nobody traces; entries for the event log.
// "EventRegister function (evntprov.h)", "EventActivityIdControl function", "ReportEventW function (winbase.h)".
// flags: -ladvapi32
#include "check.h"

#include <evntprov.h>

int main(void) {
    static const GUID kProvider = {0x12345678, 1, 2, {3, 4, 5, 6, 7, 8, 9, 10}};
    EVENT_DESCRIPTOR event = {1, 0, 0, 4, 0, 0, 0};
    GUID first = {0}, second = {0};
    REGHANDLE handle = 0;
    const WCHAR* text[] = {L"a line for the log"};
    CHECK_EQ(EventRegister(&kProvider, NULL, NULL, &handle), ERROR_SUCCESS);
    CHECK(handle != 0);
    CHECK(!EventEnabled(handle, &event));
    CHECK(!EventProviderEnabled(handle, 4, 0));
    CHECK_EQ(EventWrite(handle, &event, 0, NULL), ERROR_SUCCESS);
    CHECK_EQ(EventWriteTransfer(handle, &event, NULL, NULL, 0, NULL), ERROR_SUCCESS);
    CHECK_EQ(EventUnregister(handle), ERROR_SUCCESS);
    CHECK_EQ(EventUnregister(handle), ERROR_INVALID_HANDLE);
    CHECK_EQ(EventActivityIdControl(EVENT_ACTIVITY_CTRL_CREATE_ID, &first), ERROR_SUCCESS);
    second = first;
    CHECK_EQ(EventActivityIdControl(EVENT_ACTIVITY_CTRL_SET_ID, &second), ERROR_SUCCESS);
    CHECK_EQ(EventActivityIdControl(EVENT_ACTIVITY_CTRL_GET_ID, &second), ERROR_SUCCESS);
    CHECK(memcmp(&first, &second, sizeof first) == 0);
    HANDLE log = RegisterEventSourceW(NULL, L"lsw test");
    CHECK(log != NULL);
    CHECK(ReportEventW(log, EVENTLOG_INFORMATION_TYPE, 0, 1, NULL, 1, 0, text, NULL));
    CHECK(DeregisterEventSource(log));
    CHECK_LASTERROR(ReportEventW(log, EVENTLOG_INFORMATION_TYPE, 0, 1, NULL, 1, 0, text, NULL), ERROR_INVALID_HANDLE);
    return check_result();
}
