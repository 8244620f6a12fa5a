// sspi.h, secext.h: that no security package is there, said the documented way. Doc: "InitSecurityInterfaceW function (sspi.h)".
#include <cstring>
#include <string>

#include "abi/status.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"
#include "dll/kernel32/kernel32.h"
#include "dll/secur32/secur32.h"

using namespace lsw;

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
    *pcPackages = 0;
    *ppPackageInfo = nullptr;
    return 0;
}

LONG secur32::EnumerateSecurityPackagesA(ULONG* pcPackages, void** ppPackageInfo) {
    return EnumerateSecurityPackagesW(pcPackages, ppPackageInfo);
}

LONG secur32::FreeContextBuffer(PVOID) { return 0; }
NTSTATUS secur32::LsaFreeReturnBuffer(PVOID) { return STATUS_SUCCESS; }

BOOLEAN secur32::GetUserNameExW(int NameFormat, LPWSTR lpNameBuffer, PULONG nSize) {
    constexpr int kSamCompatible = 2;
    constexpr DWORD kNoneMapped = 1332;
    if (NameFormat != kSamCompatible) return set_last_error(kNoneMapped), FALSE;
    WCHAR computer[64], user[260];
    DWORD computer_size = 64, user_size = 260;
    if (!kernel32::GetComputerNameW(computer, &computer_size) || !advapi32::GetUserNameW(user, &user_size)) return FALSE;
    std::u16string name = std::u16string(computer) + u'\\' + user;
    ULONG room = *nSize;
    *nSize = static_cast<ULONG>(name.size() + (room > name.size() ? 0 : 1));
    if (room <= name.size()) return set_last_error(ERROR_MORE_DATA), FALSE;
    memcpy(lpNameBuffer, name.c_str(), (name.size() + 1) * 2);
    return TRUE;
}
