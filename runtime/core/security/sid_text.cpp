#include "core/security/sid_text.h"

#include <cstring>

#include "base/text.h"
#include "core/security/token.h"

namespace lsw {
namespace {

struct ShortName {
    const char16_t* name;
    BYTE authority;
    DWORD parts[2];
    BYTE count;
};

constexpr ShortName kShortNames[] = {
    {u"AN", 5, {7}, 1},       {u"AO", 5, {32, 548}, 2}, {u"AU", 5, {11}, 1},
    {u"BA", 5, {32, 544}, 2}, {u"BG", 5, {32, 546}, 2}, {u"BO", 5, {32, 551}, 2},
    {u"BU", 5, {32, 545}, 2}, {u"CG", 3, {1}, 1},       {u"CO", 3, {0}, 1},
    {u"HI", 16, {0x3000}, 1}, {u"IU", 5, {4}, 1},       {u"LS", 5, {19}, 1},
    {u"LW", 16, {0x1000}, 1}, {u"ME", 16, {0x2000}, 1}, {u"NS", 5, {20}, 1},
    {u"NU", 5, {2}, 1},       {u"OW", 3, {4}, 1},       {u"PS", 5, {10}, 1},
    {u"PU", 5, {32, 547}, 2}, {u"RC", 5, {12}, 1},      {u"SI", 16, {0x4000}, 1},
    {u"SU", 5, {6}, 1},       {u"SY", 5, {18}, 1},      {u"WD", 1, {0}, 1},
};

// Decimal or 0x hexadecimal up to a '-' or the end.
bool take_number(std::u16string_view& text, uint64_t most, uint64_t& out) {
    bool hex = text.starts_with(u"0x") || text.starts_with(u"0X");
    if (hex) text.remove_prefix(2);
    size_t digits = 0;
    out = 0;
    while (!text.empty() && text[0] != u'-') {
        char16_t unit = upcase(text[0]);
        unsigned digit = unit >= u'0' && unit <= u'9'   ? unit - u'0'
                         : unit >= u'A' && unit <= u'F' ? unit - u'A' + 10
                                                        : 99;
        if (digit >= (hex ? 16u : 10u)) return false;
        out = out * (hex ? 16 : 10) + digit;
        if (out > most) return false;
        ++digits;
        text.remove_prefix(1);
    }
    return digits != 0;
}

}  // namespace

std::u16string sid_text(const SID& sid) {
    uint64_t authority = 0;
    for (BYTE part : sid.IdentifierAuthority.Value) authority = authority << 8 | part;
    char number[32];
    snprintf(number, sizeof number, authority > 0xFFFFFFFF ? "0x%012llX" : "%llu",
             static_cast<unsigned long long>(authority));
    std::string out = "S-" + std::to_string(sid.Revision) + "-" + number;
    for (BYTE i = 0; i < sid.SubAuthorityCount; ++i) {
        DWORD part;
        memcpy(&part, reinterpret_cast<const BYTE*>(sid.SubAuthority) + 4 * i, 4);
        out += "-" + std::to_string(part);
    }
    return utf16_from_utf8(out);
}

std::vector<BYTE> sid_from_text(std::u16string_view text) {
    if (text.size() == 2)
        for (const ShortName& known : kShortNames)
            if (equal_ignore_case(text, known.name))
                return known.count == 1
                           ? make_sid(known.authority, {known.parts[0]})
                           : make_sid(known.authority, {known.parts[0], known.parts[1]});
    if (text.size() < 4 || upcase(text[0]) != u'S' || text.substr(1, 3) != u"-1-") return {};
    text.remove_prefix(4);
    uint64_t authority, part;
    if (!take_number(text, 0xFFFFFFFFFFFF, authority)) return {};
    std::vector<DWORD> parts;
    while (!text.empty()) {
        text.remove_prefix(1);
        if (!take_number(text, 0xFFFFFFFF, part)) return {};
        parts.push_back(static_cast<DWORD>(part));
    }
    if (parts.empty() || parts.size() > 15) return {};
    std::vector<BYTE> out(8 + 4 * parts.size());
    out[0] = 1;
    out[1] = static_cast<BYTE>(parts.size());
    for (int i = 0; i < 6; ++i)
        out[static_cast<size_t>(2 + i)] = static_cast<BYTE>(authority >> (8 * (5 - i)));
    memcpy(out.data() + 8, parts.data(), 4 * parts.size());
    return out;
}

}  // namespace lsw
