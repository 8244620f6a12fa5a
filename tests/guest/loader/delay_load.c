// Delay-loaded DLLs: not loaded before the first call, then bound once.
// "Linker support for delay-loaded DLLs" (C++ documentation).
// with: parts/delayed.c -shared delay parts/delayed.def
#include "../check.h"

int delayed_add(int a, int b);
int delayed_count(void);

int main(void) {
    CHECK_LASTERROR(GetModuleHandleA("delayed.dll"), ERROR_MOD_NOT_FOUND);
    CHECK_EQ(delayed_add(40, 2), 42);
    HMODULE module = GetModuleHandleA("delayed.dll");
    CHECK(module != NULL);
    CHECK_EQ(delayed_add(1, 2), 3);
    CHECK_EQ(delayed_count(), 2);
    CHECK(GetProcAddress(module, "delayed_add") != NULL);
    return check_result();
}
