#include "core/security/accounts.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "base/name_service.h"
#include "base/text.h"
#include "core/security/descriptor.h"
#include "core/security/token.h"
#include "core/system/system_info.h"
#include "core/thread/host_stack.h"

namespace lsw {
namespace {

struct WellKnown {
    BYTE authority, count;
    DWORD parts[2];
    const char16_t *name, *domain;
    AccountUse use;
};

constexpr const char16_t *kNt = u"NT AUTHORITY", *kBuiltin = u"BUILTIN", *kLabels = u"Mandatory Label";
constexpr auto kGroupUse = AccountUse::kWellKnownGroup;
constexpr DWORD kDomainUsers = 42;  // WinAccountDomainUsersSid: the group that all local accounts share
constexpr auto kAliasUse = AccountUse::kAlias;

// "Well-known SIDs".
constexpr WellKnown kWellKnown[] = {
    {0, 1, {0}, u"NULL SID", u"", kGroupUse},
    {1, 1, {0}, u"Everyone", u"", kGroupUse},
    {2, 1, {0}, u"LOCAL", u"", kGroupUse},
    {2, 1, {1}, u"CONSOLE LOGON", u"", kGroupUse},
    {3, 1, {0}, u"CREATOR OWNER", u"", kGroupUse},
    {3, 1, {1}, u"CREATOR GROUP", u"", kGroupUse},
    {3, 1, {4}, u"OWNER RIGHTS", u"", kGroupUse},
    {5, 1, {1}, u"DIALUP", kNt, kGroupUse},
    {5, 1, {2}, u"NETWORK", kNt, kGroupUse},
    {5, 1, {3}, u"BATCH", kNt, kGroupUse},
    {5, 1, {4}, u"INTERACTIVE", kNt, kGroupUse},
    {5, 1, {6}, u"SERVICE", kNt, kGroupUse},
    {5, 1, {7}, u"ANONYMOUS LOGON", kNt, kGroupUse},
    {5, 1, {8}, u"PROXY", kNt, kGroupUse},
    {5, 1, {9}, u"ENTERPRISE DOMAIN CONTROLLERS", kNt, kGroupUse},
    {5, 1, {10}, u"SELF", kNt, kGroupUse},
    {5, 1, {11}, u"Authenticated Users", kNt, kGroupUse},
    {5, 1, {12}, u"RESTRICTED", kNt, kGroupUse},
    {5, 1, {13}, u"TERMINAL SERVER USER", kNt, kGroupUse},
    {5, 1, {14}, u"REMOTE INTERACTIVE LOGON", kNt, kGroupUse},
    {5, 1, {15}, u"This Organization", kNt, kGroupUse},
    {5, 1, {17}, u"IUSR", kNt, kGroupUse},
    {5, 1, {18}, u"SYSTEM", kNt, kGroupUse},
    {5, 1, {19}, u"LOCAL SERVICE", kNt, kGroupUse},
    {5, 1, {20}, u"NETWORK SERVICE", kNt, kGroupUse},
    {5, 1, {32}, u"BUILTIN", kBuiltin, AccountUse::kDomain},
    {5, 1, {113}, u"Local account", kNt, kGroupUse},
    {5, 1, {114}, u"Local account and member of Administrators group", kNt, kGroupUse},
    {5, 2, {32, 544}, u"Administrators", kBuiltin, kAliasUse},
    {5, 2, {32, 545}, u"Users", kBuiltin, kAliasUse},
    {5, 2, {32, 546}, u"Guests", kBuiltin, kAliasUse},
    {5, 2, {32, 547}, u"Power Users", kBuiltin, kAliasUse},
    {5, 2, {32, 551}, u"Backup Operators", kBuiltin, kAliasUse},
    {5, 2, {32, 552}, u"Replicator", kBuiltin, kAliasUse},
    {5, 2, {32, 555}, u"Remote Desktop Users", kBuiltin, kAliasUse},
    {5, 2, {32, 556}, u"Network Configuration Operators", kBuiltin, kAliasUse},
    {5, 2, {32, 558}, u"Performance Monitor Users", kBuiltin, kAliasUse},
    {5, 2, {32, 559}, u"Performance Log Users", kBuiltin, kAliasUse},
    {5, 2, {32, 562}, u"Distributed COM Users", kBuiltin, kAliasUse},
    {5, 2, {32, 568}, u"IIS_IUSRS", kBuiltin, kAliasUse},
    {5, 2, {32, 569}, u"Cryptographic Operators", kBuiltin, kAliasUse},
    {5, 2, {32, 573}, u"Event Log Readers", kBuiltin, kAliasUse},
    {5, 2, {64, 10}, u"NTLM Authentication", kNt, kGroupUse},
    {5, 2, {64, 14}, u"SChannel Authentication", kNt, kGroupUse},
    {5, 2, {64, 21}, u"Digest Authentication", kNt, kGroupUse},
    {15, 2, {2, 1}, u"ALL APPLICATION PACKAGES", u"APPLICATION PACKAGE AUTHORITY", kGroupUse},
    {16, 1, {0x0000}, u"Untrusted Mandatory Level", kLabels, AccountUse::kLabel},
    {16, 1, {0x1000}, u"Low Mandatory Level", kLabels, AccountUse::kLabel},
    {16, 1, {0x2000}, u"Medium Mandatory Level", kLabels, AccountUse::kLabel},
    {16, 1, {0x2100}, u"Medium Plus Mandatory Level", kLabels, AccountUse::kLabel},
    {16, 1, {0x3000}, u"High Mandatory Level", kLabels, AccountUse::kLabel},
    {16, 1, {0x4000}, u"System Mandatory Level", kLabels, AccountUse::kLabel},
};

std::vector<BYTE> sid_of(const WellKnown& known) {
    return known.count == 1 ? make_sid(known.authority, {known.parts[0]})
                            : make_sid(known.authority, {known.parts[0], known.parts[1]});
}

Account account_of(const WellKnown& known) { return {known.name, known.domain, known.use, sid_of(known)}; }

Account user_account(std::string_view name, unsigned uid) {
    return {utf16_from_utf8(name), machine_name(), AccountUse::kUser, user_sid(uid)};
}

Account group_account(std::string_view name, unsigned gid) {
    return {utf16_from_utf8(name), machine_name(), AccountUse::kAlias, group_sid(gid)};
}

Account machine_account() { return {machine_name(), machine_name(), AccountUse::kDomain, machine_sid()}; }

// The machine's accounts: S-1-5-21-a-b-c-(1000 + id), whose third part tells users from groups (user_sid, group_sid).
std::optional<Account> own_account(const SID* sid) {
    if (sid->SubAuthorityCount != 5) return std::nullopt;
    DWORD parts[5];
    memcpy(parts, sid->SubAuthority, sizeof parts);
    if (parts[4] < 1000) return std::nullopt;
    unsigned id = parts[4] - 1000;
    std::optional<Account> found;
    if (same_sid(sid, user_sid(id))) {
        on_host_stack([&] {
            if (auto entry = host_user(uid_t{id})) found = user_account(entry->name, id);
            else if (id == getuid()) found = user_account("user" + std::to_string(id), id);
        });
    } else if (same_sid(sid, group_sid(id))) {
        on_host_stack([&] {
            if (auto entry = host_group(gid_t{id})) found = group_account(entry->name, id);
        });
    }
    return found;
}

std::optional<Account> own_account_by_name(const std::string& name) {
    std::optional<Account> found;
    on_host_stack([&] {
        if (auto entry = host_user(name)) found = user_account(entry->name, entry->id);
        else if (name == linux_user_name(getuid())) found = user_account(name, getuid());
        else if (auto entry = host_group(name); entry && entry->id) found = group_account(entry->name, entry->id);
    });
    return found;
}

}  // namespace

std::u16string machine_name() { return computer_name(false); }

std::string linux_user_name(unsigned uid) {
    std::string name = "user" + std::to_string(uid);
    on_host_stack([&] {
        if (auto entry = host_user(uid_t{uid})) name = entry->name;
    });
    return name;
}

// The first part of the description that the machine's own list of users keeps.
std::u16string full_name(const std::string& linux_user) {
    std::string text;
    on_host_stack([&] {
        FILE* file = fopen("/etc/passwd", "re");
        char line[1024];
        while (file && text.empty() && fgets(line, sizeof line, file)) {
            std::string_view rest = line;
            if (rest.substr(0, rest.find(':')) != linux_user) continue;
            for (int field = 0; field < 4; ++field) rest.remove_prefix(std::min(rest.find(':') + 1, rest.size()));
            text = rest.substr(0, rest.find_first_of(",:"));
        }
        if (file) fclose(file);
    });
    return utf16_from_utf8(text);
}

std::vector<std::u16string> local_groups_of(const std::string& linux_user) {
    std::vector<std::u16string> names{u"Users"};
    on_host_stack([&] {
        auto user = host_user(linux_user);
        if (!user) return;
        if (user->id == 0) names.push_back(u"Administrators");
        if (user->id != getuid()) return;
        gid_t ids[64];
        int count = getgroups(64, ids);
        for (int i = 0; i < count; ++i)
            if (auto one = host_group(ids[i]); one && one->id) names.push_back(utf16_from_utf8(one->name));
    });
    return names;
}

std::optional<Account> account_of_sid(const SID* sid) {
    for (const WellKnown& known : kWellKnown)
        if (same_sid(sid, sid_of(known))) return account_of(known);
    if (same_sid(sid, machine_sid())) return machine_account();
    if (std::vector<BYTE> none = well_known_sid(kDomainUsers, nullptr); same_sid(sid, none))
        return Account{u"None", machine_name(), AccountUse::kGroup, none};
    return own_account(sid);
}

std::optional<Account> account_by_name(std::u16string_view name) {
    std::u16string_view domain, bare = name;
    if (size_t at = name.find(u'\\'); at != name.npos) domain = name.substr(0, at), bare = name.substr(at + 1);
    else if (size_t mark = name.rfind(u'@'); mark != name.npos) bare = name.substr(0, mark), domain = name.substr(mark + 1);
    bool own = domain.empty() || domain == u"." || equal_ignore_case(domain, machine_name());
    for (const WellKnown& known : kWellKnown)
        if (equal_ignore_case(bare, known.name) && (domain.empty() || equal_ignore_case(domain, known.domain)))
            return account_of(known);
    if (!own) return std::nullopt;
    if (auto found = own_account_by_name(utf8_from_utf16(bare))) return found;
    std::u16string lower(bare);  // Windows knows no case of names
    for (char16_t& unit : lower) unit = downcase(unit);
    if (lower != bare)
        if (auto found = own_account_by_name(utf8_from_utf16(lower))) return found;
    if (domain.empty() && equal_ignore_case(bare, machine_name())) return machine_account();
    return std::nullopt;
}

}  // namespace lsw
