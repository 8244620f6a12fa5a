// An image without relocations runs at the base it was linked for, and only there.
// "/FIXED (Fixed Base Address)" (C++ linker documentation).
// flags: -Wl,--image-base,0x400000 -Wl,--disable-dynamicbase -Wl,--disable-reloc-section
#include "../check.h"

int main(void) {
    const IMAGE_DOS_HEADER* dos = (const void*)GetModuleHandleW(NULL);
    CHECK(dos == (const void*)0x400000);
    const IMAGE_NT_HEADERS* nt = (const void*)((const char*)dos + dos->e_lfanew);
    CHECK(nt->FileHeader.Characteristics & IMAGE_FILE_RELOCS_STRIPPED);
    CHECK_EQ(nt->OptionalHeader.ImageBase, 0x400000);
    CHECK((char*)main > (char*)0x400000 && (char*)main < (char*)0x400000 + nt->OptionalHeader.SizeOfImage);
    return check_result();
}
