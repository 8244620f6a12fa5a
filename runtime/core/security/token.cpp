#include "core/security/token.h"

#include <unistd.h>

#include <atomic>
#include <cstring>

#include "core/process/startup_block.h"
#include "core/runtime.h"
#include "core/security/privileges.h"

namespace lsw {
namespace {

thread_local Ref<Token> impersonated;
thread_local Ref<Token> of_next_child;

std::string packed(const std::vector<std::vector<BYTE>>& sids) {
    std::string out;
    for (const auto& sid : sids) out.append(sid.begin(), sid.end());
    return out;
}

std::vector<std::vector<BYTE>> unpacked(const std::string& bytes) {
    constexpr size_t kHead = 8;
    std::vector<std::vector<BYTE>> sids;
    for (size_t at = 0; at + kHead <= bytes.size();) {
        size_t size = kHead + 4 * size_t{static_cast<BYTE>(bytes[at + 1])};
        if (at + size > bytes.size()) break;
        sids.emplace_back(bytes.begin() + static_cast<ptrdiff_t>(at), bytes.begin() + static_cast<ptrdiff_t>(at + size));
        at += size;
    }
    return sids;
}

TokenState state_of_process() {
    TokenState state;
    state.held = held_privileges();
    state.enabled = default_privileges();
    state.integrity = is_administrator() ? 0x3000 : 0x2000;
    // A child has what its parent's token had left.
    if (const StartupBlock* startup = runtime().options.startup; startup && startup->integrity) {
        state.integrity = startup->integrity;
        state.held = startup->privileges;
        state.enabled = startup->enabled_privileges;
        state.deny_only = unpacked(startup->denied_sids);
        state.restricting = unpacked(startup->restricting_sids);
    }
    return state;
}

}  // namespace

std::vector<BYTE> make_sid(BYTE authority, std::initializer_list<DWORD> parts) {
    std::vector<BYTE> bytes(8 + 4 * parts.size());
    bytes[0] = 1;
    bytes[1] = static_cast<BYTE>(parts.size());
    bytes[7] = authority;
    memcpy(bytes.data() + 8, parts.begin(), 4 * parts.size());
    return bytes;
}

// The middle three name the machine; the same everywhere, so that files shared between machines agree.
std::vector<BYTE> machine_sid() { return make_sid(5, {21, 0x4C535700, 0x4C535701, 0x4C535702}); }

std::vector<BYTE> user_sid(unsigned uid) {
    return make_sid(5, {21, 0x4C535700, 0x4C535701, 0x4C535702, 1000 + uid});
}

bool is_administrator() { return geteuid() == 0; }

Token::Token(TokenState state) : Object(kType), state_(std::move(state)) { state_.id = state_.modified = next_luid(); }

TokenState Token::state() const {
    std::lock_guard held(lock_);
    return state_;
}

LUID Token::next_luid() {
    static std::atomic<DWORD> last{0x10000};
    return {++last, static_cast<LONG>(getpid())};
}

Ref<Token> process_token() {
    static const Ref<Token> token = make_object<Token>(state_of_process());
    return token;
}

Ref<Token> thread_token() { return impersonated; }
void set_thread_token(Ref<Token> token) { impersonated = std::move(token); }

void set_child_token(Ref<Token> token) { of_next_child = std::move(token); }

void describe_token(const TokenState& token, StartupBlock& block) {
    block.integrity = token.integrity;
    block.privileges = token.held;
    block.enabled_privileges = token.enabled;
    block.denied_sids = packed(token.deny_only);
    block.restricting_sids = packed(token.restricting);
}

Ref<Token> take_child_token() {
    Ref<Token> token = std::move(of_next_child);
    of_next_child = nullptr;
    return token ? token : process_token();
}

Result<Ref<Token>> duplicate_token(const Token& token, bool primary, TokenLevel level) {
    TokenState state = token.state();
    // An impersonation token gives no more than it has; only one that may impersonate becomes a primary token.
    if (!state.primary && (primary ? state.level < TokenLevel::kImpersonation : level > state.level))
        return Status(STATUS_BAD_IMPERSONATION_LEVEL);
    state.primary = primary;
    state.level = primary ? TokenLevel::kAnonymous : level;
    return make_object<Token>(std::move(state));
}

Result<Ref<Token>> token_of_handle(HANDLE handle, ACCESS_MASK access) {
    // GetCurrentProcessToken(), GetCurrentThreadToken(), GetCurrentThreadEffectiveToken()
    switch (reinterpret_cast<intptr_t>(handle)) {
        case -4: return process_token();
        case -5: return impersonated ? Result<Ref<Token>>(impersonated) : Status(STATUS_NO_TOKEN);
        case -6: return impersonated ? impersonated : process_token();
    }
    return runtime().handles.get<Token>(handle, access);
}

}  // namespace lsw
