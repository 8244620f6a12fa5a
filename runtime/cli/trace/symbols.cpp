#include "cli/trace/symbols.h"

#include <cxxabi.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <span>

#include "abi/unwind.h"
#include "base/unique_fd.h"
#include "loader/pe/exports.h"
#include "loader/pe/image_view.h"

namespace lsw::cli::trace {
namespace {

class MappedFile {
public:
    explicit MappedFile(const std::string& path) {
        UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
        struct stat info;
        if (!fd.valid() || fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0) return;
        void* at = mmap(nullptr, static_cast<size_t>(info.st_size), PROT_READ, MAP_PRIVATE, fd.get(), 0);
        if (at != MAP_FAILED) bytes_ = {static_cast<const std::byte*>(at), static_cast<size_t>(info.st_size)};
    }
    ~MappedFile() {
        if (!bytes_.empty()) munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
    }
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    std::span<const std::byte> bytes() const { return bytes_; }

private:
    std::span<const std::byte> bytes_;
};

template <class T>
bool read_at(std::span<const std::byte> bytes, uint64_t offset, T& out) {
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return false;
    memcpy(&out, bytes.data() + offset, sizeof(T));
    return true;
}

std::string text_at(std::span<const std::byte> bytes, uint64_t offset) {
    if (offset >= bytes.size()) return {};
    auto* start = reinterpret_cast<const char*>(bytes.data() + offset);
    constexpr size_t kMostName = 512;
    return std::string(start, strnlen(start, std::min<size_t>(bytes.size() - offset, kMostName)));
}

}  // namespace

// Where a PE file's names are. Everything is looked for inside its bounds: files may be damaged.
class PeSymbols {
public:
    PeSymbols(std::span<const std::byte> file, const pe::ImageView& view, ImageSymbols& out)
        : file_(file), view_(view), names_(out.names_) {}

    void read() {
        functions();
        exports();
        go_functions();
        coff();
    }

private:
    // Starts of functions, so that what has no name is at least told apart.
    void functions() {
        IMAGE_DATA_DIRECTORY directory = view_.directory(3);
        auto bytes = view_.bytes_at(directory.VirtualAddress, directory.Size);
        RUNTIME_FUNCTION function;
        for (uint64_t at = 0; read_at(bytes, at, function); at += sizeof function) {
            char name[32];
            snprintf(name, sizeof name, "function_%x", function.BeginAddress);
            names_.emplace(function.BeginAddress, name);
        }
    }
    void exports() {
        auto table = pe::ExportTable::open(view_);
        if (!table) return;
        for (uint32_t i = 0; i < table->name_count(); ++i) {
            auto name = table->name_at(i);
            auto target = table->target_of_name(i);
            if (name && target && !target->is_forwarder()) names_[target->rva] = std::string(*name);
        }
    }
    // Left in by mingw unless stripped: 18 bytes each, names of up to 8 in place, longer ones in the table behind.
    void coff() {
        const IMAGE_FILE_HEADER& header = view_.file_header();
        uint64_t table = header.PointerToSymbolTable, strings = table + uint64_t{header.NumberOfSymbols} * 18;
        if (!table || strings > file_.size()) return;
        auto sections = view_.sections();
        for (uint64_t i = 0; i < header.NumberOfSymbols; ++i) {
            uint64_t at = table + i * 18;
            uint32_t zero, offset, value;
            int16_t section;
            uint16_t type;
            uint8_t storage, further;
            bool whole = read_at(file_, at, zero) && read_at(file_, at + 4, offset) && read_at(file_, at + 8, value) &&
                         read_at(file_, at + 12, section) && read_at(file_, at + 14, type) &&
                         read_at(file_, at + 16, storage) && read_at(file_, at + 17, further);
            if (!whole) return;
            i += further;
            constexpr uint16_t kFunction = 0x20;
            if (type != kFunction || section < 1 || static_cast<size_t>(section) > sections.size()) continue;
            std::string name = zero ? text_at(file_.first(std::min<size_t>(at + 8, file_.size())), at)
                                    : text_at(file_, strings + offset);
            uint64_t rva = sections[static_cast<size_t>(section) - 1].VirtualAddress + uint64_t{value};
            if (!name.empty() && name[0] != '.') names_[rva] = name;
        }
    }
    // Go's own table, which is there in stripped programs too: "pclntab" of Go 1.18 and newer.
    void go_functions() {
        for (const IMAGE_SECTION_HEADER& section : view_.sections()) {
            auto bytes = view_.tail_at(section.VirtualAddress);
            for (uint64_t at = 0; at + 72 <= bytes.size(); at += 8) {
                uint64_t start;
                memcpy(&start, bytes.data() + at, 8);
                if (start != 0x0801'0000'FFFF'FFF1 && start != 0x0801'0000'FFFF'FFF0) continue;
                if (go_table(bytes.subspan(at))) return;
            }
        }
    }
    bool go_table(std::span<const std::byte> table) {
        struct {
            uint64_t magic, functions, files, text, names, units, file_names, programs, entries;
        } header;
        if (!read_at(table, 0, header) || header.functions > (1 << 22) || header.entries >= table.size()) return false;
        uint64_t text = header.text ? header.text - view_.preferred_base() : 0;
        if (text >= view_.size_of_image()) text = 0;
        if (!text && !view_.sections().empty()) text = view_.sections()[0].VirtualAddress;
        for (uint64_t i = 0; i < header.functions; ++i) {
            uint32_t entry, data, name;
            if (!read_at(table, header.entries + i * 8, entry) || !read_at(table, header.entries + i * 8 + 4, data) ||
                !read_at(table, header.entries + data + 4, name))
                return i > 0;
            names_[text + entry] = text_at(table, header.names + name);
        }
        return true;
    }

