// Data under a secret of the user's, memory under one of the process's. Doc: "CryptProtectData function (dpapi.h)",
// "CryptProtectMemory function (dpapi.h)".
// flags: -lcrypt32
#include <windows.h>
#include <wincrypt.h>
#include <dpapi.h>
#include "check.h"

int main(void) {
    DATA_BLOB plain = {6, (BYTE*)"secret"}, entropy = {4, (BYTE*)"salt"}, sealed, again, back;
    LPWSTR description = NULL;
    CHECK(CryptProtectData(&plain, L"what it is", &entropy, NULL, NULL, 0, &sealed));
    CHECK(sealed.cbData > 6 && *(DWORD*)sealed.pbData == 1);
    CHECK(CryptProtectData(&plain, L"what it is", &entropy, NULL, NULL, 0, &again));
    CHECK(sealed.cbData == again.cbData && memcmp(sealed.pbData, again.pbData, sealed.cbData) != 0);
    CHECK(CryptUnprotectData(&sealed, &description, &entropy, NULL, NULL, 0, &back));
    CHECK(back.cbData == 6 && !memcmp(back.pbData, "secret", 6));
    CHECK_WSTR(description, L"what it is");
    LocalFree(back.pbData);
    LocalFree(description);
    CHECK_LASTERROR(CryptUnprotectData(&sealed, NULL, NULL, NULL, NULL, 0, &back), ERROR_INVALID_DATA);
    sealed.pbData[sealed.cbData - 1] ^= 1;
    CHECK_LASTERROR(CryptUnprotectData(&sealed, NULL, &entropy, NULL, NULL, 0, &back), ERROR_INVALID_DATA);
    CHECK_LASTERROR(CryptUnprotectData(&plain, NULL, NULL, NULL, NULL, 0, &back), ERROR_INVALID_DATA);
    CHECK_LASTERROR(CryptProtectData(NULL, NULL, NULL, NULL, NULL, 0, &back), ERROR_INVALID_PARAMETER);
    LocalFree(sealed.pbData);
    LocalFree(again.pbData);

    char memory[32] = "sixteen bytes and sixteen more.";
    CHECK(CryptProtectMemory(memory, 32, CRYPTPROTECTMEMORY_SAME_PROCESS));
    CHECK(memcmp(memory, "sixteen bytes", 13) != 0);
    CHECK(CryptUnprotectMemory(memory, 32, CRYPTPROTECTMEMORY_SAME_PROCESS));
    CHECK_STR(memory, "sixteen bytes and sixteen more.");
    CHECK(!CryptProtectMemory(memory, 31, CRYPTPROTECTMEMORY_SAME_PROCESS));
    return check_result();
}
