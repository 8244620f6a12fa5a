// Opens files until there are as many as the first argument says, or no more may be; prints how many and why it stopped. What
// follows is a Linux command to run after that.
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

int main(int argc, char** argv) {
    int wanted = argc > 1 ? atoi(argv[1]) : 0, opened = 0;
    HANDLE* files = calloc((size_t)wanted + 1, sizeof *files);
    for (; opened < wanted; ++opened) {
        files[opened] = CreateFileA("many.bin", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0,
                                    NULL);
        if (files[opened] == INVALID_HANDLE_VALUE) break;
    }
    printf("%d %lu\n", opened, opened < wanted ? GetLastError() : 0);
    fflush(stdout);
    while (opened > 0) CloseHandle(files[--opened]);
    if (argc < 3) return 0;
    STARTUPINFOA start = {sizeof start};
    PROCESS_INFORMATION process;
    if (!CreateProcessA(NULL, argv[2], NULL, NULL, TRUE, 0, NULL, NULL, &start, &process)) return printf("no child\n"), 1;
    WaitForSingleObject(process.hProcess, INFINITE);
    return 0;
}
