#include "core/security/token.h"

#include <unistd.h>

#include <cstring>

namespace lsw {

std::vector<BYTE> make_sid(BYTE authority, std::initializer_list<DWORD> parts) {
    std::vector<BYTE> bytes(8 + 4 * parts.size());
    bytes[0] = 1;
    bytes[1] = static_cast<BYTE>(parts.size());
    bytes[7] = authority;
    memcpy(bytes.data() + 8, parts.begin(), 4 * parts.size());
    return bytes;
}

std::vector<BYTE> user_sid(unsigned uid) {
    // The middle three name the machine; the same everywhere, so that files shared between machines agree.
    return make_sid(5, {21, 0x4C535700, 0x4C535701, 0x4C535702, 1000 + uid});
}

bool is_administrator() { return geteuid() == 0; }

}  // namespace lsw
