#include "core/security/sddl.h"

#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <iterator>

#include "core/security/token.h"

namespace lsw {
namespace {

struct SidAlias {
    const char* name;
    BYTE authority;
    DWORD first, second;  // second 0: one sub-authority
};
// "SID Strings"
constexpr SidAlias kSids[] = {
    {"WD", 1, 0, 0},    {"CO", 3, 0, 0},    {"CG", 3, 1, 0},    {"OW", 3, 4, 0},     {"NU", 5, 2, 0},
    {"IU", 5, 4, 0},    {"SU", 5, 6, 0},    {"AN", 5, 7, 0},    {"ED", 5, 9, 0},     {"PS", 5, 10, 0},
    {"AU", 5, 11, 0},   {"RC", 5, 12, 0},   {"SY", 5, 18, 0},   {"LS", 5, 19, 0},    {"NS", 5, 20, 0},
    {"BA", 5, 32, 544}, {"BU", 5, 32, 545}, {"BG", 5, 32, 546}, {"PU", 5, 32, 547},  {"AO", 5, 32, 548},
    {"SO", 5, 32, 549}, {"PO", 5, 32, 550}, {"BO", 5, 32, 551}, {"RE", 5, 32, 552},  {"RD", 5, 32, 555},
    {"NO", 5, 32, 556}, {"AC", 15, 2, 1},   {"LW", 16, 4096, 0}, {"ME", 16, 8192, 0}, {"HI", 16, 12288, 0},
    {"SI", 16, 16384, 0},
};

struct Bits {
    const char* name;
    DWORD value;
};
constexpr Bits kWholeRights[] = {{"FA", 0x1F01FF}, {"FR", 0x120089}, {"FW", 0x120116}, {"FX", 0x1200A0},
                                 {"KA", 0xF003F},  {"KR", 0x20019},  {"KW", 0x20006},  {"KX", 0x20019}};
constexpr Bits kRights[] = {{"CC", 1},       {"DC", 2},          {"LC", 4},          {"SW", 8},
                            {"RP", 0x10},    {"WP", 0x20},       {"DT", 0x40},       {"LO", 0x80},
                            {"CR", 0x100},   {"SD", 0x10000},    {"RC", 0x20000},    {"WD", 0x40000},
                            {"WO", 0x80000}, {"GA", 0x10000000}, {"GX", 0x20000000}, {"GW", 0x40000000},
                            {"GR", 0x80000000}};
constexpr Bits kLabelRights[] = {{"NW", 1}, {"NR", 2}, {"NX", 4}};
constexpr Bits kAceFlags[] = {{"OI", 1}, {"CI", 2}, {"NP", 4}, {"IO", 8}, {"ID", 16}, {"SA", 64}, {"FA", 128}};
constexpr Bits kAceTypes[] = {{"A", ACCESS_ALLOWED_ACE_TYPE}, {"D", ACCESS_DENIED_ACE_TYPE},
                              {"AU", SYSTEM_AUDIT_ACE_TYPE}, {"ML", SYSTEM_MANDATORY_LABEL_ACE_TYPE}};

std::vector<BYTE> bytes_of(const SidAlias& alias) {
    return alias.second ? make_sid(alias.authority, {alias.first, alias.second}) : make_sid(alias.authority, {alias.first});
}

template <size_t Count>
bool take_bits(std::string_view text, const Bits (&table)[Count], DWORD& out) {
    while (!text.empty()) {
        const Bits* found = nullptr;
        for (const Bits& row : table)
            if (text.substr(0, 2) == row.name) found = &row;
        if (!found) return false;
        out |= found->value;
        text.remove_prefix(2);
    }
    return true;
}

template <size_t Count>
std::string bits_text(DWORD value, const Bits (&table)[Count]) {
    std::string out;
    for (const Bits& row : table)
        if (value & row.value) out += row.name, value &= ~row.value;
    return value ? std::string() : out;
}

bool parse_rights(std::string_view text, DWORD& out) {
    out = 0;
    if (text.substr(0, 2) == "0x" || text.substr(0, 2) == "0X")
        return std::from_chars(text.data() + 2, text.data() + text.size(), out, 16).ptr == text.data() + text.size();
    if (!text.empty() && text[0] >= '0' && text[0] <= '9')
        return std::from_chars(text.data(), text.data() + text.size(), out).ptr == text.data() + text.size();
    while (!text.empty()) {
        DWORD one = 0;
        std::string_view name = text.substr(0, 2);
        bool known = take_bits(name, kRights, one) || take_bits(name, kWholeRights, one) ||
                     take_bits(name, kLabelRights, one);
        if (!known) return false;
        out |= one;
        text.remove_prefix(name.size());
    }
    return true;
}

std::string rights_text(DWORD mask, bool label) {
    if (label) return bits_text(mask, kLabelRights);
    for (const Bits& row : kWholeRights)
        if (row.value == mask) return row.name;
    std::string out = bits_text(mask, kRights);
    if (!out.empty() || mask == 0) return out;
    char hex[16];
    snprintf(hex, sizeof hex, "0x%x", mask);
    return hex;
}

std::string short_sid(const SID* sid) {
    std::vector<BYTE> bytes = sid_bytes(sid);
    for (const SidAlias& alias : kSids)
        if (bytes == bytes_of(alias)) return alias.name;
    return string_from_sid(sid);
}

std::string acl_text(WORD control, const std::vector<BYTE>& acl, bool of_dacl) {
    std::string out;
    if (control & (of_dacl ? 0x1000 : 0x2000)) out += "P";
    if (control & (of_dacl ? 0x100 : 0x200)) out += "AR";
    if (control & (of_dacl ? 0x400 : 0x800)) out += "AI";
    if (acl.empty()) return of_dacl ? out + "NO_ACCESS_CONTROL" : out;
    for (const AceView& entry : entries_of(reinterpret_cast<const ACL*>(acl.data()))) {
        const char* type = nullptr;
        for (const Bits& row : kAceTypes)
            if (row.value == entry.type) type = row.name;
        if (!type || !entry.sid) continue;
        out += "(" + std::string(type) + ";" + bits_text(entry.flags, kAceFlags) + ";" +
               rights_text(entry.mask, entry.type == SYSTEM_MANDATORY_LABEL_ACE_TYPE) + ";;;" + short_sid(entry.sid) + ")";
    }
    return out;
}

// "(A;OICI;FA;;;BA)" without its brackets.
bool parse_ace(std::string_view text, std::vector<BYTE>& acl) {
    std::string_view fields[6];
    for (size_t i = 0; i < std::size(fields); ++i) {
        size_t end = i + 1 < std::size(fields) ? text.find(';') : text.size();
        if (end == std::string_view::npos) return false;
        fields[i] = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    DWORD flags = 0, mask = 0;
    const Bits* type = nullptr;
    for (const Bits& row : kAceTypes)
        if (fields[0] == row.name) type = &row;
    std::vector<BYTE> sid = sid_from_string(fields[5]);
    if (!type || !take_bits(fields[1], kAceFlags, flags) || !parse_rights(fields[2], mask) || sid.empty()) return false;
    append_ace(acl, static_cast<BYTE>(type->value), static_cast<BYTE>(flags), mask, reinterpret_cast<const SID*>(sid.data()));
    return true;
}

bool parse_acl(std::string_view text, bool of_dacl, SecurityParts& out) {
    std::vector<BYTE>& acl = of_dacl ? out.dacl : out.sacl;
    acl = empty_acl();
    out.control |= of_dacl ? SE_DACL_PRESENT : SE_SACL_PRESENT;
    std::string_view flags = text.substr(0, text.find('('));
    text.remove_prefix(flags.size());
    while (!flags.empty()) {
        constexpr std::string_view kNull = "NO_ACCESS_CONTROL";
        if (flags == kNull) return acl.clear(), text.empty();
        WORD bit = flags.starts_with("AR") ? 0x100 : flags.starts_with("AI") ? 0x400 : flags[0] == 'P' ? 0x1000 : 0;
        if (!bit) return false;
        out.control = static_cast<WORD>(out.control | (of_dacl ? bit : bit << 1));
        flags.remove_prefix(bit == 0x1000 ? 1 : 2);
    }
    while (!text.empty()) {
        size_t end = text.find(')');
        if (text[0] != '(' || end == std::string_view::npos || !parse_ace(text.substr(1, end - 1), acl)) return false;
        text.remove_prefix(end + 1);
    }
    return true;
}

}  // namespace

std::string string_from_sid(const SID* sid) {
    uint64_t authority = 0;
    for (BYTE part : sid->IdentifierAuthority.Value) authority = authority << 8 | part;
    char number[24];
    snprintf(number, sizeof number, authority >> 32 ? "0x%012lx" : "%lu", authority);
    std::string out = "S-" + std::to_string(sid->Revision) + "-" + number;
    for (BYTE i = 0; i < sid->SubAuthorityCount; ++i) out += "-" + std::to_string(sid->SubAuthority[i]);
    return out;
}

std::vector<BYTE> sid_from_string(std::string_view text) {
    if (text.size() == 2) {
        for (const SidAlias& alias : kSids)
            if (text == alias.name) return bytes_of(alias);
        return {};
    }
    if (text.size() < 6 || (text[0] != 'S' && text[0] != 's') || text.substr(1, 3) != "-1-") return {};
    text.remove_prefix(4);
    std::vector<uint64_t> numbers;
    while (true) {
        bool hex = text.substr(0, 2) == "0x";
        uint64_t value = 0;
        const char* begin = text.data() + (hex ? 2 : 0);
        auto [end, error] = std::from_chars(begin, text.data() + text.size(), value, hex ? 16 : 10);
        if (error != std::errc() || end == begin) return {};
        numbers.push_back(value);
        text.remove_prefix(static_cast<size_t>(end - text.data()));
        if (text.empty()) break;
        if (text[0] != '-') return {};
        text.remove_prefix(1);
    }
    if (numbers.size() < 2 || numbers.size() > 16) return {};
    std::vector<BYTE> out = make_sid(0, {});
    for (int i = 0; i < 6; ++i) out[2 + static_cast<size_t>(i)] = static_cast<BYTE>(numbers[0] >> (40 - 8 * i));
    out[1] = static_cast<BYTE>(numbers.size() - 1);
    for (size_t i = 1; i < numbers.size(); ++i) {
        if (numbers[i] > 0xFFFFFFFF) return {};
        auto part = static_cast<DWORD>(numbers[i]);
        auto* bytes = reinterpret_cast<const BYTE*>(&part);
        out.insert(out.end(), bytes, bytes + 4);
    }
    return out;
}

std::string string_from_descriptor(const SecurityParts& parts, DWORD which) {
    constexpr DWORD kOwner = 1, kGroup = 2, kDacl = 4, kSacl = 8, kLabel = 0x10;
    std::string out;
    auto sid = [](const std::vector<BYTE>& bytes) { return short_sid(reinterpret_cast<const SID*>(bytes.data())); };
    if (which & kOwner && !parts.owner.empty()) out += "O:" + sid(parts.owner);
    if (which & kGroup && !parts.group.empty()) out += "G:" + sid(parts.group);
    if (which & kDacl && parts.control & SE_DACL_PRESENT) out += "D:" + acl_text(parts.control, parts.dacl, true);
    if (which & (kSacl | kLabel) && parts.control & SE_SACL_PRESENT)
        out += "S:" + acl_text(parts.control, parts.sacl, false);
    return out;
}

Result<SecurityParts> descriptor_from_string(std::string_view text) {
    SecurityParts out;
    while (!text.empty()) {
        if (text.size() < 2 || text[1] != ':') return Status(STATUS_INVALID_PARAMETER);
        char kind = text[0];
        text.remove_prefix(2);
        // A part ends before the letter of the next "X:".
        size_t colon = text.find(':');
        std::string_view part = text.substr(0, colon == std::string_view::npos ? text.size() : colon - 1);
        text.remove_prefix(part.size());
        if (kind == 'O' || kind == 'G') {
            std::vector<BYTE> sid = sid_from_string(part);
            if (sid.empty()) return Status(STATUS_INVALID_SID);
            (kind == 'O' ? out.owner : out.group) = std::move(sid);
        } else if (kind != 'D' && kind != 'S') {
            return Status(STATUS_INVALID_PARAMETER);
        } else if (!parse_acl(part, kind == 'D', out)) {
            return Status(STATUS_INVALID_ACL);
        }
    }
    return out;
}

}  // namespace lsw
