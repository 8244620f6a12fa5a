// Hand-written raw system calls for tests: stubs of the usual forms made in memory, with the number at run time.
#pragma once
#include <stdint.h>
#include <string.h>
#include <windows.h>

typedef long (*raw_stub)();

// "mov r10, rcx; mov eax, N; syscall; ret"
static inline size_t raw_put_plain(unsigned char* at, unsigned number) {
    static const unsigned char code[] = {0x4C, 0x8B, 0xD1, 0xB8, 0, 0, 0, 0, 0x0F, 0x05, 0xC3};
    memcpy(at, code, sizeof code);
    memcpy(at + 4, &number, 4);
    return sizeof code;
}

// The number first: "mov eax, N; mov r10, rcx; syscall; ret"
static inline size_t raw_put_number_first(unsigned char* at, unsigned number) {
    static const unsigned char code[] = {0xB8, 0, 0, 0, 0, 0x4C, 0x8B, 0xD1, 0x0F, 0x05, 0xC3};
    memcpy(at, code, sizeof code);
    memcpy(at + 1, &number, 4);
    return sizeof code;
}

// Not one that can be rewritten: the number comes from memory behind the code.
static inline size_t raw_put_loaded(unsigned char* at, unsigned number) {
    static const unsigned char code[] = {0x4C, 0x8B, 0xD1, 0x8B, 0x05, 3, 0, 0, 0, 0x0F, 0x05, 0xC3, 0, 0, 0, 0};
    memcpy(at, code, sizeof code);
    memcpy(at + 12, &number, 4);
    return sizeof code;
}

// "int 2Eh", as old code has it.
static inline size_t raw_put_int2e(unsigned char* at, unsigned number) {
    static const unsigned char code[] = {0x4C, 0x8B, 0xD1, 0xB8, 0, 0, 0, 0, 0xCD, 0x2E, 0xC3};
    memcpy(at, code, sizeof code);
    memcpy(at + 4, &number, 4);
    return sizeof code;
}

// Service number as programs read it from ntdll's stub; ~0 when the bytes are not those of a stub.
static inline unsigned raw_number(const char* name) {
    const unsigned char* stub = (const unsigned char*)(void*)GetProcAddress(GetModuleHandleA("ntdll"), name);
    unsigned number;
    if (!stub || stub[0] != 0x4C || stub[1] != 0x8B || stub[2] != 0xD1 || stub[3] != 0xB8) return ~0u;
    memcpy(&number, stub + 4, 4);
    return number;
}

// A page of code made by `put`, one stub every 64 bytes, executable and no longer writable. Freed with the process.
typedef size_t (*raw_put)(unsigned char* at, unsigned number);
static inline unsigned char* raw_page(void) { return VirtualAlloc(NULL, 0x10000, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE); }
static inline void raw_seal(unsigned char* page) {
    DWORD old;
    VirtualProtect(page, 0x10000, PAGE_EXECUTE_READ, &old);
}
