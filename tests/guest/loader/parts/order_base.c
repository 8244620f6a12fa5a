// Dependency of order_top.dll.
#include "order_events.h"

static HINSTANCE self;

__declspec(dllexport) int base_value(void) { return 5; }
__declspec(dllexport) int base_disable_thread_calls(void) { return DisableThreadLibraryCalls(self); }

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    self = instance;
    event(reserved ? "base(static)" : "base", reason);
    return TRUE;
}
