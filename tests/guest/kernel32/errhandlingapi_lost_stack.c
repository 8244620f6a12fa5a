// An exception whose frames cannot be followed to the thread's start: no filter sees it, continue handlers do. Go's
// runtime reports the exceptions of foreign code in one (runtime/signal_windows.go, its TestRaiseException).
#include <string.h>

#include "check.h"

static LONG searched;

static LONG CALLBACK on_exception(EXCEPTION_POINTERS *info) {
    if (info->ExceptionRecord->ExceptionCode == 0xBAD) ++searched;
    return EXCEPTION_CONTINUE_SEARCH;
}

static LONG CALLBACK on_continue(EXCEPTION_POINTERS *info) {
    CHECK_EQ(info->ExceptionRecord->ExceptionCode, 0xBAD);
    CHECK_EQ(searched, 1);
    ExitProcess(check_result());
    return EXCEPTION_CONTINUE_SEARCH;
}

int main(void) {
    static const BYTE code[] = {
        0x48, 0x89, 0xD4,                    // mov rsp, rdx
        0x48, 0x89, 0xC8,                    // mov rax, rcx
        0xB9, 0xAD, 0x0B, 0x00, 0x00,        // mov ecx, 0BADh
        0x31, 0xD2, 0x45, 0x31, 0xC0,        // xor edx, edx; xor r8d, r8d
        0x45, 0x31, 0xC9, 0xFF, 0xD0, 0xCC,  // xor r9d, r9d; call rax; int3
    };
    CHECK(AddVectoredExceptionHandler(1, on_exception) != NULL);
    CHECK(AddVectoredContinueHandler(1, on_continue) != NULL);
    BYTE *function = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE);
    BYTE *stack = VirtualAlloc(NULL, 1 << 18, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    CHECK(function != NULL && stack != NULL);
    memcpy(function, code, sizeof code);
    ((void (*)(void *, void *))(void *)function)((void *)RaiseException, stack + (1 << 18) - 0x1000);
    return 1;
}
