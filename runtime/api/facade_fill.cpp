// facade_fill LSW: writes the addresses of our functions into the façades' slots inside a linked lsw, which lies at a fixed
// address. Without it every start fills them (trace::fill_slots): 30,000 instructions and nine copied pages of a hello.
// What it reads are each module's rows as the linker has placed them, kTargets and kPacked of export_table.inc.
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>

#include "api/export.h"

namespace {

struct Facade {
    std::string_view dll;
    uint64_t offset, slots_rva;
};

constexpr Facade kFacades[] = {
#define FACADE(dll, offset, size, slots, call, data) {dll, offset, slots},
#define DATA_EXPORT(row, rva)
#define SERVICE_FUNCTION(function, number, stub_rva)
#include "facade_index.inc"
};

[[noreturn]] void fail(const char* what, const std::string& name) {
    fprintf(stderr, "facade_fill: %s: %s\n", what, name.c_str());
    exit(1);
}

class Program {
public:
    explicit Program(const char* path) {
        int fd = open(path, O_RDWR | O_CLOEXEC);
        struct stat info;
        if (fd < 0 || fstat(fd, &info) != 0) fail("cannot be opened", path);
        void* bytes = mmap(nullptr, static_cast<size_t>(info.st_size), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (bytes == MAP_FAILED) fail("cannot be mapped", path);
        close(fd);
        bytes_ = static_cast<std::byte*>(bytes);
        read_symbols();
    }

    // The bytes of a symbol, in the file.
    template <class T>
    T* find(const std::string& name, size_t* size_bytes = nullptr) const {
        auto found = symbols_.find(name);
        if (found == symbols_.end()) fail("has no symbol", name);
        if (size_bytes) *size_bytes = found->second.st_size;
        uint64_t address = found->second.st_value;
        auto* segments = reinterpret_cast<const Elf64_Phdr*>(bytes_ + header()->e_phoff);
        for (int i = 0; i < header()->e_phnum; ++i) {
            uint64_t offset = address - segments[i].p_vaddr;
            if (segments[i].p_type == PT_LOAD && address >= segments[i].p_vaddr && offset < segments[i].p_filesz)
                return reinterpret_cast<T*>(bytes_ + segments[i].p_offset + offset);
        }
        fail("is not in the file", name);
    }

private:
    const Elf64_Ehdr* header() const { return reinterpret_cast<const Elf64_Ehdr*>(bytes_); }

    void read_symbols() {
        auto* sections = reinterpret_cast<const Elf64_Shdr*>(bytes_ + header()->e_shoff);
        for (int i = 0; i < header()->e_shnum; ++i) {
            if (sections[i].sh_type != SHT_SYMTAB) continue;
            auto* names = reinterpret_cast<const char*>(bytes_ + sections[sections[i].sh_link].sh_offset);
            auto* symbols = reinterpret_cast<const Elf64_Sym*>(bytes_ + sections[i].sh_offset);
            for (size_t n = 0; n < sections[i].sh_size / sizeof(Elf64_Sym); ++n)
                if (symbols[n].st_shndx != SHN_UNDEF) symbols_[names + symbols[n].st_name] = symbols[n];
        }
    }

    std::byte* bytes_ = nullptr;
    std::map<std::string_view, Elf64_Sym> symbols_;
};

// An internal constant of the module's namespace, as the C++ ABI names it.
std::string name_in(std::string_view space, std::string_view constant) {
    std::string name("_ZN");
    name.append(std::to_string(space.size())).append(space).append("L");
    return name.append(std::to_string(constant.size())).append(constant).append("E");
}

bool has_slot(lsw::api::Kind kind) {
    using lsw::api::Kind;
    return kind == Kind::Function || kind == Kind::Alias || kind == Kind::Stub;
}

void fill(const Program& program, const Facade& facade, std::byte* blob) {
    std::string_view space = facade.dll.substr(0, facade.dll.rfind('.'));
    size_t size_bytes = 0;
    auto* rows = program.find<const lsw::api::PackedExport>(name_in(space, "kPacked"), &size_bytes);
    auto* targets = program.find<const uint64_t>(name_in(space, "kTargets"));
    std::byte* slot = blob + facade.offset + facade.slots_rva;
    for (size_t row = 0; row < size_bytes / sizeof *rows; ++row) {
        if (!has_slot(rows[row].kind)) continue;
        if (targets[row] == 0) fail("has a row without an address", std::string(facade.dll));
        memcpy(slot, &targets[row], 8);
        slot += 8;
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: facade_fill LSW\n");
        return 2;
    }
    Program program(argv[1]);
    auto* blob = program.find<std::byte>("lsw_facade_blob");
    for (const Facade& facade : kFacades) fill(program, facade, blob);
}
