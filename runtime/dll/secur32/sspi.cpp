// sspi.h: the table of functions and the list of packages. Doc: "InitSecurityInterfaceW function (sspi.h)".
#include <cstring>
#include <string>

#include "abi/status.h"
#include "base/text_as.h"
#include "dll/secur32/schannel.h"

using namespace lsw;
using namespace schannel;

namespace {

// SecurityFunctionTable, version 1: entries in the header's order; what is not here is NULL, as for an older provider.
struct SecurityFunctionTable {
    ULONG dwVersion;
    const void *EnumerateSecurityPackages, *QueryCredentialsAttributes, *AcquireCredentialsHandle, *FreeCredentialsHandle,
        *Reserved2, *InitializeSecurityContext, *AcceptSecurityContext, *CompleteAuthToken, *DeleteSecurityContext,
        *ApplyControlToken, *QueryContextAttributes, *ImpersonateSecurityContext, *RevertSecurityContext, *MakeSignature,
        *VerifySignature, *FreeContextBuffer, *QuerySecurityPackageInfo, *Reserved3, *Reserved4, *ExportSecurityContext,
        *ImportSecurityContext, *AddCredentials, *Reserved8, *QuerySecurityContextToken, *EncryptMessage, *DecryptMessage;
};

template <class Function>
const void* address(Function* function) {
    return reinterpret_cast<const void*>(function);
}

SecurityFunctionTable make_table(bool wide) {
    using namespace secur32;
    SecurityFunctionTable table{};
    table.dwVersion = 1;
    table.EnumerateSecurityPackages = wide ? address(&EnumerateSecurityPackagesW) : address(&EnumerateSecurityPackagesA);
    table.AcquireCredentialsHandle = wide ? address(&AcquireCredentialsHandleW) : address(&AcquireCredentialsHandleA);
    table.FreeCredentialsHandle = address(&FreeCredentialsHandle);
    table.InitializeSecurityContext = wide ? address(&InitializeSecurityContextW) : address(&InitializeSecurityContextA);
    table.AcceptSecurityContext = address(&AcceptSecurityContext);
    table.CompleteAuthToken = address(&CompleteAuthToken);
    table.DeleteSecurityContext = address(&DeleteSecurityContext);
    table.ApplyControlToken = address(&ApplyControlToken);
    table.QueryContextAttributes = wide ? address(&QueryContextAttributesW) : address(&QueryContextAttributesA);
    table.FreeContextBuffer = address(&FreeContextBuffer);
    table.QuerySecurityPackageInfo = wide ? address(&QuerySecurityPackageInfoW) : address(&QuerySecurityPackageInfoA);
    table.EncryptMessage = address(&EncryptMessage);
    table.DecryptMessage = address(&DecryptMessage);
    return table;
}

template <class Char>
struct PackageInfo {
    ULONG fCapabilities;
    USHORT wVersion, wRPCID;
    ULONG cbMaxToken;
    Char *Name, *Comment;
};

// The package's description in one block, for FreeContextBuffer.
template <class Char>
LONG give_package(ULONG* count, void** out) {
    constexpr ULONG kCapabilities = 0x107B3;  // as a stream, with integrity and privacy, for clients and servers
    constexpr USHORT kRpcId = 14;
    if (count) *count = 1;
    auto name = text_as<Char>(std::u16string(kPackage)), comment = text_as<Char>(u"Schannel Security Package");
    using Info = PackageInfo<Char>;
    auto* info = static_cast<Info*>(allocate(sizeof(Info) + (name.size() + comment.size() + 2) * sizeof(Char)));
    *out = info;
    if (!info) return error(0x80090300);
    auto* text = reinterpret_cast<Char*>(info + 1);
    *info = {kCapabilities, 1, kRpcId, kMostToken, text, text + name.size() + 1};
    memcpy(info->Name, name.c_str(), (name.size() + 1) * sizeof(Char));
    memcpy(info->Comment, comment.c_str(), (comment.size() + 1) * sizeof(Char));
    return kOk;
}

}  // namespace

void* secur32::InitSecurityInterfaceW() {
    static SecurityFunctionTable table = make_table(true);
    return &table;
}

void* secur32::InitSecurityInterfaceA() {
    static SecurityFunctionTable table = make_table(false);
    return &table;
}

LONG secur32::EnumerateSecurityPackagesW(ULONG* pcPackages, void** ppPackageInfo) {
    return give_package<WCHAR>(pcPackages, ppPackageInfo);
}

LONG secur32::EnumerateSecurityPackagesA(ULONG* pcPackages, void** ppPackageInfo) {
    return give_package<CHAR>(pcPackages, ppPackageInfo);
}

LONG secur32::QuerySecurityPackageInfoW(LPWSTR pszPackageName, void** ppPackageInfo) {
    return is_package(pszPackageName ? pszPackageName : u"") ? give_package<WCHAR>(nullptr, ppPackageInfo) : kNoPackage;
}

LONG secur32::QuerySecurityPackageInfoA(LPSTR pszPackageName, void** ppPackageInfo) {
    std::u16string name = utf16_from_utf8(pszPackageName ? pszPackageName : "");
    return is_package(name) ? give_package<CHAR>(nullptr, ppPackageInfo) : kNoPackage;
}

NTSTATUS secur32::LsaFreeReturnBuffer(PVOID) { return STATUS_SUCCESS; }
