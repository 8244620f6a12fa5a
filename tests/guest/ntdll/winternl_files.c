// flags: -lntdll
// NtCreateFile and its relatives: names relative to a directory handle, dispositions, directory queries.
// "NtCreateFile function (winternl.h)", "NtQueryDirectoryFile function (ntifs.h)".
#include "check.h"
#include <winternl.h>

#define STATUS_OK(s) CHECK((s) >= 0)
#define STATUS_IS(s, want) CHECK_EQ((ULONG)(s), (ULONG)(want))

NTSYSAPI NTSTATUS NTAPI NtReadFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG,
                                   PLARGE_INTEGER, PULONG);
NTSYSAPI NTSTATUS NTAPI NtWriteFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG,
                                    PLARGE_INTEGER, PULONG);
NTSYSAPI NTSTATUS NTAPI NtQueryDirectoryFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG,
                                             ULONG, BOOLEAN, PUNICODE_STRING, BOOLEAN);
NTSYSAPI NTSTATUS NTAPI NtDeleteFile(POBJECT_ATTRIBUTES);

static UNICODE_STRING string(const wchar_t* text) {
    UNICODE_STRING s;
    s.Buffer = (wchar_t*)text;
    s.Length = (USHORT)(wcslen(text) * 2);
    s.MaximumLength = s.Length + 2;
    return s;
}

static NTSTATUS create(HANDLE* out, HANDLE root, const wchar_t* name, ACCESS_MASK access, ULONG disposition,
                       ULONG options, ULONG_PTR* information) {
    UNICODE_STRING s = string(name);
    OBJECT_ATTRIBUTES oa;
    IO_STATUS_BLOCK io;
    InitializeObjectAttributes(&oa, &s, OBJ_CASE_INSENSITIVE, root, NULL);
    NTSTATUS status = NtCreateFile(out, access | SYNCHRONIZE, &oa, &io, NULL, 0, 7, disposition,
                                   options | FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
    if (information) *information = io.Information;
    return status;
}

int main(void) {
    wchar_t here[600], path[700];
    GetCurrentDirectoryW(600, here);
    wcscpy(path, L"\\??\\");
    wcscat(path, here);
    HANDLE root, file;
    ULONG_PTR information;
    STATUS_OK(create(&root, NULL, path, FILE_LIST_DIRECTORY | FILE_TRAVERSE, FILE_OPEN, FILE_DIRECTORY_FILE, NULL));

    STATUS_OK(create(&file, root, L"Work", FILE_LIST_DIRECTORY, FILE_CREATE, FILE_DIRECTORY_FILE, &information));
    CHECK_EQ(information, FILE_CREATED);
    NtClose(file);
    STATUS_IS(create(&file, root, L"work", FILE_LIST_DIRECTORY, FILE_CREATE, FILE_DIRECTORY_FILE, NULL), 0xC0000035);
    STATUS_OK(create(&file, root, L"work\\f", GENERIC_READ | GENERIC_WRITE, FILE_OPEN_IF, FILE_NON_DIRECTORY_FILE,
                     &information));
    CHECK_EQ(information, FILE_CREATED);

    IO_STATUS_BLOCK io;
    LARGE_INTEGER at;
    char text[8];
    STATUS_OK(NtWriteFile(file, NULL, NULL, NULL, &io, "hello", 5, NULL, NULL));
    CHECK_EQ(io.Information, 5);
    at.QuadPart = 1;
    STATUS_OK(NtReadFile(file, NULL, NULL, NULL, &io, text, 3, &at, NULL));
    CHECK_EQ(io.Information, 3);
    at.QuadPart = -2;  // FILE_USE_FILE_POINTER_POSITION
    STATUS_OK(NtReadFile(file, NULL, NULL, NULL, &io, text, 8, &at, NULL));
    CHECK_EQ(io.Information, 1);
    STATUS_IS(NtReadFile(file, NULL, NULL, NULL, &io, text, 8, NULL, NULL), 0xC0000011);
    NtClose(file);

    STATUS_OK(create(&file, root, L"WORK\\F", GENERIC_WRITE, FILE_OVERWRITE_IF, 0, &information));
    CHECK_EQ(information, FILE_OVERWRITTEN);
    NtClose(file);
    STATUS_IS(create(&file, root, L"work\\f", GENERIC_READ, FILE_OPEN, FILE_DIRECTORY_FILE, NULL), 0xC0000103);
    STATUS_IS(create(&file, root, L"work", GENERIC_READ, FILE_OPEN, FILE_NON_DIRECTORY_FILE, NULL), 0xC00000BA);
    STATUS_IS(create(&file, root, L"work\\g", GENERIC_READ, FILE_OPEN, 0, NULL), 0xC0000034);
    STATUS_IS(create(&file, root, L"no\\g", GENERIC_READ, FILE_OPEN, 0, NULL), 0xC000003A);
    STATUS_IS(create(&file, root, L"\\work", GENERIC_READ, FILE_OPEN, 0, NULL), 0xC0000033);
    STATUS_IS(create(&file, NULL, L"work", GENERIC_READ, FILE_OPEN, 0, NULL), 0xC000003B);

    // A directory one entry at a time, filtered, then from the start again.
    STATUS_OK(create(&file, root, L"work", FILE_LIST_DIRECTORY, FILE_OPEN, FILE_DIRECTORY_FILE, NULL));
    static char buffer[512];
    UNICODE_STRING all = string(L"*");
    int entries = 0;
    NTSTATUS status;
    while ((status = NtQueryDirectoryFile(file, NULL, NULL, NULL, &io, buffer, sizeof buffer, 12, TRUE, &all,
                                          FALSE)) == 0)
        ++entries;
    STATUS_IS(status, 0x80000006);
    CHECK_EQ(entries, 3);
    STATUS_OK(NtQueryDirectoryFile(file, NULL, NULL, NULL, &io, buffer, sizeof buffer, 12, FALSE, NULL, TRUE));
    UNICODE_STRING none = string(L"zzz*");
    NtClose(file);
    STATUS_OK(create(&file, root, L"work", FILE_LIST_DIRECTORY, FILE_OPEN, FILE_DIRECTORY_FILE, NULL));
    STATUS_IS(NtQueryDirectoryFile(file, NULL, NULL, NULL, &io, buffer, sizeof buffer, 12, FALSE, &none, FALSE),
              0xC000000F);
    NtClose(file);

    UNICODE_STRING name = string(L"work\\f");
    OBJECT_ATTRIBUTES oa;
    InitializeObjectAttributes(&oa, &name, OBJ_CASE_INSENSITIVE, root, NULL);
    STATUS_OK(NtDeleteFile(&oa));
    NtClose(root);
    CHECK(RemoveDirectoryW(L"work"));

    UNICODE_STRING nt;
    CHECK(RtlDosPathNameToNtPathName_U(L"C:/a/../b", &nt, NULL, NULL));
    CHECK(wcsncmp(nt.Buffer, L"\\??\\C:\\b", nt.Length / 2) == 0 && nt.Length == 16);
    return check_result();
}
