// Keys and values written, read, listed and deleted; sizes and errors as documented. "RegCreateKeyExW function (winreg.h)",
// "RegQueryValueExW function", "RegEnumKeyExW function", "RegGetValueW function", "RegDeleteTreeW function".
// flags: -ladvapi32
#include <stdio.h>
#include <string.h>

#include "check.h"

#define TEST_KEY L"Software\\LSW test of the registry"

static void check_values(HKEY key) {
    WCHAR text[32];
    DWORD type, size = sizeof text, number = 7;
    ULONGLONG big = 0x123456789ABCDEFULL;
    CHECK_EQ(RegSetValueExW(key, L"Text", 0, REG_SZ, (const BYTE*)L"h\u00e9llo", 12), ERROR_SUCCESS);
    CHECK_EQ(RegSetValueExW(key, L"number", 0, REG_DWORD, (const BYTE*)&number, 4), ERROR_SUCCESS);
    CHECK_EQ(RegSetValueExW(key, L"big", 0, REG_QWORD, (const BYTE*)&big, 8), ERROR_SUCCESS);
    CHECK_EQ(RegSetValueExW(key, NULL, 0, REG_SZ, (const BYTE*)L"default", 16), ERROR_SUCCESS);
    CHECK_EQ(RegSetValueExW(key, L"list", 0, REG_MULTI_SZ, (const BYTE*)L"a\0b\0", 10), ERROR_SUCCESS);
    CHECK_EQ(RegSetValueExW(key, L"expand", 0, REG_EXPAND_SZ, (const BYTE*)L"%SystemRoot%\\x", 30), ERROR_SUCCESS);
    CHECK_EQ(RegSetValueExW(key, L"empty", 0, REG_BINARY, NULL, 0), ERROR_SUCCESS);

    CHECK_EQ(RegQueryValueExW(key, L"TEXT", NULL, &type, (BYTE*)text, &size), ERROR_SUCCESS);
    CHECK_EQ(type, REG_SZ);
    CHECK_EQ(size, 12);
    CHECK(wcscmp(text, L"h\u00e9llo") == 0);
    size = 4;
    CHECK_EQ(RegQueryValueExW(key, L"Text", NULL, &type, (BYTE*)text, &size), ERROR_MORE_DATA);
    CHECK_EQ(size, 12);
    size = 0;
    CHECK_EQ(RegQueryValueExW(key, L"Text", NULL, NULL, NULL, &size), ERROR_SUCCESS);
    CHECK_EQ(size, 12);
    CHECK_EQ(RegQueryValueExW(key, L"none", NULL, NULL, NULL, NULL), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(RegQueryValueExW(key, L"Text", NULL, NULL, (BYTE*)text, NULL), ERROR_INVALID_PARAMETER);
    char narrow[32];
    size = sizeof narrow;
    CHECK_EQ(RegQueryValueExA(key, "number", NULL, &type, (BYTE*)narrow, &size), ERROR_SUCCESS);
    CHECK(size == 4 && memcmp(narrow, &number, 4) == 0);

    size = sizeof text;
    CHECK_EQ(RegGetValueW(key, NULL, L"expand", RRF_RT_REG_SZ, &type, text, &size), ERROR_SUCCESS);
    CHECK_EQ(type, REG_SZ);
    CHECK(wcsstr(text, L"%") == NULL && wcsstr(text, L"\\x") != NULL);
    size = sizeof text;
    CHECK_EQ(RegGetValueW(key, NULL, L"expand", RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND, &type, text, &size), ERROR_SUCCESS);
    CHECK(type == REG_EXPAND_SZ && text[0] == L'%');
    size = sizeof number;
    CHECK_EQ(RegGetValueW(key, NULL, L"Text", RRF_RT_REG_DWORD, NULL, &number, &size), ERROR_UNSUPPORTED_TYPE);
    size = sizeof big;
    big = 0;
    CHECK_EQ(RegGetValueW(key, NULL, L"big", RRF_RT_ANY, &type, &big, &size), ERROR_SUCCESS);
    CHECK(type == REG_QWORD && big == 0x123456789ABCDEFULL);
}

static void check_lists(HKEY key) {
    HKEY child;
    DWORD keys, longest_key, values, longest_name, longest_value;
    for (const WCHAR** name = (const WCHAR*[]){L"beta", L"Alpha", L"gamma\\deep", NULL}; *name; ++name) {
        CHECK_EQ(RegCreateKeyExW(key, *name, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &child, NULL), ERROR_SUCCESS);
        RegCloseKey(child);
    }
    CHECK_EQ(RegQueryInfoKeyW(key, NULL, NULL, NULL, &keys, &longest_key, NULL, &values, &longest_name, &longest_value, NULL, NULL),
             ERROR_SUCCESS);
    CHECK_EQ(keys, 3);
    CHECK_EQ(longest_key, 5);
    CHECK_EQ(values, 7);
    CHECK_EQ(longest_name, 6);
    CHECK_EQ(longest_value, 30);
    WCHAR name[16];
    DWORD size = 16;
    CHECK_EQ(RegEnumKeyExW(key, 0, name, &size, NULL, NULL, NULL, NULL), ERROR_SUCCESS);
    CHECK(size == 5 && wcscmp(name, L"Alpha") == 0);
    size = 5;
    CHECK_EQ(RegEnumKeyExW(key, 0, name, &size, NULL, NULL, NULL, NULL), ERROR_MORE_DATA);
    size = 16;
    CHECK_EQ(RegEnumKeyExW(key, 3, name, &size, NULL, NULL, NULL, NULL), ERROR_NO_MORE_ITEMS);
    int seen = 0;
    for (DWORD index = 0;; ++index) {
        size = 16;
        LONG status = RegEnumValueW(key, index, name, &size, NULL, NULL, NULL, NULL);
        if (status == ERROR_NO_MORE_ITEMS) break;
        CHECK_EQ(status, ERROR_SUCCESS);
        ++seen;
    }
    CHECK_EQ(seen, 7);
}

int main(void) {
    HKEY key, other;
    DWORD disposition;
    RegDeleteTreeW(HKEY_CURRENT_USER, TEST_KEY);
    CHECK_EQ(RegOpenKeyExW(HKEY_CURRENT_USER, TEST_KEY, 0, KEY_READ, &key), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(RegCreateKeyExW(HKEY_CURRENT_USER, TEST_KEY, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, &disposition), ERROR_SUCCESS);
    CHECK_EQ(disposition, REG_CREATED_NEW_KEY);
    HANDLE changed = CreateEventW(NULL, FALSE, FALSE, NULL);
    CHECK_EQ(RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, changed, TRUE), ERROR_SUCCESS);
    CHECK_EQ(WaitForSingleObject(changed, 0), WAIT_TIMEOUT);
    check_values(key);
    CHECK_EQ(WaitForSingleObject(changed, 0), WAIT_OBJECT_0);
    check_lists(key);

    CHECK_EQ(RegOpenKeyExW(HKEY_CURRENT_USER, TEST_KEY, 0, KEY_READ, &other), ERROR_SUCCESS);
    CHECK_EQ(RegSetValueExW(other, L"x", 0, REG_DWORD, (const BYTE*)&disposition, 4), ERROR_ACCESS_DENIED);
    CHECK_EQ(RegDeleteValueW(key, L"Text"), ERROR_SUCCESS);
    CHECK_EQ(RegDeleteValueW(key, L"Text"), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(RegDeleteKeyW(key, L"gamma"), ERROR_ACCESS_DENIED);
    CHECK_EQ(RegDeleteKeyW(key, L"gamma\\deep"), ERROR_SUCCESS);
    CHECK_EQ(RegDeleteKeyW(key, L"gamma"), ERROR_SUCCESS);
    CHECK_EQ(RegDeleteTreeW(HKEY_CURRENT_USER, TEST_KEY), ERROR_SUCCESS);
    CHECK_EQ(RegQueryValueExW(other, L"number", NULL, NULL, NULL, NULL), ERROR_KEY_DELETED);
    CHECK_EQ(RegCloseKey(other), ERROR_SUCCESS);
    CHECK_EQ(RegCloseKey(key), ERROR_SUCCESS);
    CHECK_EQ(RegCloseKey(key), ERROR_INVALID_HANDLE);
    CHECK_EQ(RegCloseKey(HKEY_LOCAL_MACHINE), ERROR_SUCCESS);
    return check_result();
}
