#include "dll/bcrypt/paddings.h"

#include "core/crypto/digest.h"

using namespace lsw;
using namespace lsw::crypto;

namespace paddings {
namespace {

constexpr ULONG kNone = 1, kPkcs1 = 2, kOaep = 4, kPss = 8, kPaddings = 0xF;

struct PaddingInfo {  // BCRYPT_PKCS1_, PSS_ and OAEP_PADDING_INFO begin alike
    LPCWSTR pszAlgId;
};
struct PssInfo : PaddingInfo {
    ULONG cbSalt;
};
struct OaepInfo : PaddingInfo {
    PUCHAR pbLabel;
    ULONG cbLabel;
};

Result<void> set_digest(PaddingChoice& choice, LPCWSTR name) {
    if (!name) return {};
    const DigestKind* kind = digest_by_name(name);
    if (!kind) return Status(STATUS_NOT_SUPPORTED);
    choice.digest = kind->host_name;
    return {};
}

}  // namespace

Result<PaddingChoice> for_encryption(ULONG flags, const void* info) {
    PaddingChoice choice;
    switch (flags & kPaddings) {
        case kNone: return choice;
        case kPkcs1: choice.kind = Padding::kPkcs1; return choice;
        case kOaep: {
            auto* oaep = static_cast<const OaepInfo*>(info);
            if (!oaep || !oaep->pszAlgId) return Status(STATUS_INVALID_PARAMETER);
            choice.kind = Padding::kOaep;
            if (oaep->pbLabel) choice.label.assign(oaep->pbLabel, oaep->pbLabel + oaep->cbLabel);
            LSW_CHECK(set_digest(choice, oaep->pszAlgId));
            return choice;
        }
        default: return Status(STATUS_INVALID_PARAMETER);
    }
}

Result<PaddingChoice> for_signature(ULONG flags, const void* info) {
    PaddingChoice choice;
    auto* common = static_cast<const PaddingInfo*>(info);
    if (!common) return Status(STATUS_INVALID_PARAMETER);
    if ((flags & kPaddings) == kPkcs1) {
        choice.kind = Padding::kPkcs1;
    } else if ((flags & kPaddings) == kPss) {
        choice.kind = Padding::kPss;
        choice.salt_bytes = static_cast<int>(static_cast<const PssInfo*>(info)->cbSalt);
        if (!common->pszAlgId) return Status(STATUS_INVALID_PARAMETER);
    } else {
        return Status(STATUS_INVALID_PARAMETER);
    }
    LSW_CHECK(set_digest(choice, common->pszAlgId));
    return choice;
}

}  // namespace paddings
