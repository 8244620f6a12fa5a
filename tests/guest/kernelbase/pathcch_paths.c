// Paths of pathcch.h. "PathCchCanonicalizeEx function", "PathCchRemoveFileSpec function", "PathCchCombineEx function" and
// their tables of examples.
// flags: -lshlwapi -lrpcrt4 -lpsapi
#include "check.h"
#include <shlwapi.h>
#include <rpc.h>
#include <psapi.h>

typedef HRESULT(WINAPI* Canonicalize)(PWSTR, size_t, PCWSTR, ULONG);
typedef HRESULT(WINAPI* Combine)(PWSTR, size_t, PCWSTR, PCWSTR, ULONG);
typedef HRESULT(WINAPI* Edit)(PWSTR, size_t);
typedef HRESULT(WINAPI* Allocate)(PCWSTR, ULONG, PWSTR*);

static HMODULE base;

static void canonical(PCWSTR in, PCWSTR expected) {
    Canonicalize call = (Canonicalize)GetProcAddress(base, "PathCchCanonicalizeEx");
    WCHAR out[300];
    CHECK_EQ(call(out, 300, in, 0), S_OK);
    CHECK_WSTR(out, expected);
}

static void edited(const char* name, PCWSTR in, HRESULT status, PCWSTR expected) {
    Edit call = (Edit)GetProcAddress(base, name);
    WCHAR path[300];
    wcscpy(path, in);
    CHECK_EQ(call(path, 300), status);
    CHECK_WSTR(path, expected);
}

static void combined(PCWSTR first, PCWSTR more, PCWSTR expected) {
    Combine call = (Combine)GetProcAddress(base, "PathCchCombineEx");
    WCHAR out[300];
    CHECK_EQ(call(out, 300, first, more, 0), S_OK);
    CHECK_WSTR(out, expected);
}

int main(void) {
    base = LoadLibraryA("kernelbase.dll");
    canonical(L"C:\\name_1\\.\\name_2\\..\\name_3", L"C:\\name_1\\name_3");
    canonical(L"C:\\name_1\\..\\name_2\\.\\name_3", L"C:\\name_2\\name_3");
    canonical(L"C:\\..", L"C:\\");
    canonical(L"C:\\a\\b\\..\\..\\..\\..", L"C:\\");
    canonical(L"C:\\a. .\\b ", L"C:\\a\\b");
    canonical(L"", L"\\");
    canonical(L"\\\\server\\share\\a\\..\\b", L"\\\\server\\share\\b");
    canonical(L"\\\\?\\C:\\a", L"C:\\a");
    edited("PathCchRemoveFileSpec", L"C:\\path1\\path2\\file", S_OK, L"C:\\path1\\path2");
    edited("PathCchRemoveFileSpec", L"C:\\file", S_OK, L"C:\\");
    edited("PathCchRemoveFileSpec", L"C:\\", S_FALSE, L"C:\\");
    edited("PathCchRemoveFileSpec", L"\\\\server\\share\\file", S_OK, L"\\\\server\\share");
    edited("PathCchRemoveExtension", L"a.b\\c.tar.gz", S_OK, L"a.b\\c.tar");
    edited("PathCchRemoveBackslash", L"C:\\a\\", S_OK, L"C:\\a");
    edited("PathCchRemoveBackslash", L"C:\\", S_FALSE, L"C:\\");
    edited("PathCchStripToRoot", L"C:\\a\\b", S_OK, L"C:\\");
    combined(L"C:\\a", L"b\\..\\c", L"C:\\a\\c");
    combined(L"C:\\a", L"\\b", L"C:\\b");
    combined(L"C:\\a", L"D:\\b", L"D:\\b");
    WCHAR small[4];
    CHECK_EQ(((Canonicalize)GetProcAddress(base, "PathCchCanonicalizeEx"))(small, 4, L"C:\\long", 0), (HRESULT)0x8007007A);
    static WCHAR many[600];
    wcscpy(many, L"C:\\");
    for (int i = 3; i < 500; ++i) many[i] = i % 50 ? L'x' : L'\\';
    PWSTR made = NULL;
    CHECK_EQ(((Allocate)GetProcAddress(base, "PathAllocCanonicalize"))(many, 1, &made), S_OK);
    CHECK(made && wcsncmp(made, L"\\\\?\\C:\\xxx", 10) == 0);
    LocalFree(made);

    CHECK(PathMatchSpecW(L"readme.TXT", L"*.doc; *.txt"));
    CHECK(!PathMatchSpecW(L"readme.md", L"*.doc;*.txt"));
    CHECK(PathIsPrefixW(L"C:\\", L"C:\\a"));
    CHECK(!PathIsPrefixW(L"C:\\ab", L"C:\\abc"));
    WCHAR out[MAX_PATH];
    CHECK(PathRelativePathToW(out, L"c:\\a\\b\\path", FILE_ATTRIBUTE_DIRECTORY, L"c:\\a\\b\\path\\file", 0));
    CHECK_WSTR(out, L".\\file");
    CHECK(PathRelativePathToW(out, L"c:\\a\\b\\x", FILE_ATTRIBUTE_DIRECTORY, L"c:\\a\\c", 0));
    CHECK_WSTR(out, L"..\\..\\c");
    DWORD size = MAX_PATH;
    CHECK_EQ(PathCreateFromUrlW(L"file:///C:/a%20b/c.txt", out, &size, 0), S_OK);
    CHECK_WSTR(out, L"C:\\a b\\c.txt");
    CHECK_EQ(size, 12);
    CHECK(UrlIsW(L"file:///C:/", URLIS_FILEURL));
    CHECK(!PathIsURLW(L"C:\\x"));
    CHECK(StrCmpLogicalW(L"file2", L"file10") < 0);
    CHECK_WSTR(StrFormatByteSizeW(2400016, out, 40), L"2.28 MB");

    UUID a, b;
    RPC_CSTR text = NULL;
    CHECK_EQ(UuidCreate(&a), RPC_S_OK);
    CHECK_EQ(UuidToStringA(&a, &text), RPC_S_OK);
    CHECK_EQ(UuidFromStringA(text, &b), RPC_S_OK);
    CHECK(memcmp(&a, &b, sizeof a) == 0);
    RpcStringFreeA(&text);
    CHECK_EQ(UuidFromStringA((RPC_CSTR) "not a uuid", &b), RPC_S_INVALID_STRING_UUID);
    CHECK(UuidCreateSequential(&a) >= 0 && UuidCreateSequential(&b) >= 0 && a.Data1 != b.Data1);

    PROCESS_MEMORY_COUNTERS counters;
    CHECK(GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters) && counters.WorkingSetSize > 0);
    char narrow[20];
    CHECK_EQ(wsprintfA(narrow, "%s-%04X", "x", 255), 6);
    CHECK_STR(narrow, "x-00FF");
    return check_result();
}
