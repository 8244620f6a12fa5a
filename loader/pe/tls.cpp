// Reading the TLS directory (see tls.h).
#include "loader/pe/tls.h"

namespace lsw::pe {

Parsed<std::optional<TlsInfo>> read_tls(const ImageView& view) {
    auto directory = view.directory(IMAGE_DIRECTORY_ENTRY_TLS);
    if (directory.VirtualAddress == 0 || directory.Size == 0) return {};
    constexpr uint32_t kMaxBlockSize = 0x1000'0000;
    IMAGE_TLS_DIRECTORY64 raw{};
    if (!view.read(directory.VirtualAddress, raw)) return {ParseError::BadDirectory, {}};
    TlsInfo info;
    if (raw.EndAddressOfRawData > raw.StartAddressOfRawData) {
        uint64_t size = raw.EndAddressOfRawData - raw.StartAddressOfRawData;
        auto start = view.rva_of_address(raw.StartAddressOfRawData);
        if (!start || size > view.size_of_image() - *start) return {ParseError::BadDirectory, {}};
        info.template_rva = *start;
        info.template_size = static_cast<uint32_t>(size);
    } else if (raw.EndAddressOfRawData < raw.StartAddressOfRawData) {
        return {ParseError::BadDirectory, {}};
    }
    if (raw.SizeOfZeroFill > kMaxBlockSize) return {ParseError::BadDirectory, {}};
    info.zero_size = raw.SizeOfZeroFill;
    if (unsigned log2 = (raw.Characteristics >> 20) & 0xF; log2 != 0) info.alignment = 1u << (log2 - 1);
    if (raw.AddressOfIndex != 0) {
        auto index = view.rva_of_address(raw.AddressOfIndex);
        if (!index || view.size_of_image() - *index < sizeof(DWORD)) return {ParseError::BadDirectory, {}};
        info.index_rva = *index;
    }
    if (raw.AddressOfCallBacks != 0) {
        auto callbacks = view.rva_of_address(raw.AddressOfCallBacks);
        if (!callbacks) return {ParseError::BadDirectory, {}};
        info.callbacks_rva = *callbacks;
    }
    return {ParseError::None, info};
}

bool TlsCallbacks::next(Rva& callback) {
    ULONGLONG address = 0;
    if (rva_ == 0 || !view_.read(rva_, address) || address == 0) return false;
    auto target = view_.rva_of_address(address);
    if (!target) return false;
    callback = *target;
    rva_ += sizeof address;
    return true;
}

}  // namespace lsw::pe
