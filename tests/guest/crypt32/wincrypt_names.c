// Names from text and back. Doc: "CertStrToNameW function (wincrypt.h)", "CertNameToStrW function"; encodings by X.690.
// flags: -lcrypt32
#include <windows.h>
#include <wincrypt.h>
#include "check.h"

static BYTE encoded[300];
static wchar_t text[300];

static const wchar_t* round_trip(const wchar_t* name, DWORD flags) {
    DWORD size = sizeof encoded;
    text[0] = 0;
    CHECK(CertStrToNameW(X509_ASN_ENCODING, name, CERT_X500_NAME_STR | flags, NULL, encoded, &size, NULL));
    CERT_NAME_BLOB blob = {size, encoded};
    CHECK(CertNameToStrW(X509_ASN_ENCODING, &blob, CERT_X500_NAME_STR, text, 300) > 1);
    return text;
}

int main(void) {
    static const BYTE want[] = {0x30, 0x0F, 0x31, 0x0D, 0x30, 0x0B, 6, 3, 0x55, 4, 3, 0x13, 4, 'T', 'e', 's', 't'};
    DWORD size = 0;
    const wchar_t* wrong = NULL;
    CHECK(CertStrToNameW(X509_ASN_ENCODING, L"CN=Test", CERT_X500_NAME_STR, NULL, NULL, &size, NULL));
    CHECK_EQ(size, sizeof want);
    --size;
    CHECK_LASTERROR(CertStrToNameW(X509_ASN_ENCODING, L"CN=Test", CERT_X500_NAME_STR, NULL, encoded, &size, NULL), ERROR_MORE_DATA);
    CHECK(CertStrToNameA(X509_ASN_ENCODING, "cn = Test", CERT_X500_NAME_STR, NULL, encoded, &size, NULL));
    CHECK(size == sizeof want && !memcmp(encoded, want, size));
    CHECK_WSTR(round_trip(L"CN=Someone, O=\"Us, and \"\"you\"\"\", C=DE", 0), L"CN=Someone, O=\"Us, and \"\"you\"\"\", C=DE");
    CHECK_WSTR(round_trip(L"CN=Someone; O=Us", CERT_NAME_STR_REVERSE_FLAG), L"O=Us, CN=Someone");
    CHECK_WSTR(round_trip(L"OID.2.5.4.3=M\u00fcller", 0), L"CN=M\u00fcller");
    CHECK_EQ(encoded[11], 0x1E);  // BMPString
    CHECK_WSTR(round_trip(L"CN=M\u00fcller", CERT_NAME_STR_ENABLE_UTF8_UNICODE_FLAG), L"CN=M\u00fcller");
    CHECK_EQ(encoded[11], 0x0C);  // UTF8String
    CHECK_WSTR(round_trip(L"E=a@b.test", 0), L"E=a@b.test");
    CHECK_EQ(encoded[17], 0x16);  // IA5String
    size = sizeof encoded;
    CHECK_LASTERROR(CertStrToNameW(X509_ASN_ENCODING, L"CN=x, NoKey=y", CERT_X500_NAME_STR, NULL, encoded, &size, &wrong),
                    (DWORD)CRYPT_E_INVALID_X500_STRING);
    CHECK(wrong && wcsstr(wrong, L"NoKey") != NULL);
    size = sizeof encoded;
    CHECK(CertStrToNameW(X509_ASN_ENCODING, L"", CERT_X500_NAME_STR, NULL, encoded, &size, NULL));
    CHECK(size == 2 && encoded[0] == 0x30 && encoded[1] == 0);
    return check_result();
}