    std::span<const std::byte> file_;
    const pe::ImageView& view_;
    std::map<uint64_t, std::string>& names_;
};

ImageSymbols ImageSymbols::read_pe(const std::string& path) {
    ImageSymbols out;
    MappedFile file(path);
    auto view = pe::ImageView::parse_file(file.bytes());
    if (view.ok()) PeSymbols(file.bytes(), *view, out).read();
    return out;
}

ImageSymbols ImageSymbols::read_mapped_pe(const std::byte* base, size_t size_bytes) {
    ImageSymbols out;
    auto view = pe::ImageView::from_mapped(base, size_bytes);
    if (view.ok()) PeSymbols({}, *view, out).read();
    return out;
}

// Addresses are those of the file's own layout.
ImageSymbols ImageSymbols::read_elf(const std::string& path) {
    ImageSymbols out;
    MappedFile file(path);
    auto bytes = file.bytes();
    Elf64_Ehdr header;
    if (!read_at(bytes, 0, header) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return out;
    for (unsigned i = 0; i < header.e_shnum; ++i) {
        Elf64_Shdr section, strings;
        if (!read_at(bytes, header.e_shoff + uint64_t{i} * sizeof section, section)) break;
        if (section.sh_type != SHT_SYMTAB && section.sh_type != SHT_DYNSYM) continue;
        if (!read_at(bytes, header.e_shoff + uint64_t{section.sh_link} * sizeof section, strings)) continue;
        Elf64_Sym symbol;
        for (uint64_t at = 0; at < section.sh_size && read_at(bytes, section.sh_offset + at, symbol); at += sizeof symbol)
            if (ELF64_ST_TYPE(symbol.st_info) == STT_FUNC && symbol.st_value)
                out.names_.emplace(symbol.st_value, demangled(text_at(bytes, strings.sh_offset + symbol.st_name)));
    }
    return out;
}

uint64_t elf_address_bias(const std::string& path, uint64_t offset) {
    MappedFile file(path);
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    if (!read_at(file.bytes(), 0, header) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return 0;
    for (unsigned i = 0; i < header.e_phnum; ++i) {
        if (!read_at(file.bytes(), header.e_phoff + uint64_t{i} * sizeof segment, segment)) break;
        uint64_t first = segment.p_offset & ~uint64_t{4095};
        if (segment.p_type == PT_LOAD && offset >= first && offset < segment.p_offset + segment.p_filesz)
            return segment.p_vaddr - segment.p_offset;
    }
    return 0;
}

std::string ImageSymbols::find(uint64_t rva) const {
    auto after = names_.upper_bound(rva);
    return after == names_.begin() ? std::string() : std::prev(after)->second;
}

const ImageSymbols& SymbolCache::image(const std::string& path, bool elf) {
    auto found = images_.find(path);
    if (found == images_.end())
        found = images_.emplace(path, elf ? ImageSymbols::read_elf(path) : ImageSymbols::read_pe(path)).first;
    return found->second;
}

// Without the arguments: a flame graph has no room for them.
std::string demangled(const std::string& name) {
    int failed = 0;
    char* text = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &failed);
    if (!text) return name;
    std::string out = text;
    free(text);
    size_t open = out.find('(');
    while (open != out.npos && out.compare(open, 21, "(anonymous namespace)") == 0) open = out.find('(', open + 21);
    return open == out.npos ? out : out.substr(0, open);
}

}  // namespace lsw::cli::trace
