// An exception that nobody handles ends the process: one line that says where, and the signal of its kind.
// "UnhandledExceptionFilter function"; the exit status is LSW's (128 + SIGSEGV).
// exit: 139
// stderr: ^lsw: unhandled exception 0xC0000005 \(STATUS_ACCESS_VIOLATION\) at errhandlingapi_unhandled\.exe\+0x[0-9a-f]+, writing 0x10$
#include <windows.h>

int main(void) {
    *(volatile int*)0x10 = 1;
}
