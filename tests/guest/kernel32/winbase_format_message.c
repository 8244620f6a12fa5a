// FormatMessage: system texts, inserts, escapes, allocation, errors.
// Expectations: "FormatMessageW function (winbase.h)" and its example.
#include "check.h"

static DWORD with_list(char* out, DWORD size, const char* format, ...) {
    va_list list;
    va_start(list, format);
    DWORD length = FormatMessageA(FORMAT_MESSAGE_FROM_STRING, format, 0, 0, out, size, &list);
    va_end(list);
    return length;
}

int main(void) {
    WCHAR out[256];
    char bytes[256];
    CHECK(FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, ERROR_FILE_NOT_FOUND, 0, out,
                         256, NULL));
    CHECK_WSTR(out, L"The system cannot find the file specified.\r\n");
    CHECK(FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, ERROR_BAD_EXE_FORMAT, 0, out,
                         256, NULL));
    CHECK_WSTR(out, L"%1 is not a valid Win32 application.\r\n");
    CHECK_LASTERROR(FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 0x1234567, 0, out, 256, NULL), ERROR_MR_MID_NOT_FOUND);
    CHECK_LASTERROR(FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 2, 0, out, 5, NULL), ERROR_INSUFFICIENT_BUFFER);

    DWORD_PTR arguments[] = {4, 2, (DWORD_PTR)L"Bill", (DWORD_PTR)L"Bob", 6, (DWORD_PTR)L"Bill"};
    // The example of the documentation page.
    CHECK_EQ(FormatMessageW(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY, L"%1!*.*s! %4 %5!*s!", 0, 0, out,
                            256, (va_list*)arguments), 15);
    CHECK_WSTR(out, L"  Bi Bob   Bill");
    CHECK_EQ(with_list(bytes, 256, "%2 %1!04d! %%%n%3!x!.", 7, "text", 0xAB), 16);
    CHECK_STR(bytes, "text 0007 %\r\nab.");
    LPSTR allocated = NULL;
    CHECK_EQ(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_ALLOCATE_BUFFER, NULL, 5, 0, (LPSTR)&allocated, 0,
                            NULL), 19);
    CHECK_STR(allocated, "Access is denied.\r\n");
    CHECK(LocalFree(allocated) == NULL);
    return check_result();
}
