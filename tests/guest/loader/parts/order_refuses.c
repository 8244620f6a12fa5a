// A DLL that does not want to be loaded.
#include "order_events.h"

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    (void)instance;
    (void)reserved;
    event("refuses", reason);
    return FALSE;
}
