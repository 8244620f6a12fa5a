// Iteration over import tables (see imports.h for the rules).
#include "loader/pe/imports.h"

namespace lsw::pe {

ImportModules::ImportModules(const ImageView& view)
    : view_(view), rva_(view.directory(IMAGE_DIRECTORY_ENTRY_IMPORT).VirtualAddress) {}

bool ImportModules::next(ImportModule& module) {
    if (rva_ == 0 || malformed_) return false;
    IMAGE_IMPORT_DESCRIPTOR descriptor{};
    malformed_ = true;
    if (left_-- == 0 || !view_.read(rva_, descriptor)) return false;
    // The size in the directory is not used to find the end; the terminator is, as on Windows.
    if (descriptor.Name == 0 || descriptor.FirstThunk == 0) {
        malformed_ = false;
        rva_ = 0;
        return false;
    }
    auto name = view_.string_at(descriptor.Name);
    if (!name || name->empty()) return false;
    malformed_ = false;
    module.dll_name = *name;
    module.address_rva = descriptor.FirstThunk;
    module.lookup_rva =
        descriptor.OriginalFirstThunk != 0 ? descriptor.OriginalFirstThunk : descriptor.FirstThunk;
    module.time_date_stamp = descriptor.TimeDateStamp;
    module.forwarder_chain = descriptor.ForwarderChain;
    rva_ += sizeof descriptor;
    return true;
}

DelayImportModules::DelayImportModules(const ImageView& view)
    : view_(view), rva_(view.directory(IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT).VirtualAddress) {}

bool DelayImportModules::next(DelayImportModule& module) {
    if (rva_ == 0 || malformed_) return false;
    IMAGE_DELAYLOAD_DESCRIPTOR descriptor{};
    malformed_ = true;
    if (left_-- == 0 || !view_.read(rva_, descriptor)) return false;
    if (descriptor.DllNameRVA == 0) {
        malformed_ = false;
        rva_ = 0;
        return false;
    }
    // Tables of addresses instead of RVAs (Visual C++ 6) exist in 32-bit images only.
    if (!descriptor.Attributes.RvaBased) return false;
    auto name = view_.string_at(descriptor.DllNameRVA);
    if (!name || name->empty() || descriptor.ImportNameTableRVA == 0 ||
        descriptor.ImportAddressTableRVA == 0) {
        return false;
    }
    malformed_ = false;
    module.dll_name = *name;
    module.module_handle_rva = descriptor.ModuleHandleRVA;
    module.lookup_rva = descriptor.ImportNameTableRVA;
    module.address_rva = descriptor.ImportAddressTableRVA;
    module.bound_address_rva = descriptor.BoundImportAddressTableRVA;
    module.time_date_stamp = descriptor.TimeDateStamp;
    rva_ += sizeof descriptor;
    return true;
}

bool ImportEntries::next(ImportEntry& entry) {
    if (malformed_) return false;
    ULONGLONG thunk = 0;
    if (!view_.read(lookup_rva_, thunk)) {
        malformed_ = true;
        return false;
    }
    if (thunk == 0) return false;
    malformed_ = true;
    // The slot is written by the caller: it has to be in the image, though not in the file.
    if (left_-- == 0 || slot_rva_ + sizeof thunk > view_.size_of_image()) return false;
    entry = {};
    entry.slot_rva = static_cast<Rva>(slot_rva_);
    if ((thunk & IMAGE_ORDINAL_FLAG64) != 0) {
        entry.by_ordinal = true;
        entry.ordinal = static_cast<uint16_t>(thunk);
    } else {
        if (thunk > UINT32_MAX - sizeof entry.hint || !view_.read(thunk, entry.hint)) return false;
        auto name = view_.string_at(static_cast<Rva>(thunk + sizeof entry.hint));
        if (!name || name->empty()) return false;
        entry.name = *name;
    }
    malformed_ = false;
    lookup_rva_ += sizeof thunk;
    slot_rva_ += sizeof thunk;
    return true;
}

}  // namespace lsw::pe
