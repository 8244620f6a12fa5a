// winuser.h: string tables. A table holds 16 strings, each a length in code units and the text.
// Doc: "LoadStringW function (winuser.h)".
#include <algorithm>
#include <cstring>
#include <string>

#include "base/text.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/user32/user32.h"
#include "loader/pe/resources.h"

using namespace lsw;

namespace {

// The text inside the image, or nothing.
std::u16string_view find_string(HINSTANCE instance, UINT id) {
    constexpr uint16_t kStringTable = 6;
    Module* module = runtime().modules.from_handle(instance);
    if (!module) return set_last_error(ERROR_MOD_NOT_FOUND), std::u16string_view();
    auto found = pe::find_resource(module->image.view, pe::ResourceId::of(kStringTable),
                                   pe::ResourceId::of(static_cast<uint16_t>(id / 16 + 1)));
    set_last_error(ERROR_RESOURCE_NAME_NOT_FOUND);
    if (!found.ok()) return {};
    auto bytes = module->image.view.bytes_at(found.data.rva, found.data.size);
    auto* at = reinterpret_cast<const char16_t*>(bytes.data());
    size_t left = bytes.size() / 2;
    for (UINT skip = id % 16; left > 0; --skip) {
        size_t length = *at;
        if (length + 1 > left) return {};
        if (skip == 0) return {at + 1, length};
        at += length + 1;
        left -= length + 1;
    }
    return {};
}

}  // namespace

int user32::LoadStringW(HINSTANCE hInstance, UINT uID, LPWSTR lpBuffer, int cchBufferMax) {
    if (!lpBuffer || cchBufferMax < 0) return set_last_error(ERROR_INVALID_PARAMETER), 0;
    std::u16string_view text = find_string(hInstance, uID);
    if (cchBufferMax == 0) {  // asks for a pointer into the resource
        const char16_t* start = text.data();
        memcpy(lpBuffer, &start, sizeof start);
        return static_cast<int>(text.size());
    }
    size_t copied = std::min(text.size(), static_cast<size_t>(cchBufferMax - 1));
    memcpy(lpBuffer, text.data(), copied * 2);
    lpBuffer[copied] = 0;
    return static_cast<int>(copied);
}

int user32::LoadStringA(HINSTANCE hInstance, UINT uID, LPSTR lpBuffer, int cchBufferMax) {
    if (!lpBuffer || cchBufferMax <= 0) return set_last_error(ERROR_INVALID_PARAMETER), 0;
    std::string text = utf8_from_utf16(find_string(hInstance, uID));
    size_t copied = std::min(text.size(), static_cast<size_t>(cchBufferMax - 1));
    memcpy(lpBuffer, text.data(), copied);
    lpBuffer[copied] = 0;
    return static_cast<int>(copied);
}
