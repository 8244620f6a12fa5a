// Accounts: names of SIDs and SIDs of names. The machine's own are the Linux users and groups; the well-known ones are
// the same on every Windows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abi/security.h"

namespace lsw {

// SID_NAME_USE
enum class AccountUse : DWORD { kUser = 1, kGroup, kDomain, kAlias, kWellKnownGroup, kLabel = 10 };

struct Account {
    std::u16string name, domain;
    AccountUse use;
    std::vector<BYTE> sid;
};

std::optional<Account> account_of_sid(const SID* sid);
// "name", "domain\name" or "name@machine"; a user comes before a group of the same name.
std::optional<Account> account_by_name(std::u16string_view name);

std::u16string machine_name();           // the domain of the machine's own accounts
std::string linux_user_name(unsigned uid);  // "user1234" for one without a name
std::u16string full_name(const std::string& linux_user);  // for the eye; empty for none
std::vector<std::u16string> local_groups_of(const std::string& linux_user);

// WELL_KNOWN_SID_TYPE. `domain`: for the kinds that are made of one; null for the machine's.
// Empty for kinds that need a domain controller or are unknown.
std::vector<BYTE> well_known_sid(DWORD type, const SID* domain);

}  // namespace lsw
