// Builds small PE32+ images in memory for tests: headers, sections, and helpers to write into them.
// The result is valid unless the test then breaks it on purpose.
#pragma once

#include <string_view>
#include <vector>

#include "loader/pe/image_view.h"

namespace lsw::pe::test {

inline constexpr uint32_t kNtOffset = 0x80;
inline constexpr uint32_t kHeaderSize = 0x400;
inline constexpr uint64_t kBase = 0x1'4000'0000;

class TestImage {
public:
    TestImage() {
        nt_.Signature = IMAGE_NT_SIGNATURE;
        nt_.FileHeader.Machine = IMAGE_FILE_MACHINE_AMD64;
        nt_.FileHeader.SizeOfOptionalHeader = sizeof(IMAGE_OPTIONAL_HEADER64);
        nt_.FileHeader.Characteristics = IMAGE_FILE_EXECUTABLE_IMAGE;
        auto& optional = nt_.OptionalHeader;
        optional.Magic = IMAGE_NT_OPTIONAL_HDR64_MAGIC;
        optional.ImageBase = kBase;
        optional.SectionAlignment = 0x1000;
        optional.FileAlignment = 0x200;
        optional.SizeOfHeaders = kHeaderSize;
        optional.SizeOfImage = 0x1000;
        optional.Subsystem = IMAGE_SUBSYSTEM_WINDOWS_CUI;
        optional.SizeOfStackReserve = 0x100000;
        optional.NumberOfRvaAndSizes = IMAGE_NUMBEROF_DIRECTORY_ENTRIES;
        bytes_.resize(kHeaderSize);
    }

    IMAGE_NT_HEADERS64& nt() { return nt_; }
    IMAGE_OPTIONAL_HEADER64& optional() { return nt_.OptionalHeader; }
    IMAGE_SECTION_HEADER& section(size_t index) { return sections_[index]; }

    // Appends a section of `size` bytes in the file and in memory; its RVA follows the last one's.
    Rva add_section(const char* name, uint32_t size) {
        IMAGE_SECTION_HEADER section{};
        std::memcpy(section.Name, name, strnlen(name, sizeof section.Name));
        section.Misc.VirtualSize = size;
        section.VirtualAddress = optional().SizeOfImage;
        section.SizeOfRawData = (size + 0x1FF) & ~0x1FFu;
        section.PointerToRawData = static_cast<DWORD>(bytes_.size());
        section.Characteristics = IMAGE_SCN_MEM_READ | IMAGE_SCN_MEM_WRITE;
        sections_.push_back(section);
        bytes_.resize(bytes_.size() + section.SizeOfRawData);
        optional().SizeOfImage += (size + 0xFFF) & ~0xFFFu;
        return section.VirtualAddress;
    }

    void set_directory(unsigned index, Rva rva, uint32_t size) {
        optional().DataDirectory[index] = {rva, size};
    }

    // Writes at an RVA inside a section; call after the sections exist.
    template <class T>
    void put(Rva rva, const T& value) {
        std::memcpy(at(rva), &value, sizeof value);
    }
    void put_string(Rva rva, std::string_view text) {
        std::memcpy(at(rva), text.data(), text.size());
        at(rva)[text.size()] = std::byte{0};
    }
    std::byte* at(Rva rva) {
        for (auto& section : sections_) {
            if (rva - section.VirtualAddress < section.SizeOfRawData) {
                return bytes_.data() + section.PointerToRawData + (rva - section.VirtualAddress);
            }
        }
        return bytes_.data();
    }

    // The file as it lies on disk.
    std::vector<std::byte> file() {
        IMAGE_DOS_HEADER dos{};
        dos.e_magic = IMAGE_DOS_SIGNATURE;
        dos.e_lfanew = kNtOffset;
        std::memcpy(bytes_.data(), &dos, sizeof dos);
        nt_.FileHeader.NumberOfSections = static_cast<WORD>(sections_.size());
        std::memcpy(bytes_.data() + kNtOffset, &nt_, sizeof nt_);
        size_t table = kNtOffset + sizeof(DWORD) + sizeof(IMAGE_FILE_HEADER) +
                       nt_.FileHeader.SizeOfOptionalHeader;
        for (const auto& section : sections_) {
            if (table + sizeof section > kHeaderSize) break;
            std::memcpy(bytes_.data() + table, &section, sizeof section);
            table += sizeof section;
        }
        return bytes_;
    }

    // The image as a loader would lay it out.
    std::vector<std::byte> mapped() {
        auto on_disk = file();
        std::vector<std::byte> image(optional().SizeOfImage);
        std::memcpy(image.data(), on_disk.data(), kHeaderSize);
        for (const auto& section : sections_) {
            std::memcpy(image.data() + section.VirtualAddress, on_disk.data() + section.PointerToRawData,
                        std::min<size_t>(section.SizeOfRawData, image.size() - section.VirtualAddress));
        }
        return image;
    }

private:
    IMAGE_NT_HEADERS64 nt_{};
    std::vector<IMAGE_SECTION_HEADER> sections_;
    std::vector<std::byte> bytes_;
};

}  // namespace lsw::pe::test
