// io_errors.exe OP OFFSET SIZE PATH: reads, writes or flushes in three ways (synchronous, overlapped with an event, overlapped
// with a completion port) and prints a line for each: the bytes moved, or the error.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static const char* const ways[] = {"synchronous", "event", "port"};

static void perform(int way, const char* op, DWORD offset, DWORD size, const char* path) {
    HANDLE port = NULL;
    OVERLAPPED overlapped = {0};
    DWORD bytes = 0, error = 0;
    int reads = !strcmp(op, "read");
    HANDLE file = CreateFileA(path, GENERIC_READ | (reads ? 0 : GENERIC_WRITE), FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              reads ? OPEN_EXISTING : OPEN_ALWAYS, way ? FILE_FLAG_OVERLAPPED : 0, NULL);
    char* data = calloc(1, size + 1);
    if (file == INVALID_HANDLE_VALUE) {
        printf("%s %s open %lu\n", op, ways[way], GetLastError());
        return;
    }
    overlapped.Offset = offset;
    if (way == 1) overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    if (way == 2) port = CreateIoCompletionPort(file, NULL, 1, 1);
    BOOL good = reads ? ReadFile(file, data, size, way ? NULL : &bytes, &overlapped)
                      : WriteFile(file, data, size, way ? NULL : &bytes, &overlapped);
    if (!good) error = GetLastError();
    int packet = way == 2 && (good || error == ERROR_IO_PENDING);
    if (packet) {
        ULONG_PTR key;
        OVERLAPPED* which = NULL;
        error = GetQueuedCompletionStatus(port, &bytes, &key, &which, 10000) ? 0 : GetLastError();
        if (which != &overlapped) error = 99999;
    } else if (way && (good || error == ERROR_IO_PENDING)) {
        error = GetOverlappedResult(file, &overlapped, &bytes, TRUE) ? 0 : GetLastError();
    }
    if (!error && !strcmp(op, "flush") && !FlushFileBuffers(file)) error = GetLastError();
    if (error)
        printf("%s %s error %lu\n", op, ways[way], error);
    else
        printf("%s %s %lu\n", op, ways[way], bytes);
    CloseHandle(file);
}

int main(int argc, char** argv) {
    if (argc != 5) return 2;
    for (int way = 0; way < 3; ++way) perform(way, argv[1], strtoul(argv[2], 0, 0), strtoul(argv[3], 0, 0), argv[4]);
    return 0;
}
