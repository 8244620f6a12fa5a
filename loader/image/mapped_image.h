// Mapping of a PE file into the guest address space: reserve, sections, relocations, protections.
// Rules: sections whose file and memory alignment agree are mapped from the file, so that their pages are shared;
// the rest is read, debug data when it is first touched. Knows bytes and fds only, no modules and no handles.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "loader/image/late_sections.h"
#include "loader/pe/image_view.h"

namespace lsw::image {

struct MappedImage {
    std::byte* base = nullptr;
    size_t size_bytes = 0;
    pe::ImageView view;  // over the mapping
    bool relocated = false;
    SectionSet late = 0;  // these are with late_sections.h
};

// Maps the PE file open at `fd`; `file_view` is its parsed headers. Sections are left writable until protect().
// Errors: STATUS_NO_MEMORY; STATUS_CONFLICTING_ADDRESSES for an image without relocations whose base is taken;
// STATUS_INVALID_IMAGE_FORMAT for broken relocations.
Result<MappedImage> map(int fd, const pe::ImageView& file_view);

// Gives every section the protection its characteristics ask for. Errors: as mprotect(2).
Result<void> protect(const MappedImage& image);

void unmap(const MappedImage& image);

// Protection (PROT_*) that a section's characteristics ask for.
int section_protection(uint32_t characteristics);

}  // namespace lsw::image
