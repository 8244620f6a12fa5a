// lmaccess.h: the accounts of this machine, which are its Linux users. Doc: "NetUserGetInfo function (lmaccess.h)",
// "NetUserGetLocalGroups function (lmaccess.h)".
#include <cstring>
#include <vector>

#include "base/text.h"
#include "core/memory/heap.h"
#include "core/security/accounts.h"
#include "core/security/token.h"
#include "dll/netapi32/netapi32.h"

using namespace lsw;

namespace {

constexpr DWORD kUserNotFound = 2221, kNoSuchServer = 53, kInvalidLevel = 124;  // NERR_UserNotFound …

// One block from the process heap: the fields of a structure, and behind them what its pointers point to.
class Block {
public:
    void number(DWORD value) { append(&value, sizeof value); }
    void text(std::u16string_view value) {
        pointer();
        std::u16string copy(value);
        auto* raw = reinterpret_cast<const BYTE*>(copy.c_str());
        targets_.emplace_back(raw, raw + 2 * (copy.size() + 1));
    }
    void bytes(std::vector<BYTE> value) {
        pointer();
        targets_.push_back(std::move(value));
    }
    void null() {
        align();
        fields_.resize(fields_.size() + 8);
    }
    LPBYTE take() {
        align();
        size_t size = fields_.size();
        for (const auto& target : targets_) size += (target.size() + 7) / 8 * 8;
        auto* out = static_cast<LPBYTE>(process_heap().allocate(size, true));
        if (!out) return nullptr;
        memcpy(out, fields_.data(), fields_.size());
        BYTE* at = out + fields_.size();
        for (size_t i = 0; i < targets_.size(); ++i) {
            memcpy(out + pointers_[i], &at, sizeof at);
            memcpy(at, targets_[i].data(), targets_[i].size());
            at += (targets_[i].size() + 7) / 8 * 8;
        }
        return out;
    }

private:
    void append(const void* data, size_t size) {
        auto* raw = static_cast<const BYTE*>(data);
        fields_.insert(fields_.end(), raw, raw + size);
    }
    void align() { fields_.resize((fields_.size() + 7) / 8 * 8); }
    void pointer() {
        align();
        pointers_.push_back(fields_.size());
        fields_.resize(fields_.size() + 8);
    }

    std::vector<BYTE> fields_;
    std::vector<size_t> pointers_;
    std::vector<std::vector<BYTE>> targets_;
};

bool is_this_machine(LPCWSTR server) {
    if (!server || !*server) return true;
    std::u16string_view name(server);
    while (name.starts_with(u'\\')) name.remove_prefix(1);
    return equal_ignore_case(name, machine_name()) || equal_ignore_case(name, u"localhost") || name == u".";
}

struct User {
    std::u16string name, full_name;
    std::vector<BYTE> sid;
    DWORD privilege;  // USER_PRIV_*
    DWORD id;
};

std::optional<User> find_user(LPCWSTR name) {
    auto account = name ? account_by_name(name) : std::nullopt;
    if (!account || account->use != AccountUse::kUser) return std::nullopt;
    DWORD id;
    memcpy(&id, account->sid.data() + account->sid.size() - 4, 4);
    constexpr DWORD kFirstUser = 1000, kUser = 1, kAdministrator = 2;
    return User{account->name, full_name(utf8_from_utf16(account->name)), account->sid,
                id == kFirstUser ? kAdministrator : kUser, id};
}

constexpr DWORD kNormalAccount = 0x201, kNever = 0xFFFFFFFF, kNone = 513;

// USER_INFO_1, with which USER_INFO_4 begins.
void put_level_1(Block& block, const User& user) {
    block.text(user.name);
    block.null();
    block.number(0);
    block.number(user.privilege);
    block.text(u"");
    block.text(u"");
    block.number(kNormalAccount);
    block.text(u"");
}

void put_level_4(Block& block, const User& user) {
    put_level_1(block, user);
    block.number(0);
    block.text(user.full_name);
    for (int i = 0; i < 3; ++i) block.text(u"");
    for (DWORD value : {0u, 0u, kNever, kNever, 168u}) block.number(value);
    block.bytes(std::vector<BYTE>(21, 0xFF));
    block.number(0);
    block.number(0);
    block.text(u"\\\\*");
    block.number(0);
    block.number(0);
    block.bytes(user.sid);
    block.number(kNone);
    block.text(u"");
    block.text(u"");
    block.number(0);
}

bool put_level(Block& block, DWORD level, const User& user) {
    switch (level) {
        case 0: block.text(user.name); return true;
        case 1: put_level_1(block, user); return true;
        case 4: put_level_4(block, user); return true;
        case 10:
            block.text(user.name);
            block.text(u"");
            block.text(u"");
            block.text(user.full_name);
            return true;
        case 20:
        case 23:
            block.text(user.name);
            block.text(user.full_name);
            block.text(u"");
            block.number(kNormalAccount);
            if (level == 20) block.number(user.id);
            else block.bytes(user.sid);
            return true;
    }
    return false;
}

}  // namespace

DWORD netapi32::NetApiBufferAllocate(DWORD ByteCount, LPVOID* Buffer) {
    if (!Buffer) return ERROR_INVALID_PARAMETER;
    *Buffer = process_heap().allocate(ByteCount, false);
    return *Buffer ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY;
}

DWORD netapi32::NetUserGetInfo(LPCWSTR servername, LPCWSTR username, DWORD level, LPBYTE* bufptr) {
    if (!bufptr) return ERROR_INVALID_PARAMETER;
    if (!is_this_machine(servername)) return kNoSuchServer;
    auto user = find_user(username);
    if (!user) return kUserNotFound;
    Block block;
    if (!put_level(block, level, *user)) return kInvalidLevel;
    *bufptr = block.take();
    return *bufptr ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY;
}

DWORD netapi32::NetUserGetLocalGroups(LPCWSTR servername, LPCWSTR username, DWORD level, DWORD, LPBYTE* bufptr, DWORD,
                                      LPDWORD entriesread, LPDWORD totalentries) {
    if (!bufptr || !entriesread || !totalentries) return ERROR_INVALID_PARAMETER;
    if (level != 0) return kInvalidLevel;
    if (!is_this_machine(servername)) return kNoSuchServer;
    auto user = find_user(username);
    if (!user) return kUserNotFound;
    Block block;
    auto groups = local_groups_of(utf8_from_utf16(user->name));
    for (const std::u16string& group : groups) block.text(group);
    *bufptr = block.take();
    *entriesread = *totalentries = static_cast<DWORD>(groups.size());
    return *bufptr ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY;
}
