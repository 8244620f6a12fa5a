// The functions of serial ports refuse other handles, by which programs learn what a handle is (Tcl asks so of its standard
// handles). "GetCommState function (winbase.h)".
#include "check.h"

static DCB dcb;
static COMMTIMEOUTS timeouts;
static DWORD word;

static void refused(HANDLE file, DWORD wanted) {
    CHECK_LASTERROR(GetCommState(file, &dcb), wanted);
    CHECK_LASTERROR(SetCommState(file, &dcb), wanted);
    CHECK_LASTERROR(GetCommTimeouts(file, &timeouts), wanted);
    CHECK_LASTERROR(SetCommTimeouts(file, &timeouts), wanted);
    CHECK_LASTERROR(GetCommModemStatus(file, &word), wanted);
    CHECK_LASTERROR(GetCommMask(file, &word), wanted);
    CHECK_LASTERROR(SetCommMask(file, 0), wanted);
    CHECK_LASTERROR(WaitCommEvent(file, &word, NULL), wanted);
    CHECK_LASTERROR(ClearCommError(file, &word, NULL), wanted);
    CHECK_LASTERROR(PurgeComm(file, 0), wanted);
    CHECK_LASTERROR(SetupComm(file, 0, 0), wanted);
    CHECK_LASTERROR(EscapeCommFunction(file, 0), wanted);
    CHECK_LASTERROR(SetCommBreak(file), wanted);
    CHECK_LASTERROR(ClearCommBreak(file), wanted);
}

int main(void) {
    HANDLE file = CreateFileW(L"plain", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    HANDLE ends[2];
    CHECK(file != INVALID_HANDLE_VALUE && CreatePipe(&ends[0], &ends[1], NULL, 0));
    refused(file, ERROR_INVALID_FUNCTION);
    refused(ends[0], ERROR_INVALID_FUNCTION);
    refused(NULL, ERROR_INVALID_HANDLE);
    return check_result();
}
