// What is not there: modules and functions give the documented errors, never a crash.
// "GetProcAddress function", "LoadLibraryExW function (libloaderapi.h)", "System Error Codes".
#include "../check.h"

int main(void) {
    HMODULE kernel32 = GetModuleHandleA("kernel32.dll");
    CHECK(kernel32 != NULL);
    CHECK(GetModuleHandleA("KERNEL32") == kernel32);
    CHECK(LoadLibraryA("C:\\Windows\\System32\\kernel32.dll") == kernel32);
    CHECK(GetProcAddress(kernel32, "GetProcAddress") != NULL);
    CHECK_LASTERROR(GetProcAddress(kernel32, "NoSuchFunctionAnywhere"), ERROR_PROC_NOT_FOUND);
    CHECK_LASTERROR(GetProcAddress(kernel32, ""), ERROR_PROC_NOT_FOUND);
    CHECK_LASTERROR(GetProcAddress(kernel32, "getprocaddress"), ERROR_PROC_NOT_FOUND);
    CHECK(!GetProcAddress(kernel32, (LPCSTR)(ULONG_PTR)0xFFFF));
    CHECK_LASTERROR(GetModuleHandleA("no_such_module.dll"), ERROR_MOD_NOT_FOUND);
    CHECK_LASTERROR(LoadLibraryA("no_such_module.dll"), ERROR_MOD_NOT_FOUND);
    CHECK_LASTERROR(LoadLibraryA("Z:\\no\\such\\directory\\x.dll"), ERROR_MOD_NOT_FOUND);
    CHECK(!FreeLibrary((HMODULE)(ULONG_PTR)0x12345670000));

    // A file that is no image.
    HANDLE file = CreateFileA("not_an_image.dll", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    CHECK(file != INVALID_HANDLE_VALUE);
    DWORD written = 0;
    CHECK(WriteFile(file, "just text, and not much of it", 29, &written, NULL));
    CloseHandle(file);
    CHECK_LASTERROR(LoadLibraryA(".\\not_an_image.dll"), ERROR_BAD_EXE_FORMAT);
    CHECK(DeleteFileA("not_an_image.dll"));

    // The names of the program itself.
    wchar_t path[MAX_PATH], small[4];
    DWORD length = GetModuleFileNameW(NULL, path, MAX_PATH);
    CHECK(length > 0 && length < MAX_PATH && wcslen(path) == length);
    CHECK(GetModuleHandleW(path) == GetModuleHandleW(NULL));
    SetLastError(0);
    CHECK_EQ(GetModuleFileNameW(NULL, small, 4), 4);
    CHECK_EQ(GetLastError(), ERROR_INSUFFICIENT_BUFFER);
    CHECK_EQ(small[3], 0);

    HMODULE by_address = NULL;
    CHECK(GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS |
                                 GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                             (LPCWSTR)(void*)main, &by_address));
    CHECK(by_address == GetModuleHandleW(NULL));
    CHECK(!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (LPCWSTR)(ULONG_PTR)0x10, &by_address));
    return check_result();
}
