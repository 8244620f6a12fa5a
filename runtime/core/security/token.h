// Token: who acts. The Linux user becomes a local account's SID, S-1-5-21-…-(1000 + uid); root is an administrator
// (elevated, high integrity), everybody else a plain user. What programs change about a token (enabled privileges,
// restrictions) is kept and shown; what is allowed is decided by Linux all the same.
#pragma once

#include <mutex>
#include <vector>

#include "abi/security.h"
#include "base/result.h"
#include "object/object.h"

#define STATUS_ROW(name, value, win32, ...) inline constexpr NTSTATUS name = static_cast<NTSTATUS>(value);
#include "abi/token_status.inc"
#undef STATUS_ROW

namespace lsw {

enum class TokenLevel : DWORD { kAnonymous, kIdentification, kImpersonation, kDelegation };

// What may differ between tokens of one user.
struct TokenState {
    bool primary = true;
    TokenLevel level = TokenLevel::kAnonymous;  // of an impersonation token
    uint64_t held = 0, enabled = 0;             // privileges, by the bit of their LUID
    bool anonymous = false, sandbox_inert = false;
    DWORD integrity = 0x2000;
    DWORD session = 1;
    std::vector<std::vector<BYTE>> deny_only, restricting;
    LUID id{}, modified{};
};

class Token : public Object {
public:
    static constexpr ObjectType kType = ObjectType::Token;
    explicit Token(TokenState state);

    TokenState state() const;
    // Calls `edit(TokenState&)` under the token's lock and gives the token a new ModifiedId.
    template <class Edit>
    void change(Edit edit) {
        std::lock_guard held(lock_);
        edit(state_);
        state_.modified = next_luid();
    }
    static LUID next_luid();

private:
    mutable std::mutex lock_;
    TokenState state_;
};

Ref<Token> process_token();
// The token that this thread impersonates with; null for none.
Ref<Token> thread_token();
void set_thread_token(Ref<Token> token);
// The token of the next process that this thread starts; without one it is this process's own.
void set_child_token(Ref<Token> token);
Ref<Token> take_child_token();
// What a child is told of its token.
void describe_token(const TokenState& token, struct StartupBlock& block);
// A token's copy. Errors: STATUS_BAD_IMPERSONATION_LEVEL.
Result<Ref<Token>> duplicate_token(const Token& token, bool primary, TokenLevel level);

// The own token, the effective one, or the one behind a handle. Errors: as HandleTable::get; STATUS_NO_TOKEN.
Result<Ref<Token>> token_of_handle(HANDLE handle, ACCESS_MASK access);

// A TOKEN_INFORMATION_CLASS as bytes; pointers in them are as the caller's buffer at `at` wants them.
// Errors: STATUS_INVALID_INFO_CLASS, STATUS_NO_SUCH_LOGON_SESSION for the linked token of an unsplit one.
Result<std::vector<BYTE>> token_information(const TokenState& token, DWORD information_class, void* at);

struct TokenGroup {
    std::vector<BYTE> sid;
    DWORD attributes;
};
std::vector<TokenGroup> token_groups(const TokenState& token);

// SID bytes, ready to copy out.
std::vector<BYTE> make_sid(BYTE authority, std::initializer_list<DWORD> parts);
std::vector<BYTE> user_sid(unsigned uid);
std::vector<BYTE> machine_sid();  // of which the accounts' SIDs begin
bool is_administrator();

inline size_t sid_length(const SID* sid) { return 8 + size_t{4} * sid->SubAuthorityCount; }
inline bool same_sid(const SID* a, const std::vector<BYTE>& b) {
    return b.size() == sid_length(a) && __builtin_memcmp(a, b.data(), b.size()) == 0;
}

}  // namespace lsw
