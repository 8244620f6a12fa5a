// Import and delay-import tables, one entry at a time, without allocation.
// Every count is bounded by the bytes that are there and by the limits below. A table that ends
// badly ends the iteration; malformed() then tells it from a proper end.
#pragma once

#include "loader/pe/image_view.h"

namespace lsw::pe {

inline constexpr unsigned kMaxImportModules = 4096;
inline constexpr unsigned kMaxImportsPerModule = 65536;  // ordinals are 16 bits

// One DLL's import table.
struct ImportModule {
    std::string_view dll_name;
    Rva lookup_rva = 0;   // table of names and ordinals
    Rva address_rva = 0;  // table of slots to fill (IAT)
    uint32_t time_date_stamp = 0;
    uint32_t forwarder_chain = 0;

    bool is_bound() const { return time_date_stamp != 0; }
};

// One import of a module.
struct ImportEntry {
    bool by_ordinal = false;
    uint16_t ordinal = 0;
    uint16_t hint = 0;
    std::string_view name;  // empty when by ordinal
    Rva slot_rva = 0;       // where the resolved address goes
};

// for (ImportModules modules(view); modules.next(module);) …
class ImportModules {
public:
    explicit ImportModules(const ImageView& view);
    bool next(ImportModule& module);
    bool malformed() const { return malformed_; }

private:
    const ImageView& view_;
    Rva rva_ = 0;
    unsigned left_ = kMaxImportModules;
    bool malformed_ = false;
};

// One delay-loaded DLL. Doc: "Understand the helper function" (delay-loaded DLLs).
struct DelayImportModule {
    std::string_view dll_name;
    Rva module_handle_rva = 0;
    Rva lookup_rva = 0;
    Rva address_rva = 0;
    Rva bound_address_rva = 0;
    uint32_t time_date_stamp = 0;
};

class DelayImportModules {
public:
    explicit DelayImportModules(const ImageView& view);
    bool next(DelayImportModule& module);
    bool malformed() const { return malformed_; }

private:
    const ImageView& view_;
    Rva rva_ = 0;
    unsigned left_ = kMaxImportModules;
    bool malformed_ = false;
};

// The imports of one module, plain or delayed. Entry i of the lookup table is read by the i-th call
// only, so slots may be overwritten on the way (images with a single table for both).
class ImportEntries {
public:
    ImportEntries(const ImageView& view, Rva lookup_rva, Rva address_rva)
        : view_(view), lookup_rva_(lookup_rva), slot_rva_(address_rva) {}
    bool next(ImportEntry& entry);
    bool malformed() const { return malformed_; }

private:
    const ImageView& view_;
    uint64_t lookup_rva_;
    uint64_t slot_rva_;
    unsigned left_ = kMaxImportsPerModule;
    bool malformed_ = false;
};

}  // namespace lsw::pe
