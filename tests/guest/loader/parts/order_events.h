// Appends an event of DllMain to the environment variable that load_free_order.c reads.
#include <windows.h>

static void event(const char* name, DWORD reason) {
    static const char* const suffix[] = {"- ", "+ ", ".t+ ", ".t- "};
    char all[256];
    DWORD length = GetEnvironmentVariableA("LSW_EVENTS", all, sizeof all);
    if (length > 200) return;
    all[length] = 0;
    lstrcatA(all, name);
    lstrcatA(all, suffix[reason & 3]);
    SetEnvironmentVariableA("LSW_EVENTS", all);
}
