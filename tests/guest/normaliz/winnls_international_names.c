// Domain names to Punycode and back. "IdnToAscii function (winnls.h)"; the examples are of RFC 3492 and RFC 3490.
// flags: -lnormaliz
#include "check.h"

static void both(const WCHAR* name, const WCHAR* ascii) {
    WCHAR out[300];
    CHECK_EQ(IdnToAscii(0, name, -1, out, 300), wcslen(ascii) + 1);
    CHECK_EQ(wcscmp(out, ascii), 0);
    CHECK_EQ(IdnToUnicode(0, ascii, -1, out, 300), wcslen(name) + 1);
    CHECK_EQ(wcscmp(out, name), 0);
}

int main(void) {
    WCHAR out[8];
    both(L"example.com", L"example.com");
    both(L"b\u00FCcher.example", L"xn--bcher-kva.example");
    both(L"\u4ED6\u4EEC\u4E3A\u4EC0\u4E48\u4E0D\u8BF4\u4E2D\u6587", L"xn--ihqwcrb4cv8a8dqg056pqjye");
    both(L"www.m\u00FCnchen.de.", L"www.xn--mnchen-3ya.de.");
    CHECK_EQ(IdnToAscii(0, L"B\u00DCCHER", 6, NULL, 0), 13);
    CHECK_LASTERROR(IdnToAscii(0, L"b\u00FCcher", -1, out, 8), ERROR_INSUFFICIENT_BUFFER);
    CHECK_LASTERROR(IdnToAscii(0, L"a..b", -1, out, 8), ERROR_INVALID_NAME);
    CHECK_LASTERROR(IdnToUnicode(0, L"xn--\u00FC", -1, out, 8), ERROR_INVALID_NAME);
    CHECK_EQ(FindStringOrdinal(FIND_FROMSTART, L"one two one", -1, L"ONE", -1, TRUE), 0);
    CHECK_EQ(FindStringOrdinal(FIND_FROMEND, L"one two one", -1, L"one", -1, FALSE), 8);
    CHECK_EQ(FindStringOrdinal(FIND_STARTSWITH, L"one two", -1, L"two", -1, FALSE), -1);
    CHECK_EQ(FindStringOrdinal(FIND_ENDSWITH, L"one two", -1, L"two", -1, FALSE), 4);
    return check_result();
}
