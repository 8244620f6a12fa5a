// A program walks its own stack by unwind data, through a function of the system that called it back, and
// registers unwind data for code that it made. "RtlVirtualUnwind function", "RtlAddFunctionTable function",
// "x64 exception handling".
#include <stdlib.h>

#include "check.h"

static int found_main, found_compare, frames, captured;
static void* main_begin;

static void* begin_of(DWORD64 pc) {
    DWORD64 base;
    RUNTIME_FUNCTION* function = RtlLookupFunctionEntry(pc, &base, NULL);
    return function ? (void*)(base + function->BeginAddress) : NULL;
}

static __attribute__((noinline)) void walk(void) {
    CONTEXT context;
    RtlCaptureContext(&context);
    frames = found_main = 0;
    for (int i = 0; i < 64 && context.Rip; i++, frames++) {
        DWORD64 base, establisher;
        void* data;
        RUNTIME_FUNCTION* function = RtlLookupFunctionEntry(context.Rip, &base, NULL);
        if (!function) {
            context.Rip = *(DWORD64*)context.Rsp;
            context.Rsp += 8;
            continue;
        }
        if ((void*)(base + function->BeginAddress) == main_begin) found_main = 1;
        if (found_main) break;
        RtlVirtualUnwind(UNW_FLAG_NHANDLER, base, context.Rip, function, &context, &data, &establisher, NULL);
    }
}

static int compare(const void* a, const void* b) {
    if (!found_compare) {
        found_compare = 1;
        walk();
        void* trace[32];
        captured = RtlCaptureStackBackTrace(0, 32, trace, NULL);
        int through = 0;
        for (int i = 0; i < captured; i++) through |= begin_of((DWORD64)trace[i]) == main_begin;
        CHECK(through);
    }
    return *(const int*)a - *(const int*)b;
}

// push rbx; sub rsp, 32; call rcx; add rsp, 32; pop rbx; ret
static const unsigned char code[] = {0x53, 0x48, 0x83, 0xEC, 0x20, 0xFF, 0xD1,
                                     0x48, 0x83, 0xC4, 0x20, 0x5B, 0xC3};
static const unsigned char unwind[] = {1, 5, 2, 0, 5, 0x32, 1, 0x30};

static RUNTIME_FUNCTION made;
static RUNTIME_FUNCTION* CALLBACK find_made(DWORD64 pc, void* context) {
    (*(int*)context)++;
    return &made;
}

static void made_code(void) {
    char* memory = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE);
    memcpy(memory, code, sizeof code);
    memcpy(memory + 64, unwind, sizeof unwind);
    made = (RUNTIME_FUNCTION){0, sizeof code, 64};
    void (*call)(void (*)(void)) = (void*)memory;
    DWORD64 base = (DWORD64)memory;

    CHECK(RtlAddFunctionTable(&made, 1, base));
    CHECK(begin_of(base + 7) == memory);
    call(walk);
    CHECK(found_main);
    CHECK(RtlDeleteFunctionTable(&made));
    CHECK(begin_of(base + 7) == NULL);

    int calls = 0;
    CHECK(RtlInstallFunctionTableCallback(base | 3, base, 4096, find_made, &calls, NULL));
    call(walk);
    CHECK(found_main);
    CHECK(calls > 0);
    CHECK(RtlDeleteFunctionTable((RUNTIME_FUNCTION*)(base | 3)));
}

int main(void) {
    CONTEXT here;
    RtlCaptureContext(&here);
    main_begin = begin_of(here.Rip);
    CHECK(main_begin != NULL);
    walk();
    CHECK(found_main);
    int values[] = {3, 1, 2};
    qsort(values, 3, sizeof(int), compare);
    CHECK(found_main);
    CHECK(captured >= 2);
    made_code();
    void* base;
    CHECK(RtlPcToFileHeader((void*)here.Rip, &base) == GetModuleHandleW(NULL));
    return check_result();
}
