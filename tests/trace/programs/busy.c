// Half a second of work in one function, a tenth of waiting in another, for flame graphs.
#include <windows.h>

static volatile unsigned sink;
__attribute__((noinline)) void spin_here(void) {
    for (DWORD start = GetTickCount(); GetTickCount() - start < 500;)
        for (int i = 0; i < 100000; ++i) sink += i;
}
__attribute__((noinline)) void wait_here(void) {
    Sleep(100);
    sink += 1;
}

int main(void) {
    spin_here();
    wait_here();
    return 0;
}
