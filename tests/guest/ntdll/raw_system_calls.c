// A program may make NT's system calls itself; their numbers never reach Linux.
// Numbers are those of Windows 10 22H2; an unknown one gives STATUS_INVALID_SYSTEM_SERVICE.
#include "check.h"

long raw(unsigned number, void* a, void* b, void* c, void* d, void* e, void* f);
// As a stub of ntdll is laid out: the fifth argument lies at rsp + 0x28 when `syscall` runs.
asm(".globl raw\n"
    "raw:\n"
    "    sub $0x48, %rsp\n"
    "    mov %rbx, 0x40(%rsp)\n"
    "    mov %ecx, %ebx\n"
    "    mov %rdx, %r10\n"
    "    mov %r8, %rdx\n"
    "    mov %r9, %r8\n"
    "    mov 0x70(%rsp), %r9\n"
    "    mov 0x78(%rsp), %rax\n"
    "    mov %rax, 0x28(%rsp)\n"
    "    mov 0x80(%rsp), %rax\n"
    "    mov %rax, 0x30(%rsp)\n"
    "    mov %ebx, %eax\n"
    "    syscall\n"
    "    mov 0x40(%rsp), %rbx\n"
    "    add $0x48, %rsp\n"
    "    ret\n");

int main(void) {
    const HANDLE self = (HANDLE)-1;
    CHECK_EQ(raw(0x3FE, 0, 0, 0, 0, 0, 0), (long)0xC000001C);
    CHECK_EQ(raw(0x0F, (void*)0x77777, 0, 0, 0, 0, 0), (long)0xC0000008);  // NtClose
    void* base = NULL;
    SIZE_T size = 0x3000;
    // NtAllocateVirtualMemory takes six arguments, two of them on the stack.
    CHECK_EQ(raw(0x18, self, &base, 0, &size, (void*)(MEM_COMMIT | MEM_RESERVE), (void*)PAGE_READWRITE), 0);
    CHECK(base != NULL);
    memset(base, 1, 0x3000);
    size = 0;
    CHECK_EQ(raw(0x1E, self, &base, &size, (void*)MEM_RELEASE, 0, 0), 0);
    return check_result();
}
