// The TLS directory: the template of each thread's block, the index slot, the callbacks.
// Doc: "PE Format", "The .tls Section".
#pragma once

#include "loader/pe/image_view.h"

namespace lsw::pe {

struct TlsInfo {
    Rva template_rva = 0;
    uint32_t template_size = 0;  // bytes to copy
    uint32_t zero_size = 0;      // zeros after them
    uint32_t alignment = 16;     // bytes, of each thread's block
    Rva index_rva = 0;           // DWORD that receives the module's TLS index
    Rva callbacks_rva = 0;       // 0: none
};

// Nothing without a TLS directory. Errors: BadDirectory when an address lies outside the image.
Parsed<std::optional<TlsInfo>> read_tls(const ImageView& view);

// Callbacks, in order, as addresses of the image where it is (image_base() + RVA).
class TlsCallbacks {
public:
    TlsCallbacks(const ImageView& view, const TlsInfo& tls) : view_(view), rva_(tls.callbacks_rva) {}
    // False at the end, and at an address outside the image.
    bool next(Rva& callback);

private:
    const ImageView& view_;
    uint64_t rva_;
};

}  // namespace lsw::pe
