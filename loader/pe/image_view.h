// ImageView: a checked, read-only view of a PE32+ image, either as the file lies on disk or as it is
// mapped in memory. Everything in it is untrusted: each field is checked once, here, with arithmetic
// that cannot overflow, and every later access goes through bytes_at/string_at, which stay inside.
// Rules: no side effects, no system calls, no allocation. The bytes must outlive the view.
// Not here: mapping, protecting, resolving (loader/image, loader/imports).
#pragma once

#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "abi/pe.h"

namespace lsw::pe {

using Rva = uint32_t;

enum class ParseError {
    None,
    Empty,
    Truncated,
    LinuxProgram,
    NotMz,
    NoPeSignature,
    Image32,
    Arm64,
    OtherMachine,
    DotNet,
    NotExecutable,
    BadOptionalHeader,
    BadAlignment,
    BadImageBase,
    BadImageSize,
    TooLarge,
    BadHeaderSize,
    BadEntryPoint,
    BadSectionTable,
    SectionOutsideFile,
    SectionOutsideImage,
    SectionsOverlap,
    BadDirectory,
    BadRelocation,
};

// One line for people, lower case, without a full stop: "32-bit program (LSW runs x86-64 ones)".
const char* describe(ParseError error);

// A value, or why there is none.
template <class T>
struct [[nodiscard]] Parsed {
    ParseError error = ParseError::None;
    T value{};
    bool ok() const { return error == ParseError::None; }
    explicit operator bool() const { return ok(); }
    T& operator*() { return value; }
    const T& operator*() const { return value; }
    T* operator->() { return &value; }
    const T* operator->() const { return &value; }
};

// Largest image accepted; Windows refuses anything near 2 GB too.
inline constexpr uint32_t kMaxImageSize = 0x7700'0000;
inline constexpr uint32_t kPageSize = 4096;

// Where the bytes of a section come from and go to. `file_size` may be 0 (all zeros) and is never
// above `virtual_size`, which is rounded up to pages.
struct SectionRange {
    Rva rva = 0;
    uint32_t virtual_size = 0;
    uint32_t file_offset = 0;
    uint32_t file_size = 0;
};

class ImageView {
public:
    ImageView() = default;

    // View of a whole file. `file` must be 8-byte aligned, as from mmap or malloc.
    static Parsed<ImageView> parse_file(std::span<const std::byte> file);

    // View of an image mapped at `base` with `size` readable bytes. `image_base` is the address its
    // absolute addresses are relocated for; `base` itself when not given.
    static Parsed<ImageView> from_mapped(const void* base, size_t size,
                                         std::optional<uint64_t> image_base = std::nullopt);

    const IMAGE_FILE_HEADER& file_header() const { return file_header_; }
    // DataDirectory entries that the file does not have are zero.
    const IMAGE_OPTIONAL_HEADER64& optional_header() const { return optional_header_; }

    bool is_file() const { return is_file_; }
    bool is_dll() const { return (file_header_.Characteristics & IMAGE_FILE_DLL) != 0; }
    // Whether the image can be moved at all. One without relocations but not marked stripped can be
    // (it has no absolute address), as on Windows.
    bool is_relocatable() const {
        return (file_header_.Characteristics & IMAGE_FILE_RELOCS_STRIPPED) == 0;
    }
    Rva entry_rva() const { return optional_header_.AddressOfEntryPoint; }
    uint64_t preferred_base() const { return optional_header_.ImageBase; }
    // Address that absolute addresses inside the image count from now.
    uint64_t image_base() const { return image_base_; }
    uint32_t size_of_image() const { return size_of_image_; }  // rounded up to pages
    uint32_t size_of_headers() const { return optional_header_.SizeOfHeaders; }
    uint64_t stack_reserve() const { return optional_header_.SizeOfStackReserve; }
    uint64_t stack_commit() const { return optional_header_.SizeOfStackCommit; }
    uint64_t heap_reserve() const { return optional_header_.SizeOfHeapReserve; }
    uint64_t heap_commit() const { return optional_header_.SizeOfHeapCommit; }
    uint16_t subsystem() const { return optional_header_.Subsystem; }
    uint16_t dll_characteristics() const { return optional_header_.DllCharacteristics; }
    uint32_t section_alignment() const { return optional_header_.SectionAlignment; }
    // Offset of the PE signature, in the file and in the mapped image alike.
    uint32_t nt_headers_offset() const { return nt_offset_; }

    // Sections below page alignment: the file is mapped flat, RVA = file offset, protections rwx.
    bool is_flat() const { return optional_header_.SectionAlignment < kPageSize; }
    std::span<const IMAGE_SECTION_HEADER> sections() const { return sections_; }
    SectionRange section_range(const IMAGE_SECTION_HEADER& section) const;
    const IMAGE_SECTION_HEADER* section_at(Rva rva) const;  // nullptr in headers and gaps

    // {0, 0} for an index the image does not have.
    IMAGE_DATA_DIRECTORY directory(unsigned index) const;

    // Exactly `size` bytes at `rva`, or an empty span when they are not all there.
    std::span<const std::byte> bytes_at(Rva rva, size_t size) const;
    // All bytes that follow `rva` without a gap (the rest of its section or of the mapped image).
    std::span<const std::byte> tail_at(Rva rva) const;
    // The zero-terminated string at `rva`, without its terminator.
    std::optional<std::string_view> string_at(Rva rva) const;

    // Copies a structure out; false when it is not all inside.
    template <class T>
    bool read(uint64_t rva, T& out) const {
        if (rva > UINT32_MAX) return false;
        auto bytes = bytes_at(static_cast<Rva>(rva), sizeof(T));
        if (bytes.empty()) return false;
        std::memcpy(&out, bytes.data(), sizeof(T));
        return true;
    }

    // RVA of an absolute address stored in the image; nothing when it points outside the image.
    std::optional<Rva> rva_of_address(uint64_t address) const {
        uint64_t offset = address - image_base_;
        if (address < image_base_ || offset >= size_of_image_) return std::nullopt;
        return static_cast<Rva>(offset);
    }

private:
    ParseError parse_headers();
    ParseError check_optional_header() const;
    ParseError check_sections() const;
    ParseError check_section(const IMAGE_SECTION_HEADER& section) const;
    bool is_il_only() const;

    std::span<const std::byte> bytes_;
    bool is_file_ = true;
    uint32_t nt_offset_ = 0;
    uint32_t size_of_image_ = 0;
    uint64_t image_base_ = 0;
    IMAGE_FILE_HEADER file_header_{};
    IMAGE_OPTIONAL_HEADER64 optional_header_{};
    std::span<const IMAGE_SECTION_HEADER> sections_;
};

}  // namespace lsw::pe
