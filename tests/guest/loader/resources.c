// Resources of the program: by number, by name, by language, as strings, and enumerated.
// "FindResourceW function (winbase.h)", "LoadStringW function (winuser.h)".
// with: parts/resources.rc
// flags: -luser32
#include "../check.h"

static int type_count;
static BOOL CALLBACK count_type(HMODULE module, LPWSTR type, LONG_PTR parameter) {
    (void)module;
    (void)parameter;
    if (type == (LPWSTR)RT_RCDATA || type == (LPWSTR)RT_STRING || type == (LPWSTR)RT_VERSION) ++type_count;
    return TRUE;
}

static char names[64];
static BOOL CALLBACK note_name(HMODULE module, LPCWSTR type, LPWSTR name, LONG_PTR parameter) {
    (void)module;
    (void)type;
    CHECK_EQ(parameter, 17);
    char text[16];
    if (IS_INTRESOURCE(name)) {
        snprintf(text, sizeof text, "#%d ", (int)(ULONG_PTR)name);
    } else {
        snprintf(text, sizeof text, "%ls ", name);
    }
    strcat(names, text);
    return TRUE;
}

static void check_data(HRSRC resource, const char* want) {
    CHECK(resource != NULL);
    if (!resource) return;
    HGLOBAL loaded = LoadResource(NULL, resource);
    const char* data = LockResource(loaded);
    CHECK_EQ(SizeofResource(NULL, resource), strlen(want));
    CHECK(data != NULL && memcmp(data, want, strlen(want)) == 0);
}

int main(void) {
    check_data(FindResourceW(NULL, MAKEINTRESOURCEW(100), (LPCWSTR)RT_RCDATA), "by number");
    check_data(FindResourceA(NULL, "MyName", (LPCSTR)RT_RCDATA), "by name");
    check_data(FindResourceW(NULL, L"#100", L"#10"), "by number");
    WORD german = MAKELANGID(LANG_GERMAN, SUBLANG_GERMAN);
    check_data(FindResourceExW(NULL, (LPCWSTR)RT_RCDATA, MAKEINTRESOURCEW(101), german), "deutsch");
    check_data(FindResourceW(NULL, MAKEINTRESOURCEW(101), (LPCWSTR)RT_RCDATA), "english");
    CHECK_LASTERROR(FindResourceW(NULL, MAKEINTRESOURCEW(999), (LPCWSTR)RT_RCDATA),
                    ERROR_RESOURCE_NAME_NOT_FOUND);
    CHECK_LASTERROR(FindResourceW(NULL, MAKEINTRESOURCEW(100), L"NOTYPE"), ERROR_RESOURCE_TYPE_NOT_FOUND);

    wchar_t text[64];
    CHECK_EQ(LoadStringW(GetModuleHandleW(NULL), 17, text, 64), 5);
    CHECK_WSTR(text, L"Hello");
    CHECK_EQ(LoadStringW(GetModuleHandleW(NULL), 33, text, 64), 11);
    CHECK_WSTR(text, L"\x00dcml\x00e4ut text");
    CHECK_EQ(LoadStringW(GetModuleHandleW(NULL), 17, text, 3), 2);
    CHECK_WSTR(text, L"He");
    CHECK_EQ(LoadStringW(GetModuleHandleW(NULL), 4000, text, 64), 0);

    CHECK(EnumResourceTypesW(NULL, count_type, 0));
    CHECK_EQ(type_count, 3);
    CHECK(EnumResourceNamesW(NULL, (LPCWSTR)RT_RCDATA, note_name, 17));
    CHECK_STR(names, "MYNAME #100 #101 ");
    CHECK(FindResourceW(NULL, MAKEINTRESOURCEW(1), (LPCWSTR)RT_VERSION) != NULL);
    return check_result();
}
