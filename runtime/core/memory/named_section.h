// Sections with names, found by every process of the user. The name is a file of core/wait/named.h that tells what the
// section is; memory without a file of its own lies behind that, in the same file.
#pragma once

#include "core/memory/section.h"

namespace lsw {

struct NamedSection {
    Ref<Section> section;
    bool existed = false;
};

// As Section::create, or the section that has the name already. Errors: of Section::create and open_named_file.
Result<NamedSection> create_named_section(const std::u16string& name, int file, std::string path, uint64_t size_bytes,
                                          DWORD protect, DWORD attributes);
// Errors: STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH.
Result<Ref<Section>> open_named_section(const std::u16string& name);

}  // namespace lsw
