// What a fresh registry tells programs, and how it changes: defaults can be hidden and come over by writes.
// Values that node, Go and installers read; "Registry Keys Affected by WOW64", "HKEY_CLASSES_ROOT Key".
// flags: -ladvapi32
#include <stdio.h>
#include <string.h>

#include "check.h"

int main(void) {
    WCHAR text[128];
    DWORD size = sizeof text, type, number;
    CHECK_EQ(RegGetValueW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", L"ProductName", RRF_RT_REG_SZ,
                          NULL, text, &size), ERROR_SUCCESS);
    CHECK(wcsncmp(text, L"Windows", 7) == 0);
    size = sizeof text;
    CHECK_EQ(RegGetValueW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Cryptography", L"MachineGuid", RRF_RT_REG_SZ, NULL, text,
                          &size), ERROR_SUCCESS);
    CHECK(wcslen(text) == 36 && text[8] == L'-');
    size = 4;
    CHECK_EQ(RegGetValueW(HKEY_LOCAL_MACHINE, L"HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0", L"~MHz", RRF_RT_REG_DWORD,
                          &type, &number, &size), ERROR_SUCCESS);
    size = sizeof text;
    CHECK_EQ(RegGetValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment", L"Path",
                          RRF_RT_REG_SZ, NULL, text, &size), ERROR_SUCCESS);
    size = sizeof text;
    CHECK_EQ(RegGetValueW(HKEY_CLASSES_ROOT, L".txt", L"Content Type", RRF_RT_REG_SZ, NULL, text, &size), ERROR_SUCCESS);
    CHECK(wcscmp(text, L"text/plain") == 0);

    // The user's classes win in HKEY_CLASSES_ROOT.
    HKEY key;
    CHECK_EQ(RegCreateKeyExW(HKEY_CURRENT_USER, L"Software\\Classes\\.lswtest", 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL),
             ERROR_SUCCESS);
    CHECK_EQ(RegSetValueExW(key, NULL, 0, REG_SZ, (const BYTE*)L"mine", 10), ERROR_SUCCESS);
    RegCloseKey(key);
    size = sizeof text;
    CHECK_EQ(RegGetValueW(HKEY_CLASSES_ROOT, L".lswtest", NULL, RRF_RT_REG_SZ, NULL, text, &size), ERROR_SUCCESS);
    CHECK(wcscmp(text, L"mine") == 0);
    CHECK_EQ(RegDeleteKeyW(HKEY_CURRENT_USER, L"Software\\Classes\\.lswtest"), ERROR_SUCCESS);
    CHECK_EQ(RegOpenKeyExW(HKEY_CLASSES_ROOT, L".lswtest", 0, KEY_READ, &key), ERROR_FILE_NOT_FOUND);

    // The 32-bit view is a tree of its own.
    CHECK_EQ(RegCreateKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\LSW view test", 0, NULL, 0, KEY_ALL_ACCESS | KEY_WOW64_32KEY, NULL,
                             &key, NULL), ERROR_SUCCESS);
    RegCloseKey(key);
    CHECK_EQ(RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\LSW view test", 0, KEY_READ, &key), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Wow6432Node\\LSW view test", 0, KEY_READ, &key), ERROR_SUCCESS);
    RegCloseKey(key);
    CHECK_EQ(RegDeleteKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\LSW view test", KEY_WOW64_32KEY, 0), ERROR_SUCCESS);

    // A default that is deleted is gone, and what is made in its place starts empty.
    const WCHAR* zone = L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Time Zones\\Hawaiian Standard Time";
    CHECK_EQ(RegOpenKeyExW(HKEY_LOCAL_MACHINE, zone, 0, KEY_ALL_ACCESS, &key), ERROR_SUCCESS);
    BYTE rule[64];
    size = sizeof rule;
    CHECK_EQ(RegQueryValueExW(key, L"TZI", NULL, &type, rule, &size), ERROR_SUCCESS);
    CHECK(type == REG_BINARY && size == 44 && *(LONG*)rule == 600);
    CHECK_EQ(RegDeleteValueW(key, L"TZI"), ERROR_SUCCESS);
    CHECK_EQ(RegQueryValueExW(key, L"TZI", NULL, NULL, NULL, NULL), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(RegSetValueExW(key, L"TZI", 0, REG_BINARY, rule, 44), ERROR_SUCCESS);
    RegCloseKey(key);
    return check_result();
}
