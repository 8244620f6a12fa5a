// Delay-loaded DLLs: not loaded before the first call, then bound once.
// "Linker support for delay-loaded DLLs" (C++ documentation).
// with: parts/delayed.c -shared delay parts/delayed.def
#include "../check.h"

int delayed_add(int a, int b);
int delayed_count(void);

// Some linkers (binutils 2.44) put the table that the helper writes to into a read-only section, which no Windows forgives.
extern void* __imp_delayed_add;
static void make_delayed_table_writable(void) {
    DWORD before;
    CHECK(VirtualProtect(&__imp_delayed_add, 2 * sizeof(void*), PAGE_READWRITE, &before));
}

int main(void) {
    make_delayed_table_writable();
    CHECK_LASTERROR(GetModuleHandleA("delayed.dll"), ERROR_MOD_NOT_FOUND);
    CHECK_EQ(delayed_add(40, 2), 42);
    HMODULE module = GetModuleHandleA("delayed.dll");
    CHECK(module != NULL);
    CHECK_EQ(delayed_add(1, 2), 3);
    CHECK_EQ(delayed_count(), 2);
    CHECK(GetProcAddress(module, "delayed_add") != NULL);
    return check_result();
}
