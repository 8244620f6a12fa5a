// Placeholders: reserve, split, replace by memory and by a view, turn back, coalesce.
// Expectations: "VirtualAlloc2 function (memoryapi.h)", its ring buffer example, and "MapViewOfFile3…".
#include <windows.h>

#include "../check.h"

typedef PVOID(WINAPI* Alloc2)(HANDLE, PVOID, SIZE_T, ULONG, ULONG, void*, ULONG);
typedef PVOID(WINAPI* Map3)(HANDLE, HANDLE, PVOID, ULONG64, SIZE_T, ULONG, ULONG, void*, ULONG);
typedef BOOL(WINAPI* Unmap2)(HANDLE, PVOID, ULONG);

int main(void) {
    HMODULE base = GetModuleHandleW(L"kernelbase.dll");
    Alloc2 alloc2 = (Alloc2)(void*)GetProcAddress(base, "VirtualAlloc2");
    Map3 map3 = (Map3)(void*)GetProcAddress(base, "MapViewOfFile3");
    Unmap2 unmap2 = (Unmap2)(void*)GetProcAddress(base, "UnmapViewOfFile2");
    CHECK(alloc2 && map3 && unmap2);
    if (!alloc2 || !map3 || !unmap2) return check_result();

    enum { kSize = 0x10000, kReserve = MEM_RESERVE, kPlaceholder = 0x40000, kReplace = 0x4000, kPreserve = 2, kCoalesce = 1 };
    char* room = alloc2(NULL, NULL, 2 * kSize, kReserve | kPlaceholder, PAGE_NOACCESS, NULL, 0);
    CHECK(room != NULL);
    CHECK(VirtualFree(room, kSize, MEM_RELEASE | kPreserve));
    HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, kSize, NULL);
    char* first = map3(section, NULL, room, 0, kSize, kReplace, PAGE_READWRITE, NULL, 0);
    char* second = map3(section, NULL, room + kSize, 0, kSize, kReplace, PAGE_READWRITE, NULL, 0);
    CHECK(first == room && second == room + kSize);
    first[5] = 9;
    CHECK_EQ(second[5], 9);
    CHECK(unmap2(GetCurrentProcess(), first, kPreserve));
    CHECK(unmap2(GetCurrentProcess(), second, kPreserve));
    CHECK(VirtualFree(room, 2 * kSize, MEM_RELEASE | kCoalesce));
    char* memory = alloc2(NULL, room, 2 * kSize, kReserve | MEM_COMMIT | kReplace, PAGE_READWRITE, NULL, 0);
    CHECK(memory == room);
    memory[2 * kSize - 1] = 1;
    CHECK(VirtualFree(room, 0, MEM_RELEASE));
    CloseHandle(section);
    return check_result();
}
