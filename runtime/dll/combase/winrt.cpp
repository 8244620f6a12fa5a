// winstring.h, roapi.h: the strings of the Windows Runtime and its start; no class of it is here. Doc: "WindowsCreateString
// function (winstring.h)", "RoInitialize function (roapi.h)".
#include <atomic>
#include <cstring>
#include <new>

#include "base/text.h"
#include "core/memory/heap.h"
#include "core/teb.h"
#include "dll/combase/combase.h"

using namespace lsw;

namespace {

constexpr HRESULT kOk = 0, kInvalidArgument = static_cast<HRESULT>(0x80070057),
                  kOutOfMemory = static_cast<HRESULT>(0x8007000E), kPointer = static_cast<HRESULT>(0x80004003),
                  kStringNotNullTerminated = static_cast<HRESULT>(0x80000017),
                  kClassNotRegistered = static_cast<HRESULT>(0x80040154);

// What an HSTRING points to. Its first 24 bytes are what a caller lends for a string that is only referred to (HSTRING_HEADER).
struct Text {
    UINT32 kind;  // kOwned, kBorrowed
    UINT32 length;
    const WCHAR* at;
    std::atomic<LONG> references;
};
constexpr UINT32 kOwned = 0, kBorrowed = 1;
static_assert(sizeof(Text) == 24);

Text* text_of(HSTRING string) { return reinterpret_cast<Text*>(string); }

HSTRING create(const WCHAR* source, UINT32 length) {
    auto* memory = static_cast<std::byte*>(process_heap().allocate(sizeof(Text) + (size_t{length} + 1) * 2, false));
    if (!memory) return nullptr;
    auto* copy = reinterpret_cast<WCHAR*>(memory + sizeof(Text));
    memcpy(copy, source, size_t{length} * 2);
    copy[length] = 0;
    return reinterpret_cast<HSTRING>(new (memory) Text{kOwned, length, copy, 1});
}

std::u16string_view view(HSTRING string) {
    return string ? std::u16string_view(text_of(string)->at, text_of(string)->length) : std::u16string_view();
}

}  // namespace

HRESULT combase::WindowsCreateString(LPCWSTR sourceString, UINT32 length, HSTRING* string) {
    if (!string) return kInvalidArgument;
    *string = nullptr;
    if (!length) return kOk;  // the empty string is no string at all
    if (!sourceString) return kPointer;
    *string = create(sourceString, length);
    return *string ? kOk : kOutOfMemory;
}

HRESULT combase::WindowsCreateStringReference(LPCWSTR sourceString, UINT32 length, void* hstringHeader, HSTRING* string) {
    if (!string || !hstringHeader) return kInvalidArgument;
    *string = nullptr;
    if (!sourceString) return length ? kPointer : kOk;
    if (sourceString[length]) return kStringNotNullTerminated;
    if (length) *string = reinterpret_cast<HSTRING>(new (hstringHeader) Text{kBorrowed, length, sourceString, 1});
    return kOk;
}

HRESULT combase::WindowsDeleteString(HSTRING string) {
    if (string && text_of(string)->kind == kOwned && --text_of(string)->references == 0) process_heap().release(string);
    return kOk;
}

HRESULT combase::WindowsDuplicateString(HSTRING string, HSTRING* newString) {
    if (!newString) return kInvalidArgument;
    *newString = string;
    if (!string) return kOk;
    if (text_of(string)->kind == kOwned) return ++text_of(string)->references, kOk;
    *newString = create(text_of(string)->at, text_of(string)->length);
    return *newString ? kOk : kOutOfMemory;
}

UINT32 combase::WindowsGetStringLen(HSTRING string) { return static_cast<UINT32>(view(string).size()); }

LPCWSTR combase::WindowsGetStringRawBuffer(HSTRING string, UINT32* length) {
    if (length) *length = WindowsGetStringLen(string);
    return string ? text_of(string)->at : u"";
}

BOOL combase::WindowsIsStringEmpty(HSTRING string) { return view(string).empty(); }

HRESULT combase::WindowsStringHasEmbeddedNull(HSTRING string, BOOL* hasEmbedNull) {
    if (!hasEmbedNull) return kInvalidArgument;
    *hasEmbedNull = view(string).find(u'\0') != std::u16string_view::npos;
    return kOk;
}

HRESULT combase::WindowsCompareStringOrdinal(HSTRING string1, HSTRING string2, INT32* result) {
    if (!result) return kInvalidArgument;
    int order = view(string1).compare(view(string2));
    *result = (order > 0) - (order < 0);
    return kOk;
}

HRESULT combase::RoInitialize(DWORD initType) {
    constexpr DWORD kMultiThreaded = 1, kComApartmentThreaded = 2;
    if (initType > kMultiThreaded) return kInvalidArgument;
    return CoInitializeEx(nullptr, initType == kMultiThreaded ? 0 : kComApartmentThreaded);
}

void combase::RoUninitialize() { CoUninitialize(); }

HRESULT combase::RoGetActivationFactory(HSTRING, const GUID*, void** factory) {
    if (!factory) return kInvalidArgument;
    *factory = nullptr;
    return kClassNotRegistered;
}

HRESULT combase::RoActivateInstance(HSTRING, void** instance) {
    if (!instance) return kInvalidArgument;
    *instance = nullptr;
    return kClassNotRegistered;
}

BOOL combase::RoOriginateError(HRESULT error, HSTRING) { return error < 0; }
BOOL combase::RoOriginateErrorW(HRESULT error, UINT, LPCWSTR) { return error < 0; }

HRESULT combase::GetRestrictedErrorInfo(void** ppRestrictedErrorInfo) {
    if (!ppRestrictedErrorInfo) return kInvalidArgument;
    *ppRestrictedErrorInfo = nullptr;
    return 1;  // S_FALSE: there is none
}

HRESULT combase::SetRestrictedErrorInfo(void*) { return kOk; }
