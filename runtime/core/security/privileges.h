// Privileges by name and number ("Privilege Constants"), and which of them this process holds.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/security/token.h"

namespace lsw {

inline constexpr DWORD kFirstPrivilege = 2, kLastPrivilege = 36;

constexpr uint64_t privilege_bit(DWORD value) { return value <= kLastPrivilege ? uint64_t{1} << value : 0; }

// The name, the text that stands for it on screen; nullptr for what is no privilege.
const char* privilege_name(DWORD value);
const char* privilege_display_name(DWORD value);
DWORD privilege_by_name(std::u16string_view name);  // 0: there is none of that name

uint64_t held_privileges();
uint64_t default_privileges();  // those enabled from the start

// What AdjustTokenPrivileges is asked for, worked out before anything changes.
struct PrivilegePlan {
    uint64_t before = 0, after = 0, removed = 0;
    bool all = true;  // all that were named are held
    uint64_t changed() const { return before ^ after; }
    size_t previous_bytes() const;                  // of the TOKEN_PRIVILEGES that undoes it
    void write_previous(TOKEN_PRIVILEGES* out) const;
};
PrivilegePlan plan_privileges(const TokenState& token, bool disable_all, std::span<const LUID_AND_ATTRIBUTES> wanted);
void apply(const PrivilegePlan& plan, Token& token);

}  // namespace lsw
