// oleauto.h: an error object that one function leaves for its thread and another takes. Doc: "SetErrorInfo function (oleauto.h)",
// "GetErrorInfo function (oleauto.h)".
#include <utility>

#include "dll/oleaut32/oleaut32.h"

namespace {

constexpr HRESULT kOk = 0, kFalse = 1, kInvalidArgument = static_cast<HRESULT>(0x80070057);

// IUnknown, as far as it is called.
struct UnknownTable {
    void* query_interface;
    ULONG(WINAPI* add_reference)(void* self);
    ULONG(WINAPI* release)(void* self);
};
const UnknownTable& table_of(void* object) { return **static_cast<const UnknownTable**>(object); }

thread_local void* left_behind = nullptr;

}  // namespace

HRESULT oleaut32::SetErrorInfo(ULONG dwReserved, void* perrinfo) {
    if (dwReserved) return kInvalidArgument;
    if (perrinfo) table_of(perrinfo).add_reference(perrinfo);
    void* before = std::exchange(left_behind, perrinfo);
    if (before) table_of(before).release(before);
    return kOk;
}

// The reference goes to the caller.
HRESULT oleaut32::GetErrorInfo(ULONG dwReserved, void** pperrinfo) {
    if (dwReserved || !pperrinfo) return kInvalidArgument;
    *pperrinfo = std::exchange(left_behind, nullptr);
    return *pperrinfo ? kOk : kFalse;
}
