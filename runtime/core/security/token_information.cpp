// What GetTokenInformation says, one TOKEN_INFORMATION_CLASS after the other. Doc: "TOKEN_INFORMATION_CLASS enumeration".
#include <grp.h>
#include <unistd.h>

#include <cstring>

#include "core/security/descriptor.h"
#include "core/security/privileges.h"
#include "core/security/token.h"

namespace lsw {
namespace {

constexpr DWORD kMandatory = 1, kEnabledByDefault = 2, kEnabled = 4, kOwner = 8, kDenyOnly = 0x10, kIntegrity = 0x20,
                kIntegrityEnabled = 0x40, kLogonId = 0xC0000000;

// Fixed parts first, what they point to behind them; pointers are made for the place the caller wants it at.
class Layout {
public:
    Layout(void* at, size_t head) : at_(static_cast<BYTE*>(at)), bytes_(head) {}
    template <class T>
    void put(size_t offset, const T& value) {
        memcpy(bytes_.data() + offset, &value, sizeof value);
    }
    // Appends and stores the pointer at `offset`.
    void point(size_t offset, const std::vector<BYTE>& data) {
        put(offset, at_ + bytes_.size());
        bytes_.insert(bytes_.end(), data.begin(), data.end());
        bytes_.resize((bytes_.size() + 7) / 8 * 8);
    }
    void point_sid(size_t offset, const std::vector<BYTE>& sid, DWORD attributes) {
        put(offset + 8, attributes);
        point(offset, sid);
    }
    std::vector<BYTE> take() { return std::move(bytes_); }

private:
    BYTE* at_;
    std::vector<BYTE> bytes_;
};

std::vector<BYTE> number(DWORD value) {
    std::vector<BYTE> bytes(sizeof value);
    memcpy(bytes.data(), &value, sizeof value);
    return bytes;
}

std::vector<BYTE> groups_of(const std::vector<TokenGroup>& groups, void* at) {
    Layout out(at, 8 + 16 * groups.size());
    out.put(0, static_cast<DWORD>(groups.size()));
    for (size_t i = 0; i < groups.size(); ++i) out.point_sid(8 + 16 * i, groups[i].sid, groups[i].attributes);
    return out.take();
}

std::vector<BYTE> one_sid(const std::vector<BYTE>& sid, void* at) {
    Layout out(at, 8);
    out.point(0, sid);
    return out.take();
}

std::vector<BYTE> privileges_of(const TokenState& token) {
    std::vector<BYTE> bytes(sizeof(DWORD));
    DWORD count = 0;
    for (DWORD value = kFirstPrivilege; value <= kLastPrivilege; ++value) {
        if (!(token.held & privilege_bit(value))) continue;
        DWORD by_default = default_privileges() & privilege_bit(value) ? 1 : 0;
        DWORD enabled = token.enabled & privilege_bit(value) ? SE_PRIVILEGE_ENABLED : 0;
        LUID_AND_ATTRIBUTES entry{{value, 0}, by_default | enabled};
        auto* raw = reinterpret_cast<const BYTE*>(&entry);
        bytes.insert(bytes.end(), raw, raw + sizeof entry);
        ++count;
    }
    memcpy(bytes.data(), &count, sizeof count);
    return bytes;
}

std::vector<BYTE> default_dacl(void* at) {
    std::vector<BYTE> acl = default_descriptor().dacl;
    Layout out(at, 8);
    out.point(0, acl);
    return out.take();
}

std::vector<BYTE> statistics(const TokenState& token) {
    struct {
        LUID token, session;
        int64_t expires = INT64_MAX;
        DWORD type, level, charged = 4096, available = 3900, groups, privileges;
        LUID modified;
    } out{token.id, {0x3E8, 0}, INT64_MAX, token.primary ? 1u : 2u, static_cast<DWORD>(token.level), 4096, 3900,
          static_cast<DWORD>(token_groups(token).size()), static_cast<DWORD>(__builtin_popcountll(token.held)),
          token.modified};
    static_assert(sizeof out == 56);
    auto* raw = reinterpret_cast<const BYTE*>(&out);
    return {raw, raw + sizeof out};
}

std::vector<BYTE> source() {
    std::vector<BYTE> out(16);  // the name, then a LUID
    memcpy(out.data(), "User32 ", 8);
    out[8] = 1;
    return out;
}

std::vector<BYTE> logon_sid() { return make_sid(5, {5, 0, static_cast<DWORD>(getsid(0))}); }

std::vector<TokenGroup> with_attributes(const std::vector<std::vector<BYTE>>& sids, DWORD attributes) {
    std::vector<TokenGroup> groups;
    for (const auto& sid : sids) groups.push_back({sid, attributes});
    return groups;
}

}  // namespace

std::vector<TokenGroup> token_groups(const TokenState& token) {
    constexpr DWORD kUsual = kMandatory | kEnabledByDefault | kEnabled;
    if (token.anonymous) return {{make_sid(16, {0}), kIntegrity | kIntegrityEnabled}};
    std::vector<TokenGroup> groups{{make_sid(1, {0}), kUsual}, {make_sid(5, {32, 545}), kUsual},
                                   {make_sid(5, {4}), kUsual},  {make_sid(2, {1}), kUsual},
                                   {make_sid(5, {11}), kUsual}, {make_sid(5, {113}), kUsual},
                                   {logon_sid(), kUsual | kLogonId}, {make_sid(2, {0}), kUsual}};
    if (is_administrator()) groups.push_back({make_sid(5, {32, 544}), kUsual | kOwner});
    gid_t linux_groups[64];
    int count = getgroups(64, linux_groups);
    for (int i = 0; i < count; ++i)
        if (linux_groups[i]) groups.push_back({group_sid(linux_groups[i]), kUsual});
    for (TokenGroup& group : groups)
        for (const auto& sid : token.deny_only)
            if (group.sid == sid) group.attributes = kDenyOnly;
    groups.push_back({make_sid(16, {token.integrity}), kIntegrity | kIntegrityEnabled});
    return groups;
}

Result<std::vector<BYTE>> token_information(const TokenState& token, DWORD information_class, void* at) {
    constexpr DWORD kUser = 1, kGroups = 2, kPrivileges = 3, kOwnerSid = 4, kPrimaryGroup = 5, kDefaultDacl = 6,
                    kSource = 7, kType = 8, kLevel = 9, kStatistics = 10, kRestrictedSids = 11, kSessionId = 12,
                    kSandBoxInert = 15, kOrigin = 17, kElevationType = 18, kLinkedToken = 19, kElevation = 20,
                    kHasRestrictions = 21, kVirtualizationAllowed = 23, kVirtualizationEnabled = 24,
                    kIntegrityLevel = 25, kUiAccess = 26, kMandatoryPolicy = 27, kLogonSid = 28, kIsAppContainer = 29,
                    kCapabilities = 30, kAppContainerSid = 31, kIsRestricted = 40;
    std::vector<BYTE> user = token.anonymous ? make_sid(5, {7}) : user_sid(getuid());
    bool restricted = !token.restricting.empty() || !token.deny_only.empty();
    switch (information_class) {
        case kUser: {
            Layout out(at, 16);
            out.point_sid(0, user, 0);
            return out.take();
        }
        case kGroups: return groups_of(token_groups(token), at);
        case kPrivileges: return privileges_of(token);
        case kOwnerSid: return one_sid(user, at);
        case kPrimaryGroup: return one_sid(token.anonymous ? user : group_sid(getgid()), at);
        case kDefaultDacl: return default_dacl(at);
        case kSource: return source();
        case kType: return number(token.primary ? 1 : 2);
        case kLevel: return token.primary ? Result<std::vector<BYTE>>(Status(STATUS_INVALID_PARAMETER))
                                          : number(static_cast<DWORD>(token.level));
        case kStatistics: return statistics(token);
        case kRestrictedSids:
            return groups_of(with_attributes(token.restricting, kMandatory | kEnabledByDefault | kEnabled), at);
        case kSessionId: return number(token.session);
        case kSandBoxInert: return number(token.sandbox_inert);
        case kOrigin: return std::vector<BYTE>(sizeof(LUID));
        case kElevationType: return number(1);  // TokenElevationTypeDefault: no split token
        case kLinkedToken: return Status(STATUS_NO_SUCH_LOGON_SESSION);
        case kElevation: return number(is_administrator() && !restricted);
        case kHasRestrictions:
        case kIsRestricted: return number(restricted);
        case kVirtualizationAllowed:
        case kVirtualizationEnabled:
        case kUiAccess:
        case kIsAppContainer: return number(0);
        case kIntegrityLevel: {
            Layout out(at, 16);
            out.point_sid(0, make_sid(16, {token.integrity}), kIntegrity | kIntegrityEnabled);
            return out.take();
        }
        case kMandatoryPolicy: return number(3);  // no write up, new process minimum
        case kLogonSid: return groups_of({{logon_sid(), kMandatory | kEnabledByDefault | kEnabled | kLogonId}}, at);
        case kCapabilities: return groups_of({}, at);
        case kAppContainerSid: return std::vector<BYTE>(8);
    }
    return Status(STATUS_INVALID_INFO_CLASS);
}

}  // namespace lsw
