// Applying base relocations (see relocations.h).
#include "loader/pe/relocations.h"

namespace lsw::pe {
namespace {

// Adds `delta` to the T at `offset`, of which only the bits of T count.
template <class T>
bool add_at(std::span<std::byte> image, uint64_t offset, T delta) {
    if (offset > image.size() || image.size() - offset < sizeof(T)) return false;
    T value;
    std::memcpy(&value, image.data() + offset, sizeof value);
    value = static_cast<T>(value + delta);
    std::memcpy(image.data() + offset, &value, sizeof value);
    return true;
}

}  // namespace

RelocationPages::RelocationPages(const ImageView& view) {
    auto directory = view.directory(IMAGE_DIRECTORY_ENTRY_BASERELOC);
    if (directory.VirtualAddress == 0 || directory.Size == 0) return;
    left_ = view.bytes_at(directory.VirtualAddress, directory.Size);
    malformed_ = left_.empty();
}

bool RelocationPages::next(RelocationPage& page) {
    if (left_.empty() || malformed_) return false;
    IMAGE_BASE_RELOCATION block{};
    malformed_ = true;
    if (left_.size() < sizeof block) return false;
    std::memcpy(&block, left_.data(), sizeof block);
    if (block.SizeOfBlock == 0 && block.VirtualAddress == 0) {
        // Some linkers pad the directory with zeros.
        malformed_ = false;
        left_ = {};
        return false;
    }
    if (block.SizeOfBlock < sizeof block || block.SizeOfBlock > left_.size()) return false;
    malformed_ = false;
    page.page_rva = block.VirtualAddress;
    page.entries = left_.subspan(sizeof block, block.SizeOfBlock - sizeof block);
    left_ = left_.subspan(block.SizeOfBlock);
    return true;
}

ParseError apply_relocations(const RelocationPage& page, std::span<std::byte> image, int64_t delta) {
    auto shift = static_cast<uint64_t>(delta);
    for (size_t i = 0; i < page.count(); ++i) {
        WORD entry = page.entry(i);
        uint64_t offset = uint64_t{page.page_rva} + (entry & 0xFFF);
        bool done = false;
        switch (entry >> 12) {
            case IMAGE_REL_BASED_ABSOLUTE: done = true; break;  // padding
            case IMAGE_REL_BASED_DIR64: done = add_at<uint64_t>(image, offset, shift); break;
            case IMAGE_REL_BASED_HIGHLOW:
                done = add_at<uint32_t>(image, offset, static_cast<uint32_t>(shift));
                break;
            case IMAGE_REL_BASED_HIGH:
                done = add_at<uint16_t>(image, offset, static_cast<uint16_t>(shift >> 16));
                break;
            case IMAGE_REL_BASED_LOW:
                done = add_at<uint16_t>(image, offset, static_cast<uint16_t>(shift));
                break;
            default: break;
        }
        if (!done) return ParseError::BadRelocation;
    }
    return ParseError::None;
}

ParseError apply_relocations(const ImageView& view, std::span<std::byte> image, int64_t delta) {
    RelocationPages pages(view);
    for (RelocationPage page; pages.next(page);) {
        if (auto error = apply_relocations(page, image, delta); error != ParseError::None) return error;
    }
    return pages.malformed() ? ParseError::BadRelocation : ParseError::None;
}

}  // namespace lsw::pe
