// shellapi.h: CommandLineToArgvW, by the documented rules ("CommandLineToArgvW function (shellapi.h)").
#include <cstring>
#include <string>
#include <vector>

#include "base/text.h"
#include "core/memory/heap.h"
#include "core/teb.h"
#include "dll/shell32/shell32.h"

using namespace lsw;

namespace {

bool blank(WCHAR unit) { return unit == u' ' || unit == u'\t'; }

// The program name has no escapes: quotes delimit it, or the first blank does.
LPCWSTR take_program(LPCWSTR at, std::u16string& out) {
    if (*at == u'"') {
        for (++at; *at && *at != u'"'; ++at) out += *at;
        if (*at) ++at;
        return at;
    }
    while (*at && static_cast<uint16_t>(*at) > u' ') out += *at++;
    return at;
}

// 2n backslashes before a quote are n and the quote toggles; 2n+1 are n and a plain quote; "" inside quotes is a quote.
LPCWSTR take_argument(LPCWSTR at, std::u16string& out) {
    bool quoted = false;
    while (*at && (quoted || !blank(*at))) {
        size_t backslashes = 0;
        while (*at == u'\\') ++backslashes, ++at;
        if (*at != u'"') {
            out.append(backslashes, u'\\');
            if (*at && (quoted || !blank(*at))) out += *at++;
            continue;
        }
        out.append(backslashes / 2, u'\\');
        if (backslashes % 2) {
            out += u'"';
        } else if (quoted && at[1] == u'"') {
            out += u'"';
            ++at;
        } else {
            quoted = !quoted;
        }
        ++at;
    }
    return at;
}

}  // namespace

LPWSTR* shell32::CommandLineToArgvW(LPCWSTR lpCmdLine, int* pNumArgs) {
    if (!lpCmdLine || !pNumArgs) return set_last_error(ERROR_INVALID_PARAMETER), nullptr;
    if (!*lpCmdLine) {
        UNICODE_STRING& image = current_peb()->ProcessParameters->ImagePathName;
        lpCmdLine = image.Buffer;
    }
    std::vector<std::u16string> arguments(1);
    LPCWSTR at = take_program(lpCmdLine, arguments[0]);
    for (;;) {
        while (blank(*at)) ++at;
        if (!*at) break;
        at = take_argument(at, arguments.emplace_back());
    }
    size_t bytes = (arguments.size() + 1) * sizeof(LPWSTR);
    for (const auto& argument : arguments) bytes += (argument.size() + 1) * 2;
    // One block, freed by the caller with LocalFree.
    auto* vector = static_cast<LPWSTR*>(process_heap().allocate(bytes, false));
    if (!vector) return set_last_error(ERROR_NOT_ENOUGH_MEMORY), nullptr;
    auto* text = reinterpret_cast<LPWSTR>(vector + arguments.size() + 1);
    for (size_t i = 0; i < arguments.size(); ++i) {
        vector[i] = text;
        memcpy(text, arguments[i].c_str(), (arguments[i].size() + 1) * 2);
        text += arguments[i].size() + 1;
    }
    vector[arguments.size()] = nullptr;
    *pNumArgs = static_cast<int>(arguments.size());
    return vector;
}
