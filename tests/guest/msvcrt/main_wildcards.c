// Unquoted wildcards become the names that match, sorted; quoted ones and those without a match stay.
// "Expanding wildcard arguments". The command line is replaced before the runtime is asked to read it once more.
// link: static ucrt
#include <stdlib.h>
#include <winternl.h>

#include "check.h"

#ifdef _UCRT
int __cdecl _configure_narrow_argv(int mode);
char*** __cdecl __p___argv(void);
#else
int __cdecl __getmainargs(int* argc, char*** argv, char*** env, int expand, int* info);
#endif

static void touch(const wchar_t* name) {
    CloseHandle(CreateFileW(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
}

int main(void) {
    CHECK(CreateDirectoryW(L"wild", NULL) || GetLastError() == ERROR_ALREADY_EXISTS);
    touch(L"wild\\b.c");
    touch(L"wild\\a.c");
    touch(L"wild\\a.h");
    static wchar_t line[] = L"p wild\\*.c \"wild\\*.c\" none*.x wild/?.h";
    UNICODE_STRING* command = &NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->CommandLine;
    command->Buffer = line;
    command->Length = (USHORT)(wcslen(line) * 2);
    char** argv;
#ifdef _UCRT
    _configure_narrow_argv(2);
    argv = *__p___argv();
#else
    char** env;
    int argc, info = 0;
    __getmainargs(&argc, &argv, &env, 1, &info);
    CHECK_EQ(argc, 6);
#endif
    CHECK_STR(argv[0], "p");
    CHECK_STR(argv[1], "wild\\a.c");
    CHECK_STR(argv[2], "wild\\b.c");
    CHECK_STR(argv[3], "wild\\*.c");
    CHECK_STR(argv[4], "none*.x");
    CHECK_STR(argv[5], "wild/a.h");
    CHECK(argv[6] == NULL);
    return check_result();
}
