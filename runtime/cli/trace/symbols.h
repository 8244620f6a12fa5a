// Names for code addresses: of PE images by their exports, COFF symbols and .pdata; of our own binary by its ELF symbols.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lsw::cli::trace {

class ImageSymbols {
public:
    // Reads what the file has; an image without any is all one name.
    static ImageSymbols read_pe(const std::string& path);
    static ImageSymbols read_elf(const std::string& path);

    // The same of bytes that are a mapped image.
    static ImageSymbols read_mapped_pe(const std::byte* base, size_t size_bytes);
    const std::map<uint64_t, std::string>& names() const { return names_; }

    // "name" or "name+0x12", empty when nothing is known about the place.
    std::string find(uint64_t rva) const;

private:
    friend class PeSymbols;

    std::map<uint64_t, std::string> names_;
};

// Symbols of the images of one or many processes, read when first asked for.
class SymbolCache {
public:
    const ImageSymbols& image(const std::string& path, bool elf);

private:
    std::unordered_map<std::string, ImageSymbols> images_;
};

// What to add to a file offset in the ELF segment that holds it, to get the address that symbols have.
uint64_t elf_address_bias(const std::string& path, uint64_t offset);

// _ZN3foo3barEv as foo::bar; what is not mangled as it is.
std::string demangled(const std::string& name);

}  // namespace lsw::cli::trace
