// Finds and decodes the CIE and FDE of an address.
#include <dlfcn.h>
#include <link.h>

#include "loader/unwind/cfi.h"
#include "loader/unwind/dwarf_reader.h"

namespace lsw::unwind {
namespace {

constexpr uint8_t kTableEncoding = kEncodingDataRelative | kEncodingS4;

struct HeaderSearch {
    uint64_t pc;
    const uint8_t* header;
};

int visit_module(dl_phdr_info* module, size_t, void* argument) {
    auto search = static_cast<HeaderSearch*>(argument);
    const uint8_t* header = nullptr;
    bool covers = false;
    for (int i = 0; i < module->dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = module->dlpi_phdr[i];
        uint64_t start = module->dlpi_addr + segment.p_vaddr;
        if (segment.p_type == PT_LOAD && search->pc >= start &&
            search->pc < start + segment.p_memsz)
            covers = true;
        if (segment.p_type == PT_GNU_EH_FRAME) header = reinterpret_cast<const uint8_t*>(start);
    }
    if (!covers || !header) return 0;
    search->header = header;
    return 1;
}

// The .eh_frame_hdr of the module that holds an address. _dl_find_object takes no lock; what it does
// not know (a vdso, in some versions of glibc) is looked for the slow way.
const uint8_t* find_header(uint64_t pc) {
    dl_find_object found;
    if (_dl_find_object(reinterpret_cast<void*>(pc), &found) == 0 && found.dlfo_eh_frame)
        return static_cast<const uint8_t*>(found.dlfo_eh_frame);
    HeaderSearch search{pc, nullptr};
    dl_iterate_phdr(visit_module, &search);
    return search.header;
}

// The FDE that may cover the address, by the sorted table of .eh_frame_hdr.
const uint8_t* find_in_table(const uint8_t* header, uint64_t pc) {
    uint64_t base = reinterpret_cast<uint64_t>(header);
    if (header[0] != 1 || header[2] == kEncodingOmit || header[3] != kTableEncoding) return nullptr;
    DwarfReader reader{header + 4};
    reader.encoded(header[1], base);
    uint64_t count = reader.encoded(header[2], base);
    auto table = reinterpret_cast<const int32_t*>(reader.at);
    auto target = static_cast<int64_t>(pc - base);
    uint64_t low = 0, high = count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (table[2 * middle] <= target)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0) return nullptr;
    return reinterpret_cast<const uint8_t*>(base + table[2 * (low - 1) + 1]);
}

// Length word of a CIE or FDE; moves past it. Returns the end, or null for a terminator.
const uint8_t* entry_end(DwarfReader* reader) {
    uint64_t length = reader->fixed<uint32_t>();
    if (length == 0xFFFFFFFF) length = reader->fixed<uint64_t>();
    return length ? reader->at + length : nullptr;
}

bool decode_augmentation(DwarfReader* reader, const char* augmentation, FrameEntry* entry) {
    if (*augmentation == 0) return true;
    if (*augmentation != 'z') return false;
    uint64_t length = reader->uleb();
    const uint8_t* end = reader->at + length;
    for (const char* c = augmentation + 1; *c; ++c) {
        if (*c == 'R') {
            entry->pointer_encoding = *reader->at++;
        } else if (*c == 'P') {
            uint8_t encoding = *reader->at++;
            reader->encoded(encoding & ~kEncodingIndirect, 0);
        } else if (*c == 'L') {
            ++reader->at;
        } else if (*c == 'S') {
            entry->signal_frame = true;
        } else {
            break;  // the length tells where the instructions start
        }
    }
    reader->at = end;
    return true;
}

bool decode_cie(const uint8_t* cie, FrameEntry* entry, bool* has_augmentation_data) {
    DwarfReader reader{cie};
    entry->initial_end = entry_end(&reader);
    if (!entry->initial_end || reader.fixed<uint32_t>() != 0) return false;
    uint8_t version = *reader.at++;
    auto augmentation = reinterpret_cast<const char*>(reader.at);
    reader.at += strlen(augmentation) + 1;
    entry->code_align = reader.uleb();
    entry->data_align = reader.sleb();
    uint64_t return_register = version == 1 ? *reader.at++ : reader.uleb();
    if (return_register != kDwarfReturnAddress) return false;
    *has_augmentation_data = *augmentation == 'z';
    if (!decode_augmentation(&reader, augmentation, entry)) return false;
    entry->initial_code = reader.at;
    return true;
}

}  // namespace

bool find_frame_entry(uint64_t pc, FrameEntry* entry) {
    const uint8_t* header = find_header(pc);
    const uint8_t* fde = header ? find_in_table(header, pc) : nullptr;
    if (!fde) return false;
    DwarfReader reader{fde};
    entry->end = entry_end(&reader);
    if (!entry->end) return false;
    const uint8_t* cie_field = reader.at;
    uint32_t cie_distance = reader.fixed<uint32_t>();
    bool has_augmentation_data = false;
    if (!decode_cie(cie_field - cie_distance, entry, &has_augmentation_data)) return false;
    entry->start = reader.encoded(entry->pointer_encoding, 0);
    entry->length = reader.encoded(entry->pointer_encoding & 0x0F, 0);
    if (pc < entry->start || pc - entry->start >= entry->length) return false;
    if (has_augmentation_data) {
        uint64_t length = reader.uleb();
        reader.at += length;
    }
    entry->code = reader.at;
    return true;
}

}  // namespace lsw::unwind
