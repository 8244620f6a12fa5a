// Registry services by NT names. "ZwCreateKey function (wdm.h)", "ZwQueryValueKey function", "ZwEnumerateKey function".
// flags: -lntdll -ladvapi32
#include <winternl.h>
#include <string.h>

#include "check.h"

typedef struct { ULONG TitleIndex, Type, DataLength; UCHAR Data[64]; } Partial;
typedef struct { LARGE_INTEGER Time; ULONG TitleIndex, NameLength; WCHAR Name[64]; } Basic;

NTSTATUS NTAPI NtCreateKey(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, ULONG, PUNICODE_STRING, ULONG, PULONG);
NTSTATUS NTAPI NtOpenKey(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
NTSTATUS NTAPI NtDeleteKey(HANDLE);
NTSTATUS NTAPI NtSetValueKey(HANDLE, PUNICODE_STRING, ULONG, ULONG, PVOID, ULONG);
NTSTATUS NTAPI NtQueryValueKey(HANDLE, PUNICODE_STRING, int, PVOID, ULONG, PULONG);
NTSTATUS NTAPI NtEnumerateKey(HANDLE, ULONG, int, PVOID, ULONG, PULONG);

#define NAME(text) {sizeof(text) - 2, sizeof(text), (WCHAR*)text}

int main(void) {
    UNICODE_STRING version = NAME(L"\\Registry\\Machine\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion");
    UNICODE_STRING major = NAME(L"CurrentMajorVersionNumber"), build = NAME(L"CurrentBuild"), none = NAME(L"none");
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, &version, OBJ_CASE_INSENSITIVE, NULL, NULL);
    HANDLE key, child;
    ULONG length;
    Partial value;
    CHECK_EQ(NtOpenKey(&key, KEY_READ, &attributes), 0);
    CHECK_EQ(NtQueryValueKey(key, &major, 2, &value, sizeof value, &length), 0);
    CHECK(value.Type == REG_DWORD && value.DataLength == 4 && *(ULONG*)value.Data == 10 && length == 16);
    CHECK_EQ((ULONG)NtQueryValueKey(key, &build, 2, &value, 12, &length), 0x80000005u);
    CHECK_EQ((ULONG)NtQueryValueKey(key, &build, 2, &value, 8, &length), 0xC0000023u);
    CHECK_EQ((ULONG)NtQueryValueKey(key, &none, 2, &value, sizeof value, &length), 0xC0000034u);
    CloseHandle(key);

    HKEY user;
    CHECK_EQ(RegOpenKeyExW(HKEY_CURRENT_USER, L"Software", 0, KEY_ALL_ACCESS, &user), ERROR_SUCCESS);
    UNICODE_STRING name = NAME(L"LSW NT test"), below = NAME(L"below");
    OBJECT_ATTRIBUTES relative;
    InitializeObjectAttributes(&relative, &name, OBJ_CASE_INSENSITIVE, (HANDLE)user, NULL);
    CHECK_EQ(NtCreateKey(&key, KEY_ALL_ACCESS, &relative, 0, NULL, 0, &length), 0);
    CHECK_EQ(length, REG_CREATED_NEW_KEY);
    OBJECT_ATTRIBUTES deeper;
    InitializeObjectAttributes(&deeper, &below, OBJ_CASE_INSENSITIVE, (HANDLE)key, NULL);
    CHECK_EQ(NtCreateKey(&child, KEY_ALL_ACCESS, &deeper, 0, NULL, 0, NULL), 0);
    CHECK_EQ(NtSetValueKey(child, &none, 0, REG_BINARY, "abc", 3), 0);
    CHECK_EQ(NtQueryValueKey(child, &none, 2, &value, sizeof value, &length), 0);
    CHECK(value.DataLength == 3 && memcmp(value.Data, "abc", 3) == 0);
    Basic basic;
    CHECK_EQ(NtEnumerateKey(key, 0, 0, &basic, sizeof basic, &length), 0);
    CHECK(basic.NameLength == 10 && memcmp(basic.Name, L"below", 10) == 0);
    CHECK_EQ((ULONG)NtEnumerateKey(key, 1, 0, &basic, sizeof basic, &length), 0x8000001Au);
    CHECK_EQ((ULONG)NtDeleteKey(key), 0xC0000121u);
    CHECK_EQ(NtDeleteKey(child), 0);
    CHECK_EQ(NtDeleteKey(key), 0);
    CloseHandle(child);
    CloseHandle(key);
    RegCloseKey(user);
    return check_result();
}
