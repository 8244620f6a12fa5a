// A machine in no domain has no domain controller. "NetGetDCName function (lmaccess.h)".
// flags: -lnetapi32
#include "check.h"
#include <lm.h>

int main(void) {
    LPBYTE name = (LPBYTE)1;
    CHECK_EQ(NetGetDCName(NULL, L"NOBODY", &name), NERR_DCNotFound);
    CHECK(name == NULL);
    return check_result();
}
