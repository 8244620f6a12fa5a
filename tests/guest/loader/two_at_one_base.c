// Two DLLs linked for the same base: the second is relocated, its pointers with it.
// "/BASE (Base Address)" (C++ linker documentation).
// with: parts/base_one.c -shared link -Wl,--image-base,0x61000000 -Wl,--disable-dynamicbase
// with: parts/base_two.c -shared link -Wl,--image-base,0x61000000 -Wl,--disable-dynamicbase
#include "../check.h"

__declspec(dllimport) const char* base_one_text(int index);
__declspec(dllimport) const char* base_two_text(int index);

int main(void) {
    HMODULE one = GetModuleHandleA("base_one.dll");
    HMODULE two = GetModuleHandleA("base_two.dll");
    CHECK(one != NULL && two != NULL && one != two);
    CHECK(one == (HMODULE)0x61000000 || two == (HMODULE)0x61000000);
    CHECK_STR(base_one_text(0), "one: first");
    CHECK_STR(base_one_text(1), "one: second");
    CHECK_STR(base_two_text(0), "two: first");
    CHECK_STR(base_two_text(1), "two: second");
    return check_result();
}
