// The least program without a C runtime.
#ifdef _WIN32
#include <windows.h>

void mainCRTStartup(void) {
    DWORD done;
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), "hello\n", 6, &done, NULL);
    ExitProcess(0);
}
#else
#include <unistd.h>

void _start(void) {
    __attribute__((unused)) ssize_t done = write(1, "hello\n", 6);
    _exit(0);
}
#endif
