// ProcessPrng: never fails, as documented ("ProcessPrng function").
#include "base/random.h"
#include "dll/bcryptprimitives/bcryptprimitives.h"

BOOL bcryptprimitives::ProcessPrng(PBYTE pbData, SIZE_T cbData) {
    lsw::fill_random(pbData, cbData);
    return TRUE;
}
