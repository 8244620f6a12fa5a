// oleauto.h: BSTR and VARIANT basics. A BSTR's memory is its length in bytes, the text, and a zero.
#include <cstring>

#include "base/text.h"
#include "core/memory/heap.h"
#include "dll/oleaut32/oleaut32.h"

using namespace lsw;

namespace {

constexpr HRESULT kOk = 0;
constexpr HRESULT kInvalidArgument = static_cast<HRESULT>(0x80070057);
constexpr HRESULT kOutOfMemory = static_cast<HRESULT>(0x8007000E);
constexpr HRESULT kBadVarType = static_cast<HRESULT>(0x80020008);

constexpr size_t kPrefixBytes = 16;  // keeps the text 16-byte aligned; the length is its last 4 bytes

BSTR allocate(const void* text, size_t size_bytes) {
    if (size_bytes > 0x7FFFFFF0) return nullptr;
    auto* memory = static_cast<std::byte*>(process_heap().allocate(kPrefixBytes + size_bytes + 4, false));
    if (!memory) return nullptr;
    std::byte* start = memory + kPrefixBytes;
    auto length = static_cast<DWORD>(size_bytes);
    memcpy(start - 4, &length, 4);
    if (text) memcpy(start, text, size_bytes);
    memset(start + size_bytes, 0, 4);
    return reinterpret_cast<BSTR>(start);
}

// IUnknown's first methods, for variants that hold an interface.
ULONG call_unknown(void* object, int method) {
    using Method = ULONG(WINAPI*)(void*);
    return (*reinterpret_cast<Method**>(object))[method](object);
}

}  // namespace

BSTR oleaut32::SysAllocString(const WCHAR* psz) { return psz ? allocate(psz, length16(psz) * 2) : nullptr; }

BSTR oleaut32::SysAllocStringLen(const WCHAR* strIn, UINT ui) { return allocate(strIn, size_t{ui} * 2); }

BSTR oleaut32::SysAllocStringByteLen(LPCSTR psz, UINT len) { return allocate(psz, len); }

INT oleaut32::SysReAllocString(BSTR* pbstr, const WCHAR* psz) {
    return SysReAllocStringLen(pbstr, psz, psz ? static_cast<UINT>(length16(psz)) : 0);
}

INT oleaut32::SysReAllocStringLen(BSTR* pbstr, const WCHAR* psz, UINT len) {
    BSTR fresh = SysAllocStringLen(psz, len);
    if (!fresh) return FALSE;
    SysFreeString(*pbstr);
    *pbstr = fresh;
    return TRUE;
}

void oleaut32::SysFreeString(BSTR bstrString) {
    if (bstrString) process_heap().release(reinterpret_cast<std::byte*>(bstrString) - kPrefixBytes);
}

UINT oleaut32::SysStringByteLen(BSTR bstr) {
    DWORD length = 0;
    if (bstr) memcpy(&length, reinterpret_cast<std::byte*>(bstr) - 4, 4);
    return length;
}

UINT oleaut32::SysStringLen(BSTR pbstr) { return SysStringByteLen(pbstr) / 2; }

void oleaut32::VariantInit(VARIANT* pvarg) { pvarg->vt = VT_EMPTY; }

HRESULT oleaut32::VariantClear(VARIANT* pvarg) {
    constexpr VARTYPE kRecord = 36;
    if (!pvarg) return kInvalidArgument;
    if (!(pvarg->vt & VT_BYREF)) {
        if (pvarg->vt & VT_ARRAY || pvarg->vt == kRecord) return kBadVarType;
        if (pvarg->vt == VT_BSTR) SysFreeString(pvarg->bstrVal);
        if ((pvarg->vt == VT_UNKNOWN || pvarg->vt == VT_DISPATCH) && pvarg->byref) call_unknown(pvarg->byref, 2);
    }
    pvarg->vt = VT_EMPTY;
    return kOk;
}

HRESULT oleaut32::VariantCopy(VARIANT* pvargDest, const VARIANT* pvargSrc) {
    if (!pvargDest || !pvargSrc) return kInvalidArgument;
    if (pvargDest == pvargSrc) return kOk;
    bool by_reference = pvargSrc->vt & VT_BYREF;
    if (!by_reference && pvargSrc->vt & VT_ARRAY) return kBadVarType;
    HRESULT cleared = VariantClear(pvargDest);
    if (cleared != kOk) return cleared;
    VARIANT copy = *pvargSrc;
    if (!by_reference && copy.vt == VT_BSTR && copy.bstrVal) {
        copy.bstrVal = allocate(pvargSrc->bstrVal, SysStringByteLen(pvargSrc->bstrVal));
        if (!copy.bstrVal) return kOutOfMemory;
    }
    if (!by_reference && (copy.vt == VT_UNKNOWN || copy.vt == VT_DISPATCH) && copy.byref) call_unknown(copy.byref, 1);
    *pvargDest = copy;
    return kOk;
}
