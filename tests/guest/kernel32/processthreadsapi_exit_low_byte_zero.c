// An exit code that is not zero must not look like success where only its low byte is kept.
// exit: 1
#include <windows.h>

int main(void) {
    ExitProcess(0x100);
}
