// The PEB holds a handle of the current directory, below which relative names can be opened: Zig's cwd(). It follows
// SetCurrentDirectory, and does not keep the directory. "RTL_USER_PROCESS_PARAMETERS"; std.fs.cwd of Zig; observed: bun.
// flags: -lntdll
#include "check.h"
#include <winternl.h>

static HANDLE directory_handle(void) {
    BYTE *parameters = (BYTE *)NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters;
    return *(HANDLE *)(parameters + 0x48);  // CurrentDirectory.Handle
}

static NTSTATUS open_below(HANDLE root, WCHAR *name, ULONG disposition, HANDLE *file) {
    UNICODE_STRING text;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK block;
    text.Buffer = name;
    text.Length = text.MaximumLength = (USHORT)(lstrlenW(name) * sizeof(WCHAR));
    InitializeObjectAttributes(&attributes, &text, 0, root, NULL);
    return NtCreateFile(file, GENERIC_WRITE | SYNCHRONIZE, &attributes, &block, NULL, FILE_ATTRIBUTE_NORMAL, 7, disposition,
                        FILE_NON_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
}

int main(void) {
    WCHAR here[MAX_PATH], of_handle[MAX_PATH + 8];
    HANDLE file;
    DeleteFileW(L"below.txt");  // of an earlier run
    DeleteFileW(L"inner\\deeper.txt");
    RemoveDirectoryW(L"inner");
    DWORD length = GetCurrentDirectoryW(MAX_PATH, here);
    CHECK(length > 0 && directory_handle() != NULL);
    CHECK(GetFinalPathNameByHandleW(directory_handle(), of_handle, MAX_PATH + 8, 0) == length + 4);
    CHECK_WSTR(of_handle + 4, here);
    // By the name of the volume's device, too.
    WCHAR device[MAX_PATH + 64] = L"\\\\?\\GLOBALROOT";
    CHECK(GetFinalPathNameByHandleW(directory_handle(), device + 14, MAX_PATH, VOLUME_NAME_NT) > 0);
    CHECK(GetFileAttributesW(device) == GetFileAttributesW(here));
    CHECK(open_below(directory_handle(), L"below.txt", FILE_CREATE, &file) == 0);
    CloseHandle(file);
    CHECK(GetFileAttributesW(L"below.txt") != INVALID_FILE_ATTRIBUTES);
    CHECK(CreateDirectoryW(L"inner", NULL) && SetCurrentDirectoryW(L"inner"));
    CHECK(open_below(directory_handle(), L"deeper.txt", FILE_CREATE, &file) == 0);
    CloseHandle(file);
    CHECK(GetFileAttributesW(L"..\\inner\\deeper.txt") != INVALID_FILE_ATTRIBUTES);
    CHECK(DeleteFileW(L"deeper.txt") && SetCurrentDirectoryW(L"C:\\Windows"));
    CHECK(GetFinalPathNameByHandleW(directory_handle(), of_handle, MAX_PATH + 8, 0) > 0);
    CHECK_WSTR(of_handle, L"\\\\?\\C:\\Windows");
    return check_result();
}
