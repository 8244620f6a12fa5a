// Calls of every shape, for exact lines: files, errors, callbacks, a longjmp out of a callback, an exception, a thread.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

static jmp_buf back;
static int order(const void* a, const void* b) { return *(const int*)a - *(const int*)b; }
static int jump(const void* a, const void* b) {
    (void)a, (void)b;
    GetTempPathA(0, NULL);
    longjmp(back, 1);
}
static LONG CALLBACK skip(EXCEPTION_POINTERS* pointers) {
    if (pointers->ExceptionRecord->ExceptionCode != 0xE0001234) return EXCEPTION_CONTINUE_SEARCH;
    return EXCEPTION_CONTINUE_EXECUTION;
}
static DWORD WINAPI thread(void* argument) {
    SetEvent(argument);
    return 5;
}

int main(void) {
    DWORD count;
    char bytes[64];
    LARGE_INTEGER zero = {0}, place;
    HANDLE file = CreateFileW(L"sp\u00e4m \"x\".txt", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS,
                              FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE)
        file = CreateFileW(L"spam.txt", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS,
                           FILE_ATTRIBUTE_NORMAL, NULL);
    WriteFile(file, "hello\r\n", 7, &count, NULL);
    SetFilePointerEx(file, zero, &place, FILE_END);
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    ReadFile(file, bytes, 64, &count, NULL);
    CloseHandle(file);
    CloseHandle((HANDLE)0x1238);
    GetFileAttributesA("no such file");
    WideCharToMultiByte(CP_UTF8, 0, (const WCHAR*)16, 0, NULL, 0, NULL, NULL);  // a pointer to nothing, not looked at
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    WaitForSingleObject(event, 0);
    WaitForSingleObject(CreateThread(NULL, 0, thread, event, 0, NULL), INFINITE);
    void* memory = VirtualAlloc(NULL, 0x10000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    VirtualFree(memory, 0, MEM_RELEASE);
    VirtualFree(memory, 1, MEM_RELEASE);
    int numbers[] = {3, 1, 2};
    qsort(numbers, 3, sizeof *numbers, order);
    if (!setjmp(back)) qsort(numbers, 3, sizeof *numbers, jump);
    AddVectoredExceptionHandler(1, skip);
    RaiseException(0xE0001234, 0, 0, NULL);
    GetStdHandle(STD_OUTPUT_HANDLE);
    printf("%d%d%d %.2f %s\n", numbers[0], numbers[1], numbers[2], atof("2.50"), "out");
    DeleteFileA("spam.txt");
    return 7;
}
