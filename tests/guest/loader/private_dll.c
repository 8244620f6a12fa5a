// A private DLL beside the program: exports by name, by ordinal, data, and forwarders to a system DLL,
// to another private DLL by name, and by ordinal. "PE Format", "Export Address Table".
// with: parts/private_far.c -shared parts/private_far.def
// with: parts/private_near.c -shared link parts/private_near.def
#include "../check.h"

__declspec(dllimport) int near_add(int a, int b);
__declspec(dllimport) int near_by_ordinal(int a);  // without a name in the export table
__declspec(dllimport) extern int near_data;
__declspec(dllimport) DWORD near_process_id(void);  // -> KERNEL32.GetCurrentProcessId
__declspec(dllimport) int near_to_far(int a);       // -> private_far.far_twice
__declspec(dllimport) int near_to_far_ordinal(int a);  // -> private_far.#77

int main(void) {
    CHECK_EQ(near_add(2, 3), 5);
    CHECK_EQ(near_by_ordinal(4), 104);
    CHECK_EQ(near_data, 42);
    near_data = 43;
    int* data = (int*)(void*)GetProcAddress(GetModuleHandleA("private_near"), "near_data");
    CHECK(data != NULL && *data == 43);
    CHECK_EQ(near_process_id(), GetCurrentProcessId());
    CHECK_EQ(near_to_far(21), 42);
    CHECK_EQ(near_to_far_ordinal(1), 78);

    // A forwarder has the address of its target; the target's DLL came along.
    HMODULE near_module = GetModuleHandleA("PRIVATE_NEAR.DLL");
    HMODULE far_module = GetModuleHandleA("private_far.dll");
    CHECK(near_module != NULL);
    CHECK(far_module != NULL);
    CHECK(GetProcAddress(near_module, "near_to_far") == GetProcAddress(far_module, "far_twice"));
    CHECK(GetProcAddress(near_module, (LPCSTR)(ULONG_PTR)7) != NULL);
    CHECK(GetProcAddress(near_module, "near_process_id") ==
          GetProcAddress(GetModuleHandleA("kernel32"), "GetCurrentProcessId"));
    CHECK_LASTERROR(GetProcAddress(near_module, "near_by_ordinal"), ERROR_PROC_NOT_FOUND);

    char path[MAX_PATH];
    CHECK(GetModuleFileNameA(near_module, path, sizeof path) > 0);
    const char* name = strrchr(path, '\\');
    CHECK_STR(name ? name + 1 : path, "private_near.dll");
    return check_result();
}
