// wild_arguments DLL ROUNDS NAME...: calls each function with arguments that make no sense (wild and closed pointers, odd numbers,
// handles of other kinds, no handles), taking every exception, and looks afterwards whether the process still works: whoever
// keeps a lock over a bad pointer is found by that. Prints the name before each function. Exit code 99: one did not return.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

uint64_t arguments[16], stack_pointer;
void* target;
extern void call_target(void);
extern char resume_here[];
// Calls `target`; an exception goes on at resume_here.
asm(".globl call_target\n"
    "call_target:\n"
    "  push %rbp\n  push %rbx\n  push %rdi\n  push %rsi\n  push %r12\n  push %r13\n  push %r14\n  push %r15\n"
    "  sub $0xA8, %rsp\n"
    "  mov %rsp, stack_pointer(%rip)\n"
    "  lea arguments(%rip), %rsi\n"
    "  mov $4, %rcx\n"
    "1: mov (%rsi,%rcx,8), %rax\n  mov %rax, (%rsp,%rcx,8)\n  inc %rcx\n  cmp $16, %rcx\n  jb 1b\n"
    "  mov (%rsi), %rcx\n  mov 8(%rsi), %rdx\n  mov 16(%rsi), %r8\n  mov 24(%rsi), %r9\n"
    "  movq %rcx, %xmm0\n  movq %rdx, %xmm1\n  movq %r8, %xmm2\n  movq %r9, %xmm3\n"
    "  call *target(%rip)\n"
    ".globl resume_here\n"
    "resume_here:\n"
    "  cld\n"
    "  mov stack_pointer(%rip), %rsp\n"
    "  add $0xA8, %rsp\n"
    "  pop %r15\n  pop %r14\n  pop %r13\n  pop %r12\n  pop %rsi\n  pop %rdi\n  pop %rbx\n  pop %rbp\n"
    "  ret\n");

static DWORD main_thread;
static volatile LONG in_call, function_number;
static const char* volatile function_name;
static uint64_t seed;
static char *page, *read_only, *reserved;  // `page` ends where nothing may be touched
static HANDLE event, file;

static LONG CALLBACK on_exception(EXCEPTION_POINTERS* pointers) {
    DWORD code = pointers->ExceptionRecord->ExceptionCode;
    BOOL is_message = code == DBG_PRINTEXCEPTION_C || code == 0x4001000A || code == 0x406D1388;
    if (!in_call || GetCurrentThreadId() != main_thread || is_message) return EXCEPTION_CONTINUE_SEARCH;
    in_call = 0;
    pointers->ContextRecord->Rip = (uint64_t)resume_here;
    pointers->ContextRecord->EFlags &= ~0x100u;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static uint32_t number(void) {
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(seed >> 33);
}

static uint64_t argument(void) {
    const uint64_t fixed[] = {0,          0,          0,
                              1,          (uint64_t)-1, (uint64_t)-2,
                              8,          0x12340,    0x7FFFFFFF,
                              0xFFFFFFFF, 4096,       0xDEADBEEFDEAD00,
                              0x7FFF00001234,         0x600000001000,
                              (uint64_t)page,         (uint64_t)(page + 512),
                              (uint64_t)read_only,    (uint64_t)reserved,
                              (uint64_t)L"wide text", (uint64_t) "plain text",
                              (uint64_t)event,        (uint64_t)file};
    uint32_t which = number() % (sizeof fixed / sizeof *fixed + 4);
    switch (which) {
        case 0: return number() % 64;
        case 1: return (uint64_t)page + number() % 256 * 8;
        case 2: return (uint64_t)page + 4096 - number() % 24;
        case 3: return number();
        default: return fixed[which - 4];
    }
}

static DWORD WINAPI return_five(void* unused) { return 5; }
static void ignore_parameter(void) {}

// Ends the process when one function takes longer than 10 s.
static DWORD WINAPI watch(void* unused) {
    for (LONG seen = -1;;) {
        LONG now = function_number;
        if (now == seen) {
            fprintf(stderr, "%s does not return\n", function_name);
            fflush(stderr);
            TerminateProcess(GetCurrentProcess(), 99);
        }
        seen = now;
        Sleep(10000);
    }
    return 0;
}

static void set_handlers(const char* runtime) {
    HMODULE module = GetModuleHandleA(runtime);
    void (*set)(void (*)(void)) = module ? (void*)GetProcAddress(module, "_set_invalid_parameter_handler") : NULL;
    if (set) set(ignore_parameter);
}

static void still_works(void) {
    HeapFree(GetProcessHeap(), 0, HeapAlloc(GetProcessHeap(), 0, 100));
    free(malloc(10));
    HANDLE thread = CreateThread(NULL, 0, return_five, NULL, 0, NULL);
    if (thread) {
        WaitForSingleObject(thread, INFINITE);
        CloseHandle(thread);
    }
    DWORD done;
    HANDLE other = CreateFileA("works.tmp", GENERIC_WRITE, 7, NULL, CREATE_ALWAYS, 0, NULL);
    WriteFile(other, "x", 1, &done, NULL);
    CloseHandle(other);
    FILE* stream = fopen("stream.tmp", "w");
    if (stream) {
        fprintf(stream, "%d", 1);
        fclose(stream);
    }
    GetModuleHandleA("kernel32.dll");
}

int main(int count, char** words) {
    main_thread = GetCurrentThreadId();
    HMODULE module = LoadLibraryA(words[1]);
    if (!module) return 98;
    AddVectoredExceptionHandler(1, on_exception);
    set_handlers("ucrtbase.dll");
    set_handlers("msvcrt.dll");
    DWORD old;
    page = VirtualAlloc(NULL, 8192, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    VirtualProtect(page + 4096, 4096, PAGE_NOACCESS, &old);
    read_only = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READONLY);
    reserved = VirtualAlloc(NULL, 4096, MEM_RESERVE, PAGE_NOACCESS);
    event = CreateEventA(NULL, TRUE, TRUE, NULL);
    int rounds = atoi(words[2]);
    CreateThread(NULL, 0, watch, NULL, 0, NULL);
    for (int i = 3; i < count; ++i) {
        target = (void*)GetProcAddress(module, words[i]);
        if (!target) continue;
        function_name = words[i];
        fprintf(stderr, "%s\n", words[i]);
        fflush(stderr);
        file = CreateFileA("file.tmp", GENERIC_READ | GENERIC_WRITE, 7, NULL, OPEN_ALWAYS, 0, NULL);
        seed = 1;
        for (const char* at = words[i]; *at; ++at) seed = seed * 131 + (unsigned char)*at;
        for (int round = 0; round < rounds; ++round) {
            for (int k = 0; k < 2048; ++k) page[k] = round % 3 ? 0 : (char)number();
            memset(page + 2048, round % 2 ? 0 : 'a', 2048);
            for (int k = 0; k < 16; ++k) arguments[k] = argument();
            in_call = 1;
            call_target();
            in_call = 0;
        }
        still_works();
        CloseHandle(file);
        ++function_number;
    }
    TerminateProcess(GetCurrentProcess(), 0);
    return 1;
}
