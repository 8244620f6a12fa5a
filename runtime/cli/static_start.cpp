// What a statically linked lsw leaves out of the C library's start, or does itself.
#ifdef LSW_STATIC

#include <elf.h>
#include <link.h>

#include <cstddef>

// The C library finds out for $ORIGIN where the program lies, by readlink of /proc/self/exe, which took 2 % of a hello. Nothing
// that lsw loads is named relative to it. The value is the C library's own for "not known".
extern "C" const char* _dl_get_origin() { return reinterpret_cast<const char*>(-1); }

#ifdef LSW_FIXED_ADDRESS

// lsw lies where it was linked to lie (fixed_address.cmake), so its pointers are right in the file and their pages stay the
// file's. What remains of the C library's self-relocation are the functions that it picks by processor, and what an older linker
// could not pack.
extern "C" void _dl_relocate_static_pie() {
    const Elf64_Rela* lists[2] = {};
    size_t sizes_bytes[2] = {};
    for (const Elf64_Dyn* entry = _DYNAMIC; entry->d_tag != DT_NULL; ++entry) {
        if (entry->d_tag == DT_RELA) lists[0] = reinterpret_cast<const Elf64_Rela*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_RELASZ) sizes_bytes[0] = entry->d_un.d_val;
        if (entry->d_tag == DT_JMPREL) lists[1] = reinterpret_cast<const Elf64_Rela*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_PLTRELSZ) sizes_bytes[1] = entry->d_un.d_val;
    }
    for (int list = 0; list < 2; ++list) {
        for (size_t i = 0; i < sizes_bytes[list] / sizeof(Elf64_Rela); ++i) {
            const Elf64_Rela& item = lists[list][i];
            auto* where = reinterpret_cast<uint64_t*>(item.r_offset);
            auto value = static_cast<uint64_t>(item.r_addend);
            if (ELF64_R_TYPE(item.r_info) == R_X86_64_RELATIVE) *where = value;
            if (ELF64_R_TYPE(item.r_info) == R_X86_64_IRELATIVE) *where = reinterpret_cast<uint64_t (*)()>(value)();
        }
    }
}

#endif

#endif
