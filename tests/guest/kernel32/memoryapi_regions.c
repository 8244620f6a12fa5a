// Reserve, commit, protect, query and free: what VirtualQuery shows after each step.
// Expectations: "VirtualAlloc function (memoryapi.h)", "VirtualFree…", "VirtualProtect…", "VirtualQuery…".
#include <windows.h>

#include "../check.h"

static MEMORY_BASIC_INFORMATION query(const void* address) {
    MEMORY_BASIC_INFORMATION info;
    CHECK_EQ(VirtualQuery(address, &info, sizeof info), sizeof info);
    return info;
}

static void reserve_and_commit(void) {
    char* base = VirtualAlloc(NULL, 0x30000, MEM_RESERVE, PAGE_READWRITE);
    CHECK(base != NULL);
    CHECK_EQ((ULONG_PTR)base % 0x10000, 0);
    MEMORY_BASIC_INFORMATION info = query(base + 0x1234);
    CHECK_EQ(info.State, MEM_RESERVE);
    CHECK_EQ(info.RegionSize, 0x2F000);
    CHECK_EQ(info.AllocationProtect, PAGE_READWRITE);
    CHECK(info.AllocationBase == base && info.BaseAddress == base + 0x1000);

    CHECK(VirtualAlloc(base + 0x10FFF, 2, MEM_COMMIT, PAGE_READWRITE) == base + 0x10000);
    info = query(base + 0x10000);
    CHECK_EQ(info.State, MEM_COMMIT);
    CHECK_EQ(info.RegionSize, 0x2000);
    base[0x11000] = 42;
    CHECK_EQ(base[0x10000], 0);

    DWORD old = 0;
    CHECK(VirtualProtect(base + 0x11000, 1, PAGE_READONLY, &old));
    CHECK_EQ(old, PAGE_READWRITE);
    CHECK_EQ(query(base + 0x11000).Protect, PAGE_READONLY);
    CHECK_EQ(query(base + 0x10000).RegionSize, 0x1000);
    CHECK(!VirtualProtect(base, 0x1000, PAGE_READONLY, &old));
    CHECK_EQ(GetLastError(), ERROR_INVALID_ADDRESS);

    CHECK(VirtualFree(base + 0x11000, 0x1000, MEM_DECOMMIT));
    CHECK_EQ(query(base + 0x11000).State, MEM_RESERVE);
    CHECK(VirtualAlloc(base + 0x11000, 0x1000, MEM_COMMIT, PAGE_READWRITE) != NULL);
    CHECK_EQ(base[0x11000], 0);

    CHECK(!VirtualFree(base + 0x1000, 0, MEM_RELEASE));
    CHECK(!VirtualFree(base, 0x1000, MEM_RELEASE));
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(VirtualFree(base, 0, MEM_RELEASE));
    CHECK_EQ(query(base).State, MEM_FREE);
    CHECK(!VirtualFree(base, 0, MEM_RELEASE));
}

static void wrong_arguments(void) {
    CHECK(VirtualAlloc(NULL, 0, MEM_RESERVE, PAGE_READWRITE) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(VirtualAlloc(NULL, 4096, MEM_RESERVE, 0) == NULL);
    CHECK(VirtualAlloc(NULL, 4096, MEM_RESERVE, PAGE_READONLY | PAGE_READWRITE) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
    CHECK(VirtualAlloc((void*)0x7FFFFFFF0000ull, 4096, MEM_RESERVE, PAGE_READWRITE) == NULL);
    CHECK(VirtualAlloc(NULL, (SIZE_T)1 << 46, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE) == NULL);
    char* base = VirtualAlloc(NULL, 4096, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    CHECK(VirtualAlloc(base, 4096, MEM_RESERVE, PAGE_READWRITE) == NULL);
    CHECK_EQ(GetLastError(), ERROR_INVALID_ADDRESS);
    CHECK(VirtualFree(base, 0, MEM_RELEASE));
}

static void image_sections(void) {
    MEMORY_BASIC_INFORMATION code = query((void*)(ULONG_PTR)&image_sections);
    CHECK_EQ(code.Type, MEM_IMAGE);
    CHECK_EQ(code.Protect, PAGE_EXECUTE_READ);
    CHECK(code.AllocationBase == GetModuleHandleW(NULL));
    MEMORY_BASIC_INFORMATION stack = query(&code);
    CHECK_EQ(stack.Type, MEM_PRIVATE);
    CHECK_EQ(stack.Protect, PAGE_READWRITE);
}

static void mappings(void) {
    HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 0x20000, L"lsw-test-section");
    CHECK(section != NULL);
    CHECK_EQ(GetLastError(), 0);
    HANDLE again = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 0x20000, L"lsw-test-section");
    CHECK_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
    char* a = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    char* b = MapViewOfFile(again, FILE_MAP_READ, 0, 0x10000, 0x1000);
    CHECK(a && b);
    a[0x10010] = 7;
    CHECK_EQ(b[0x10], 7);
    CHECK_EQ(query(a).Type, MEM_MAPPED);
    CHECK(MapViewOfFile(section, FILE_MAP_READ, 0, 0x1000, 0) == NULL);
    CHECK_EQ(GetLastError(), ERROR_MAPPED_ALIGNMENT);
    CHECK(UnmapViewOfFile(a) && UnmapViewOfFile(b));
    CHECK(!UnmapViewOfFile(a));
    CHECK_EQ(GetLastError(), ERROR_INVALID_ADDRESS);
    CloseHandle(section);
    CloseHandle(again);
    CHECK(OpenFileMappingW(FILE_MAP_READ, FALSE, L"lsw-test-section") == NULL);
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
}

int main(void) {
    reserve_and_commit();
    wrong_arguments();
    image_sections();
    mappings();
    return check_result();
}
