// Dependency of order_top.dll.
#include "order_events.h"

__declspec(dllexport) int base_value(void) { return 5; }

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    (void)instance;
    event(reserved ? "base(static)" : "base", reason);
    return TRUE;
}
