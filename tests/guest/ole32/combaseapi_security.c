// A process sets its security for COM once. "CoInitializeSecurity function (combaseapi.h)".
// flags: -lole32
#include "check.h"

#include <objbase.h>

int main(void) {
    CHECK_EQ(CoInitializeEx(NULL, COINIT_MULTITHREADED), S_OK);
    CHECK_EQ(CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_DEFAULT, RPC_C_IMP_LEVEL_IMPERSONATE, NULL,
                                  EOAC_NONE, NULL), S_OK);
    CHECK_EQ(CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_DEFAULT, RPC_C_IMP_LEVEL_IMPERSONATE, NULL,
                                  EOAC_NONE, NULL), RPC_E_TOO_LATE);
    CHECK_EQ(CoSetProxyBlanket(NULL, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, NULL, RPC_C_AUTHN_LEVEL_CALL,
                               RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_NONE), E_INVALIDARG);
    CoUninitialize();
    return check_result();
}
