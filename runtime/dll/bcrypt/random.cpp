// bcrypt.h: random numbers. Doc: "BCryptGenRandom function (bcrypt.h)".
#include "base/random.h"
#include "abi/status.h"
#include "base/text.h"
#include "dll/bcrypt/bcrypt.h"

namespace {

constexpr ULONG kUseSystemPreferredRng = 2;
char g_rng;  // its address is the handle of the one provider there is

}  // namespace

NTSTATUS bcrypt::BCryptGenRandom(BCRYPT_HANDLE hAlgorithm, PUCHAR pbBuffer, ULONG cbBuffer, ULONG dwFlags) {
    constexpr auto kRngPseudoHandle = 0x81;  // BCRYPT_RNG_ALG_HANDLE
    bool known = hAlgorithm == &g_rng || reinterpret_cast<uintptr_t>(hAlgorithm) == kRngPseudoHandle;
    if (!hAlgorithm && !(dwFlags & kUseSystemPreferredRng)) return STATUS_INVALID_HANDLE;
    if (hAlgorithm && !known) return STATUS_INVALID_HANDLE;
    if (!pbBuffer && cbBuffer) return STATUS_INVALID_PARAMETER;
    lsw::fill_random(pbBuffer, cbBuffer);
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptOpenAlgorithmProvider(BCRYPT_HANDLE* phAlgorithm, LPCWSTR pszAlgId, LPCWSTR, ULONG) {
    if (!phAlgorithm || !pszAlgId) return STATUS_INVALID_PARAMETER;
    *phAlgorithm = nullptr;
    if (std::u16string_view(pszAlgId) != u"RNG") return STATUS_NOT_FOUND;
    *phAlgorithm = &g_rng;
    return STATUS_SUCCESS;
}

NTSTATUS bcrypt::BCryptCloseAlgorithmProvider(BCRYPT_HANDLE hAlgorithm, ULONG) {
    return hAlgorithm == &g_rng ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}
