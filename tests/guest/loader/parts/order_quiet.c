// A DLL without a C runtime and so without thread-local storage: its thread calls can be switched off.
#include "order_events.h"

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    (void)instance;
    (void)reserved;
    event("quiet", reason);
    return TRUE;
}
