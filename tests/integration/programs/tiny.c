// The smallest program that shows that it ran: prints "tiny" and returns 7. No C runtime.
#include <windows.h>

void start(void) {
    DWORD written;
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), "tiny\r\n", 6, &written, NULL);
    ExitProcess(7);
}
