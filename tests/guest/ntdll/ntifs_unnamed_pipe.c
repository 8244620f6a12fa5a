// flags: -lntdll
// A pipe without a name, reached through its server end's handle alone, as Rust's standard library makes its anonymous
// pipes: NtOpenFile of \??\PIPE\, NtCreateNamedPipeFile relative to it, NtOpenFile relative to the server end.
#include "check.h"
#include <winternl.h>

typedef NTSTATUS(NTAPI* CreatePipeFile)(HANDLE*, ULONG, OBJECT_ATTRIBUTES*, IO_STATUS_BLOCK*, ULONG, ULONG, ULONG, ULONG,
                                        ULONG, ULONG, ULONG, ULONG, ULONG, LARGE_INTEGER*);

int main(void) {
    CreatePipeFile create = (CreatePipeFile)(void*)GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtCreateNamedPipeFile");
    CHECK(create != NULL);
    WCHAR path[] = L"\\??\\PIPE\\";
    UNICODE_STRING name = {sizeof path - 2, sizeof path, path}, empty = {0, 0, NULL};
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
    IO_STATUS_BLOCK block;
    HANDLE root = NULL, server = NULL, client = NULL, second = NULL;
    CHECK(NtOpenFile(&root, SYNCHRONIZE | GENERIC_READ, &attributes, &block, FILE_SHARE_READ | FILE_SHARE_WRITE,
                     FILE_SYNCHRONOUS_IO_NONALERT) == 0);
    attributes.RootDirectory = root;
    attributes.ObjectName = &empty;
    LARGE_INTEGER timeout;
    timeout.QuadPart = -500000;
    CHECK(create(&server, SYNCHRONIZE | GENERIC_READ, &attributes, &block, FILE_SHARE_WRITE, FILE_CREATE, 0, 0, 0, 0, 1,
                 65536, 65536, &timeout) == 0);
    attributes.RootDirectory = server;
    attributes.Attributes = OBJ_INHERIT;
    CHECK(NtOpenFile(&client, SYNCHRONIZE | GENERIC_WRITE, &attributes, &block, 0,
                     FILE_NON_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT) == 0);
    CHECK(NtOpenFile(&second, SYNCHRONIZE | GENERIC_WRITE, &attributes, &block, 0,
                     FILE_NON_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT) != 0);  // it has its client
    DWORD flags = 0, moved = 0;
    CHECK(GetHandleInformation(client, &flags) && (flags & HANDLE_FLAG_INHERIT));

    OVERLAPPED overlapped = {0};
    overlapped.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    char buffer[16] = {0};
    CHECK_LASTERROR(ReadFile(server, buffer, sizeof buffer, NULL, &overlapped), ERROR_IO_PENDING);
    CHECK(WriteFile(client, "hello", 5, &moved, NULL) && moved == 5);
    CHECK(GetOverlappedResult(server, &overlapped, &moved, TRUE) && moved == 5);
    CHECK(memcmp(buffer, "hello", 5) == 0);
    CloseHandle(client);
    CHECK_LASTERROR(ReadFile(server, buffer, sizeof buffer, NULL, &overlapped) ||
                        (GetLastError() == ERROR_IO_PENDING && GetOverlappedResult(server, &overlapped, &moved, TRUE)),
                    ERROR_BROKEN_PIPE);
    CloseHandle(server);
    CloseHandle(root);
    return check_result();
}
