// Header checks of PE32+ images. The order of the checks is the order in which a person would want
// to hear about them: what the file is, before what is wrong with it.
#include "loader/pe/image_view.h"

#include <algorithm>
#include <bit>

namespace lsw::pe {
namespace {

constexpr uint32_t kOptionalHeaderFixedSize = offsetof(IMAGE_OPTIONAL_HEADER64, DataDirectory);
constexpr uint32_t kOptionalHeader32FixedSize = 96;  // IMAGE_OPTIONAL_HEADER32 before DataDirectory
constexpr uint32_t kElfMagic = 0x464C457F;   // 7F 'E' 'L' 'F'
constexpr uint32_t kSectorSize = 512;                // raw data starts on a sector, whatever is written

constexpr uint64_t round_up(uint64_t value, uint64_t alignment) {
    return (value + alignment - 1) & ~(alignment - 1);
}

template <class T>
bool read_at(std::span<const std::byte> bytes, uint64_t offset, T& out) {
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return false;
    std::memcpy(&out, bytes.data() + offset, sizeof(T));
    return true;
}

// Whether a PE32 image is a .NET one: those are "AnyCPU" programs, not 32-bit ones, to their users.
bool has_com_descriptor_32(std::span<const std::byte> bytes, uint64_t optional_offset,
                           uint32_t optional_size) {
    constexpr uint32_t offset =
        kOptionalHeader32FixedSize + IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR * sizeof(IMAGE_DATA_DIRECTORY);
    uint32_t count = 0;
    IMAGE_DATA_DIRECTORY entry{};
    if (optional_size < offset + sizeof entry) return false;
    return read_at(bytes, optional_offset + kOptionalHeader32FixedSize - sizeof count, count) &&
           count > IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR &&
           read_at(bytes, optional_offset + offset, entry) && entry.VirtualAddress != 0;
}

uint32_t virtual_size_of(const IMAGE_SECTION_HEADER& section) {
    return section.Misc.VirtualSize != 0 ? section.Misc.VirtualSize : section.SizeOfRawData;
}

}  // namespace

const char* describe(ParseError error) {
    switch (error) {
        case ParseError::None: return "no error";
        case ParseError::Empty: return "empty file";
        case ParseError::LinuxProgram: return "a Linux program, not a Windows one: run it without lsw";
        case ParseError::Truncated: return "truncated file (it ends inside its headers)";
        case ParseError::NotMz: return "not a Windows program (no MZ header)";
        case ParseError::NoPeSignature: return "not a Windows program (a DOS or 16-bit one: no PE header)";
        case ParseError::Image32: return "32-bit Windows program (LSW runs x86-64 ones)";
        case ParseError::Arm64: return "Windows program for ARM64 (LSW runs x86-64 ones)";
        case ParseError::OtherMachine: return "Windows program for another processor (LSW runs x86-64 ones)";
        case ParseError::DotNet: return ".NET program without native code (LSW has no .NET runtime)";
        case ParseError::NotExecutable: return "not an executable image (an object file, or a failed link)";
        case ParseError::BadOptionalHeader: return "malformed PE file: bad optional header";
        case ParseError::BadAlignment: return "malformed PE file: bad section or file alignment";
        case ParseError::BadImageBase: return "malformed PE file: image base is not a multiple of 64 KB";
        case ParseError::BadImageSize: return "malformed PE file: bad image size";
        case ParseError::TooLarge: return "image is too large";
        case ParseError::BadHeaderSize: return "malformed PE file: bad header size";
        case ParseError::BadEntryPoint: return "malformed PE file: entry point outside the image";
        case ParseError::BadSectionTable: return "malformed PE file: bad section table";
        case ParseError::SectionOutsideFile: return "truncated file (a section reaches past its end)";
        case ParseError::SectionOutsideImage: return "malformed PE file: a section lies outside the image";
        case ParseError::SectionsOverlap: return "malformed PE file: sections overlap or are out of order";
        case ParseError::BadDirectory: return "malformed PE file: bad data directory";
        case ParseError::BadRelocation: return "malformed PE file: bad relocations";
    }
    return "unknown error";
}

Parsed<ImageView> ImageView::parse_file(std::span<const std::byte> file) {
    Parsed<ImageView> result;
    result.value.bytes_ = file;
    result.value.is_file_ = true;
    result.error = result.value.parse_headers();
    result.value.image_base_ = result.value.preferred_base();
    return result;
}

Parsed<ImageView> ImageView::from_mapped(const void* base, size_t size,
                                         std::optional<uint64_t> image_base) {
    Parsed<ImageView> result;
    result.value.bytes_ = {static_cast<const std::byte*>(base), size};
    result.value.is_file_ = false;
    result.value.image_base_ = image_base.value_or(reinterpret_cast<uint64_t>(base));
    result.error = result.value.parse_headers();
    return result;
}

ParseError ImageView::parse_headers() {
    WORD magic = 0;
    if (bytes_.empty()) return ParseError::Empty;
    DWORD elf = 0;
    if (read_at(bytes_, 0, elf) && elf == kElfMagic) return ParseError::LinuxProgram;
    if (!read_at(bytes_, 0, magic) || magic != IMAGE_DOS_SIGNATURE) return ParseError::NotMz;
    IMAGE_DOS_HEADER dos{};
    if (!read_at(bytes_, 0, dos)) return ParseError::Truncated;
    if (dos.e_lfanew <= 0 || dos.e_lfanew % 4 != 0) return ParseError::NoPeSignature;
    nt_offset_ = static_cast<uint32_t>(dos.e_lfanew);

    DWORD signature = 0;
    if (!read_at(bytes_, nt_offset_, signature)) return ParseError::Truncated;
    if (signature != IMAGE_NT_SIGNATURE) return ParseError::NoPeSignature;
    uint64_t file_header_offset = uint64_t{nt_offset_} + sizeof signature;
    if (!read_at(bytes_, file_header_offset, file_header_)) return ParseError::Truncated;

    uint64_t optional_offset = file_header_offset + sizeof(IMAGE_FILE_HEADER);
    uint32_t optional_size = file_header_.SizeOfOptionalHeader;
    if (file_header_.Machine == IMAGE_FILE_MACHINE_ARM64) return ParseError::Arm64;
    WORD optional_magic = 0;
    bool has_magic = optional_size >= sizeof optional_magic;
    if (has_magic && !read_at(bytes_, optional_offset, optional_magic)) return ParseError::Truncated;
    if (optional_magic == IMAGE_NT_OPTIONAL_HDR32_MAGIC) {
        bool dot_net = has_com_descriptor_32(bytes_, optional_offset, optional_size);
        return dot_net ? ParseError::DotNet : ParseError::Image32;
    }
    if (file_header_.Machine == IMAGE_FILE_MACHINE_I386) return ParseError::Image32;
    if (file_header_.Machine != IMAGE_FILE_MACHINE_AMD64) return ParseError::OtherMachine;
    if ((file_header_.Characteristics & IMAGE_FILE_EXECUTABLE_IMAGE) == 0) return ParseError::NotExecutable;
    if (optional_magic != IMAGE_NT_OPTIONAL_HDR64_MAGIC || optional_size % 4 != 0 ||
        optional_size < kOptionalHeaderFixedSize) {
        return ParseError::BadOptionalHeader;
    }

    // Copy the part that the file declares; directories beyond it stay zero.
    uint32_t copied = std::min<uint32_t>(optional_size, sizeof optional_header_);
    if (optional_offset > bytes_.size() || bytes_.size() - optional_offset < copied) {
        return ParseError::Truncated;
    }
    std::memcpy(&optional_header_, bytes_.data() + optional_offset, copied);
    for (unsigned i = optional_header_.NumberOfRvaAndSizes; i < IMAGE_NUMBEROF_DIRECTORY_ENTRIES; ++i) {
        optional_header_.DataDirectory[i] = {};
    }
    if (auto error = check_optional_header(); error != ParseError::None) return error;
    size_of_image_ = static_cast<uint32_t>(round_up(optional_header_.SizeOfImage, kPageSize));
    if (!is_file_ && size_of_image_ > round_up(bytes_.size(), kPageSize)) return ParseError::BadImageSize;

    uint64_t table_offset = optional_offset + optional_size;
    uint64_t table_size = uint64_t{file_header_.NumberOfSections} * sizeof(IMAGE_SECTION_HEADER);
    if (table_offset > bytes_.size() || bytes_.size() - table_offset < table_size) {
        return ParseError::Truncated;
    }
    if (table_offset + table_size > optional_header_.SizeOfHeaders) return ParseError::BadSectionTable;
    auto* table = bytes_.data() + table_offset;
    if (reinterpret_cast<uintptr_t>(table) % alignof(IMAGE_SECTION_HEADER) != 0) {
        return ParseError::BadSectionTable;
    }
    sections_ = {reinterpret_cast<const IMAGE_SECTION_HEADER*>(table), file_header_.NumberOfSections};
    if (auto error = check_sections(); error != ParseError::None) return error;
    return is_il_only() ? ParseError::DotNet : ParseError::None;
}

ParseError ImageView::check_optional_header() const {
    const auto& header = optional_header_;
    if (!std::has_single_bit(header.SectionAlignment) || !std::has_single_bit(header.FileAlignment) ||
        header.FileAlignment > header.SectionAlignment) {
        return ParseError::BadAlignment;
    }
    // "If SectionAlignment is less than the page size, FileAlignment must match it" (PE Format).
    if (header.SectionAlignment < kPageSize && header.FileAlignment != header.SectionAlignment) {
        return ParseError::BadAlignment;
    }
    if (header.ImageBase % 0x10000 != 0) return ParseError::BadImageBase;
    if (header.SizeOfImage == 0) return ParseError::BadImageSize;
    if (header.SizeOfImage > kMaxImageSize) return ParseError::TooLarge;
    if (header.SizeOfHeaders == 0 || header.SizeOfHeaders > header.SizeOfImage) {
        return ParseError::BadHeaderSize;
    }
    if (header.SizeOfHeaders > bytes_.size()) return ParseError::Truncated;
    if (header.AddressOfEntryPoint >= header.SizeOfImage) return ParseError::BadEntryPoint;
    return ParseError::None;
}

ParseError ImageView::check_section(const IMAGE_SECTION_HEADER& section) const {
    uint32_t size = virtual_size_of(section);
    if (section.VirtualAddress % optional_header_.SectionAlignment != 0) return ParseError::BadAlignment;
    if (section.VirtualAddress > size_of_image_ || size > size_of_image_ - section.VirtualAddress) {
        return ParseError::SectionOutsideImage;
    }
    if (section.SizeOfRawData == 0 || section.PointerToRawData == 0) return ParseError::None;
    if (is_flat()) {
        // The whole file is one mapping, so the two layouts have to agree.
        if (section.PointerToRawData != section.VirtualAddress) return ParseError::BadAlignment;
    }
    if (!is_file_) return ParseError::None;
    uint64_t end = uint64_t{section.PointerToRawData} + section.SizeOfRawData;
    return end > bytes_.size() ? ParseError::SectionOutsideFile : ParseError::None;
}

ParseError ImageView::check_sections() const {
    uint64_t next_rva = optional_header_.SizeOfHeaders;
    for (const auto& section : sections_) {
        if (auto error = check_section(section); error != ParseError::None) return error;
        if (section.VirtualAddress < next_rva) return ParseError::SectionsOverlap;
        next_rva = uint64_t{section.VirtualAddress} + virtual_size_of(section);
        next_rva = round_up(next_rva, optional_header_.SectionAlignment);
    }
    return ParseError::None;
}

bool ImageView::is_il_only() const {
    auto entry = directory(IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR);
    IMAGE_COR20_HEADER header{};
    if (entry.VirtualAddress == 0 || !read(entry.VirtualAddress, header)) return false;
    return (header.Flags & COMIMAGE_FLAGS_ILONLY) != 0;
}

SectionRange ImageView::section_range(const IMAGE_SECTION_HEADER& section) const {
    SectionRange range;
    range.rva = section.VirtualAddress;
    uint64_t size = round_up(virtual_size_of(section), kPageSize);
    range.virtual_size = static_cast<uint32_t>(std::min<uint64_t>(size, size_of_image_ - range.rva));
    if (section.SizeOfRawData == 0 || section.PointerToRawData == 0) return range;
    // Raw data starts at the sector its pointer lies in ("PE Format": FileAlignment is 512 or more).
    uint32_t skew = is_flat() ? 0 : section.PointerToRawData % kSectorSize;
    range.file_offset = section.PointerToRawData - skew;
    range.file_size = std::min(section.SizeOfRawData, range.virtual_size);
    return range;
}

const IMAGE_SECTION_HEADER* ImageView::section_at(Rva rva) const {
    auto after = std::upper_bound(
        sections_.begin(), sections_.end(), rva,
        [](Rva value, const IMAGE_SECTION_HEADER& section) { return value < section.VirtualAddress; });
    // Sections without a size share the address of their successor: step back over them.
    while (after != sections_.begin()) {
        const auto& section = *--after;
        uint64_t size = round_up(virtual_size_of(section), kPageSize);
        if (size == 0) continue;
        return rva - section.VirtualAddress < size ? &section : nullptr;
    }
    return nullptr;
}

IMAGE_DATA_DIRECTORY ImageView::directory(unsigned index) const {
    if (index >= IMAGE_NUMBEROF_DIRECTORY_ENTRIES) return {};
    return optional_header_.DataDirectory[index];
}

std::span<const std::byte> ImageView::tail_at(Rva rva) const {
    if (rva >= size_of_image_) return {};
    if (!is_file_) {
        size_t end = std::min<size_t>(size_of_image_, bytes_.size());
        return rva < end ? bytes_.subspan(rva, end - rva) : std::span<const std::byte>{};
    }
    if (is_flat()) return rva < bytes_.size() ? bytes_.subspan(rva) : std::span<const std::byte>{};
    if (rva < optional_header_.SizeOfHeaders) {
        return bytes_.subspan(rva, optional_header_.SizeOfHeaders - rva);
    }
    const auto* section = section_at(rva);
    if (section == nullptr) return {};
    auto range = section_range(*section);
    uint32_t offset = rva - range.rva;
    if (offset >= range.file_size) return {};
    return bytes_.subspan(range.file_offset + offset, range.file_size - offset);
}

std::span<const std::byte> ImageView::bytes_at(Rva rva, size_t size) const {
    auto tail = tail_at(rva);
    return size <= tail.size() ? tail.first(size) : std::span<const std::byte>{};
}

std::optional<std::string_view> ImageView::string_at(Rva rva) const {
    auto tail = tail_at(rva);
    if (tail.empty()) return std::nullopt;
    auto* text = reinterpret_cast<const char*>(tail.data());
    size_t length = strnlen(text, tail.size());
    if (length == tail.size()) return std::nullopt;
    return std::string_view(text, length);
}

}  // namespace lsw::pe
