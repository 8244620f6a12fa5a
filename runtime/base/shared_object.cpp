// See shared_object.h.
#include "base/shared_object.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "base/own_program.h"

#ifndef DT_RELR
#define DT_RELRSZ 35
#define DT_RELR 36
#endif

namespace lsw {
namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t page_start(uint64_t at) { return at & ~(kPage - 1); }
constexpr uint64_t page_end(uint64_t at) { return page_start(at + kPage - 1); }

std::span<const Elf64_Phdr> segments_of(const std::byte* image) {
    auto* header = reinterpret_cast<const Elf64_Ehdr*>(image);
    return {reinterpret_cast<const Elf64_Phdr*>(image + header->e_phoff), header->e_phnum};
}

int protection_of(const Elf64_Phdr& segment) {
    return (segment.p_flags & PF_R ? PROT_READ : 0) | (segment.p_flags & PF_W ? PROT_WRITE : 0) |
           (segment.p_flags & PF_X ? PROT_EXEC : 0);
}

// Where in this program's file an address of its image comes from.
struct FilePosition {
    uint64_t address;
    uint64_t offset = 0;
    bool found = false;

    static int look(dl_phdr_info* program, size_t, void* raw) {
        auto& self = *static_cast<FilePosition*>(raw);
        uint64_t at = self.address - program->dlpi_addr;
        for (const Elf64_Phdr& segment : std::span{program->dlpi_phdr, program->dlpi_phnum}) {
            if (segment.p_type != PT_LOAD || at < segment.p_vaddr || at >= segment.p_vaddr + segment.p_filesz) continue;
            self.offset = at - segment.p_vaddr + segment.p_offset;
            self.found = self.offset % kPage == 0;
        }
        return 1;  // the program comes first
    }
};

bool file_offset(const void* address, uint64_t* offset) {
    FilePosition position{reinterpret_cast<uint64_t>(address)};
    dl_iterate_phdr(FilePosition::look, &position);
    *offset = position.offset;
    return position.found;
}

bool map_segment(int fd, uint64_t offset, std::byte* base, const Elf64_Phdr& segment) {
    uint64_t start = page_start(segment.p_vaddr);
    uint64_t file_end = segment.p_vaddr + segment.p_filesz;
    uint64_t end = segment.p_vaddr + segment.p_memsz;
    int protection = protection_of(segment);
    if (mmap(base + start, file_end - start, protection, MAP_PRIVATE | MAP_FIXED, fd,
             static_cast<off_t>(offset + page_start(segment.p_offset))) == MAP_FAILED)
        return false;
    if (end == file_end) return true;
    uint64_t rest = page_end(file_end);
    std::memset(base + file_end, 0, std::min(rest, end) - file_end);
    return end <= rest || mmap(base + rest, end - rest, protection, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

// The hash function of DT_HASH.
uint32_t hash_of(const char* name) {
    uint32_t hash = 0;
    for (; *name; ++name) {
        hash = (hash << 4) + static_cast<unsigned char>(*name);
        uint32_t high = hash & 0xF0000000;
        hash = (hash ^ (high >> 24)) & ~high;
    }
    return hash;
}

// Addresses to be moved, in the packed form of DT_RELR.
void relocate_packed(std::byte* base, std::span<const uint64_t> words) {
    uint64_t* where = nullptr;
    auto delta = reinterpret_cast<uint64_t>(base);
    for (uint64_t word : words) {
        if (word % 2 == 0) {
            where = reinterpret_cast<uint64_t*>(base + word);
            *where++ += delta;
            continue;
        }
        for (unsigned bit = 0; bit < 63; ++bit)
            if (word >> (bit + 1) & 1) where[bit] += delta;
        where += 63;
    }
}

}  // namespace

struct SharedObject::Tables {
    std::span<const Elf64_Rela> relocations[2];
    std::span<const uint64_t> packed;
    std::span<void (*const)()> initialisers;
    void (*initialise)() = nullptr;
    bool complete = true;

    Tables(std::byte* base, const Elf64_Dyn* entry, SharedObject* object) {
        uint64_t value[DT_RELR + 1] = {};
        for (; entry->d_tag != DT_NULL; ++entry) {
            if (entry->d_tag == DT_NEEDED || entry->d_tag == DT_TEXTREL) complete = false;
            if (entry->d_tag > 0 && entry->d_tag <= DT_RELR) value[entry->d_tag] = entry->d_un.d_val;
        }
        auto at = [&](int tag) { return value[tag] ? base + value[tag] : nullptr; };
        object->names_ = reinterpret_cast<const char*>(at(DT_STRTAB));
        object->symbols_ = at(DT_SYMTAB);
        object->hash_ = reinterpret_cast<const uint32_t*>(at(DT_HASH));
        relocations[0] = {reinterpret_cast<const Elf64_Rela*>(at(DT_RELA)), value[DT_RELASZ] / sizeof(Elf64_Rela)};
        relocations[1] = {reinterpret_cast<const Elf64_Rela*>(at(DT_JMPREL)), value[DT_PLTRELSZ] / sizeof(Elf64_Rela)};
        packed = {reinterpret_cast<const uint64_t*>(at(DT_RELR)), value[DT_RELRSZ] / sizeof(uint64_t)};
        initialise = reinterpret_cast<void (*)()>(at(DT_INIT));
        initialisers = {reinterpret_cast<void (*const*)()>(at(DT_INIT_ARRAY)), value[DT_INIT_ARRAYSZ] / sizeof(void*)};
        complete = complete && object->names_ && object->symbols_ && object->hash_;
    }
};

bool SharedObject::map(std::span<const std::byte> image) {
    auto* header = reinterpret_cast<const Elf64_Ehdr*>(image.data());
    if (image.size() < sizeof *header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_type != ET_DYN)
        return false;
    uint64_t size = 0, offset = 0;
    for (const Elf64_Phdr& segment : segments_of(image.data())) {
        if (segment.p_type == PT_TLS) return false;
        if (segment.p_type == PT_LOAD) size = page_end(segment.p_vaddr + segment.p_memsz);
    }
    int fd = own_file();
    if (fd < 0 || !file_offset(image.data(), &offset)) return false;
    void* room = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) return false;
    base_ = static_cast<std::byte*>(room);
    for (const Elf64_Phdr& segment : segments_of(image.data()))
        if (segment.p_type == PT_LOAD && !map_segment(fd, offset, base_, segment)) return false;
    return true;
}

bool SharedObject::relocate(const Tables& tables, Resolve resolve) const {
    relocate_packed(base_, tables.packed);
    for (auto list : tables.relocations) {
        for (const Elf64_Rela& entry : list) {
            auto* where = reinterpret_cast<uint64_t*>(base_ + entry.r_offset);
            auto addend = static_cast<uint64_t>(entry.r_addend);
            const Elf64_Sym& symbol = static_cast<const Elf64_Sym*>(symbols_)[ELF64_R_SYM(entry.r_info)];
            auto value = reinterpret_cast<uint64_t>(symbol.st_shndx ? base_ + symbol.st_value : resolve(names_ + symbol.st_name));
            switch (ELF64_R_TYPE(entry.r_info)) {
                case R_X86_64_RELATIVE: *where = reinterpret_cast<uint64_t>(base_) + addend; continue;
                case R_X86_64_64: *where = value + addend; break;
                case R_X86_64_GLOB_DAT:
                case R_X86_64_JUMP_SLOT: *where = value; break;
                default: return false;
            }
            if (!value && ELF64_ST_BIND(symbol.st_info) != STB_WEAK) return false;
        }
    }
    return true;
}

std::unique_ptr<SharedObject> SharedObject::load(std::span<const std::byte> image, Resolve resolve) {
    std::unique_ptr<SharedObject> object(new SharedObject);
    if (!object->map(image)) return nullptr;
    const Elf64_Phdr *dynamic = nullptr, *read_only = nullptr;
    for (const Elf64_Phdr& segment : segments_of(image.data())) {
        if (segment.p_type == PT_DYNAMIC) dynamic = &segment;
        if (segment.p_type == PT_GNU_RELRO) read_only = &segment;
    }
    if (!dynamic) return nullptr;
    Tables tables(object->base_, reinterpret_cast<const Elf64_Dyn*>(object->base_ + dynamic->p_vaddr), object.get());
    if (!tables.complete || !object->relocate(tables, resolve)) return nullptr;
    if (read_only) {
        uint64_t start = page_end(read_only->p_vaddr), end = page_start(read_only->p_vaddr + read_only->p_memsz);
        if (end > start) mprotect(object->base_ + start, end - start, PROT_READ);
    }
    if (tables.initialise) tables.initialise();
    for (auto* initialiser : tables.initialisers) initialiser();
    return object;
}

void* SharedObject::find(const char* name) const {
    uint32_t buckets = hash_[0];
    const uint32_t *bucket = hash_ + 2, *chain = bucket + buckets;
    for (uint32_t index = bucket[hash_of(name) % buckets]; index != STN_UNDEF; index = chain[index]) {
        const Elf64_Sym& symbol = static_cast<const Elf64_Sym*>(symbols_)[index];
        if (symbol.st_shndx && std::strcmp(names_ + symbol.st_name, name) == 0) return base_ + symbol.st_value;
    }
    return nullptr;
}

}  // namespace lsw
