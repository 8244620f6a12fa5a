// A DLL, to be passed as a program by mistake.
#include <windows.h>

BOOL WINAPI dll_main(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    (void)instance, (void)reason, (void)reserved;
    return TRUE;
}
__declspec(dllexport) int tiny_function(void) { return 1; }
