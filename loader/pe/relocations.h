// Base relocations: page by page, or all at once on a writable mapping.
// Doc: "PE Format", "The .reloc Section (Image Only)".
#pragma once

#include "loader/pe/image_view.h"

namespace lsw::pe {

// The relocations of one page: entries are WORDs, type in the top 4 bits, offset in the others.
struct RelocationPage {
    Rva page_rva = 0;
    std::span<const std::byte> entries;

    size_t count() const { return entries.size() / sizeof(WORD); }
    WORD entry(size_t index) const {
        WORD value;
        std::memcpy(&value, entries.data() + index * sizeof(WORD), sizeof value);
        return value;
    }
};

class RelocationPages {
public:
    explicit RelocationPages(const ImageView& view);
    bool next(RelocationPage& page);
    bool malformed() const { return malformed_; }

private:
    std::span<const std::byte> left_;
    bool malformed_ = false;
};

// Moves the image by `delta`. `image` is the whole mapped image, writable, that `view` shows.
// Errors: BadRelocation; the image is then partly relocated and of no use.
ParseError apply_relocations(const ImageView& view, std::span<std::byte> image, int64_t delta);

// The same for one page.
ParseError apply_relocations(const RelocationPage& page, std::span<std::byte> image, int64_t delta);

}  // namespace lsw::pe
