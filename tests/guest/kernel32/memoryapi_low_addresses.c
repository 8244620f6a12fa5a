// What a program without large addresses is given lies below 2 GB: it may keep pointers in 32 bits.
// "/LARGEADDRESSAWARE (Handle Large Addresses)". The linker at hand has no such option, so the program runs a copy of itself without
// the mark.
// flags: -Wl,--image-base,0x400000
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define IS_LOW(pointer) ((ULONG_PTR)(pointer) < 0x80000000)

static int on_stack_is_low(void) {
    volatile char here = 0;
    return IS_LOW(&here) && here == 0;
}

static DWORD WINAPI run(void *argument) {
    return IS_LOW(argument) && on_stack_is_low() && IS_LOW(NtCurrentTeb());
}

static void check_heap(HANDLE heap) {
    enum { kBlocks = 3000 };
    static DWORD blocks[kBlocks];  // pointers, as such programs keep them
    static DWORD sizes[kBlocks];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < kBlocks; i++) {
            sizes[i] = (DWORD)(i * 37 % 5000 + (i % 500 == 0 ? 400000 : 0));
            char *block = HeapAlloc(heap, HEAP_ZERO_MEMORY, sizes[i]);
            CHECK(block != NULL && IS_LOW(block) && (ULONG_PTR)block % 16 == 0);
            for (DWORD at = 0; at < sizes[i]; at += 7) CHECK(block[at] == 0);
            memset(block, i, sizes[i]);
            blocks[i] = (DWORD)(ULONG_PTR)block;
        }
        for (int i = 0; i < kBlocks; i++) {
            DWORD size = sizes[(i + 1) % kBlocks];
            char *block = HeapReAlloc(heap, 0, (void *)(ULONG_PTR)blocks[i], size);
            CHECK(block != NULL && IS_LOW(block) && HeapSize(heap, 0, block) == size);
            for (DWORD at = 0; at < size && at < sizes[i]; at += 7) CHECK(block[at] == (char)i);
            CHECK(HeapValidate(heap, 0, block));
            CHECK(HeapFree(heap, 0, block));
        }
    }
}

static int run_copy(void) {
    static char bytes[4 << 20];
    char name[MAX_PATH], line[] = "low.exe child";
    CHECK(GetModuleFileNameA(NULL, name, sizeof name));
    FILE *file = fopen(name, "rb");
    CHECK(file != NULL);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    CHECK(size > 0x200 && size < sizeof bytes);
    fclose(file);
    IMAGE_NT_HEADERS *headers = (IMAGE_NT_HEADERS *)(bytes + ((IMAGE_DOS_HEADER *)bytes)->e_lfanew);
    CHECK(headers->FileHeader.Characteristics & IMAGE_FILE_LARGE_ADDRESS_AWARE);
    headers->FileHeader.Characteristics &= ~IMAGE_FILE_LARGE_ADDRESS_AWARE;
    file = fopen("low.exe", "wb");
    CHECK(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION process;
    DWORD code = 1;
    CHECK(CreateProcessA("low.exe", line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
    CHECK(WaitForSingleObject(process.hProcess, 30000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process.hProcess, &code) && code == 0);
    return check_result();
}

int main(int count, char **words) {
    (void)words;
    if (count == 1) return run_copy();
    CHECK(IS_LOW(GetModuleHandleW(NULL)));
    CHECK(IS_LOW(GetModuleHandleW(L"kernel32.dll")));
    CHECK(IS_LOW(GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "HeapAlloc")));
    CHECK(on_stack_is_low());
    HANDLE thread = CreateThread(NULL, 0, run, malloc(10), 0, NULL);
    DWORD code = 0;
    CHECK(WaitForSingleObject(thread, 20000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code) && code == 1);
    check_heap(GetProcessHeap());
    HANDLE heap = HeapCreate(0, 0, 0);
    CHECK(heap != NULL);
    check_heap(heap);
    CHECK(HeapDestroy(heap));
    for (int i = 0; i < 40; i++) {
        char *pages = VirtualAlloc(NULL, 1 << 20, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        CHECK(pages != NULL && IS_LOW(pages));
        pages[i] = 1;
        if (i % 2) CHECK(VirtualFree(pages, 0, MEM_RELEASE));
    }
    void *block = malloc(100);
    MEMORY_BASIC_INFORMATION info;
    CHECK(VirtualQuery(block, &info, sizeof info) == sizeof info);
    CHECK(info.State == MEM_COMMIT && info.Protect == PAGE_READWRITE && info.Type == MEM_PRIVATE);
    free(block);
    return check_result();
}
