// What functions of winnls.h, datetimeapi.h and stringapiset.h, which return a count of units, share.
#pragma once

#include <algorithm>
#include <string_view>

#include "abi/winerror.h"
#include "core/teb.h"

namespace lsw {

// 0 with the last error set, as these functions fail.
inline int fail_with(DWORD error) {
    set_last_error(error);
    return 0;
}

// Copies `text` with its terminator. Returns units with the terminator: what is needed where `room`
// is 0, else what was written; a room that is too small is ERROR_INSUFFICIENT_BUFFER.
inline int answer_text(std::u16string_view text, LPWSTR out, int room) {
    int needed = static_cast<int>(text.size() + 1);
    if (room == 0) return needed;
    if (room < needed || !out) return fail_with(ERROR_INSUFFICIENT_BUFFER);
    std::copy(text.begin(), text.end(), out);
    out[text.size()] = 0;
    return needed;
}

}  // namespace lsw
