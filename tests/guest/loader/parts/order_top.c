// Loaded by load_free_order.c; needs order_base.dll, which it finds beside the program.
#include "order_events.h"

__declspec(dllimport) int base_value(void);
__declspec(dllexport) int top_value(void) { return base_value() + 1; }

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    (void)instance;
    event(base_value() == 5 ? (reserved ? "top(static)" : "top") : "top(unbound)", reason);
    return TRUE;
}
