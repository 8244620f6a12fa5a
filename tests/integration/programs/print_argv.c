// Prints its arguments as each of three parsers sees them, in hex, one line "parser index hex" each:
// the C runtime's narrow argv (UTF-8 here), its wide one, and CommandLineToArgvW.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <shellapi.h>

int __cdecl __wgetmainargs(int*, wchar_t***, wchar_t***, int, int*);

static void print_wide(const char* parser, int index, const wchar_t* text) {
    printf("%s %d ", parser, index);
    for (; *text; ++text) printf("%04x", *text);
    printf("\n");
}

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        printf("narrow %d ", i);
        for (const char* c = argv[i]; *c; ++c) printf("%02x", (unsigned char)*c);
        printf("\n");
    }
    int count = 0;
    wchar_t** wide = NULL;
    wchar_t** environment = NULL;
    int new_mode = 0;
    __wgetmainargs(&count, &wide, &environment, 0, &new_mode);
    for (int i = 1; i < count; ++i) print_wide("wide", i, wide[i]);
    wide = CommandLineToArgvW(GetCommandLineW(), &count);
    for (int i = 1; wide && i < count; ++i) print_wide("shell", i, wide[i]);
    return 0;
}
