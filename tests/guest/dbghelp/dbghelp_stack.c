// Names of exports and a walk up the own stack. "StackWalk64 function (dbghelp.h)", "SymFromAddr function (dbghelp.h)".
// flags: -ldbghelp -O0
#include "check.h"
#include <dbghelp.h>

__declspec(dllexport) __attribute__((noinline)) int walk_here(void) {
    CONTEXT context;
    STACKFRAME64 frame;
    int frames = 0, found = 0;
    RtlCaptureContext(&context);
    memset(&frame, 0, sizeof frame);
    frame.AddrPC.Offset = context.Rip, frame.AddrPC.Mode = AddrModeFlat;
    frame.AddrStack.Offset = context.Rsp, frame.AddrStack.Mode = AddrModeFlat;
    frame.AddrFrame.Offset = context.Rbp, frame.AddrFrame.Mode = AddrModeFlat;
    while (StackWalk64(IMAGE_FILE_MACHINE_AMD64, GetCurrentProcess(), GetCurrentThread(), &frame, &context, NULL,
                       SymFunctionTableAccess64, SymGetModuleBase64, NULL)) {
        char room[sizeof(SYMBOL_INFO) + 100];
        SYMBOL_INFO* symbol = (SYMBOL_INFO*)room;
        DWORD64 displacement = 0;
        symbol->SizeOfStruct = sizeof *symbol, symbol->MaxNameLen = 100;
        if (SymFromAddr(GetCurrentProcess(), frame.AddrPC.Offset, &displacement, symbol) &&
            frames < 2 && strcmp(symbol->Name, frames == 0 ? "walk_here" : "walk_from_here") == 0)
            ++found;
        if (++frames > 50) break;
    }
    CHECK(frames >= 3 && frames <= 50);
    return found;
}

__declspec(dllexport) __attribute__((noinline)) int walk_from_here(void) { return walk_here() + 10; }

int main(void) {
    CHECK(SymInitialize(GetCurrentProcess(), NULL, TRUE));
    CHECK(!SymInitialize(GetCurrentProcess(), NULL, TRUE));
    CHECK_EQ(SymSetOptions(SYMOPT_LOAD_LINES), SYMOPT_LOAD_LINES);
    CHECK_EQ(walk_from_here(), 12);
    CHECK_EQ(SymGetModuleBase64(GetCurrentProcess(), (DWORD64)(SIZE_T)&main), (DWORD64)(SIZE_T)GetModuleHandleW(NULL));
    CHECK(ImageNtHeader(GetModuleHandleW(NULL)) != NULL);
    CHECK(SymCleanup(GetCurrentProcess()));
    return check_result();
}
