// MultiByteToWideChar and WideCharToMultiByte: sizes, flags, error codes, and what is invalid.
// Expectations: "MultiByteToWideChar function (stringapiset.h)", "WideCharToMultiByte function".
#include "check.h"

int main(void) {
    WCHAR wide[64];
    char bytes[64];
    BOOL used;

    CHECK_EQ(GetACP(), 65001);
    CHECK_EQ(GetOEMCP(), 65001);
    CHECK_EQ(MultiByteToWideChar(CP_UTF8, 0, "gr\xC3\xBC\xC3\x9F\x65", -1, NULL, 0), 6);
    CHECK_EQ(MultiByteToWideChar(CP_UTF8, 0, "gr\xC3\xBC\xC3\x9F\x65", -1, wide, 64), 6);
    CHECK_WSTR(wide, L"gr\u00FC\u00DFe");
    CHECK_EQ(MultiByteToWideChar(CP_UTF8, 0, "\xF0\x9F\x98\x80", 4, wide, 64), 2);
    CHECK_EQ(wide[0], 0xD83D);
    CHECK_EQ(wide[1], 0xDE00);
    // Ill-formed input: one U+FFFD for each maximal subpart; an error with MB_ERR_INVALID_CHARS.
    CHECK_EQ(MultiByteToWideChar(CP_UTF8, 0, "a\xE2\x82z\xFF", 5, wide, 64), 4);
    CHECK_EQ(wide[1], 0xFFFD);
    CHECK_EQ(wide[2], 'z');
    CHECK_EQ(wide[3], 0xFFFD);
    CHECK_LASTERROR(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, "\xFF", 1, wide, 64),
                    ERROR_NO_UNICODE_TRANSLATION);
    CHECK_LASTERROR(MultiByteToWideChar(CP_UTF8, 0, "abc", 3, wide, 2), ERROR_INSUFFICIENT_BUFFER);
    CHECK_LASTERROR(MultiByteToWideChar(CP_UTF8, 0, "abc", 0, wide, 2), ERROR_INVALID_PARAMETER);
    CHECK_LASTERROR(MultiByteToWideChar(CP_UTF8, 0, NULL, 3, wide, 2), ERROR_INVALID_PARAMETER);
    CHECK_LASTERROR(MultiByteToWideChar(CP_UTF8, MB_PRECOMPOSED, "abc", 3, wide, 64), ERROR_INVALID_FLAGS);
    CHECK_LASTERROR(MultiByteToWideChar(12345, 0, "abc", 3, wide, 64), ERROR_INVALID_PARAMETER);
    CHECK_EQ(MultiByteToWideChar(1252, 0, "\x80\xE9", 2, wide, 64), 2);
    CHECK_EQ(wide[0], 0x20AC);
    CHECK_EQ(wide[1], 0xE9);
    CHECK_EQ(MultiByteToWideChar(437, 0, "\x81\xDB", 2, wide, 64), 2);
    CHECK_EQ(wide[0], 0xFC);
    CHECK_EQ(wide[1], 0x2588);

    CHECK_EQ(WideCharToMultiByte(CP_UTF8, 0, L"\u20AC", -1, bytes, 64, NULL, NULL), 4);
    CHECK_STR(bytes, "\xE2\x82\xAC");
    used = 7;  // what GetConsoleOutputCP names is asked for its default character by programs that expect any other page
    CHECK_EQ(WideCharToMultiByte(GetConsoleOutputCP(), 0, L"a", 1, bytes, 64, "?", &used), 1);
    CHECK_EQ(used, FALSE);
    CHECK_LASTERROR(WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, L"\xD800", 1, bytes, 64, NULL, NULL),
                    ERROR_NO_UNICODE_TRANSLATION);
    CHECK_EQ(WideCharToMultiByte(CP_UTF8, 0, L"\xD800", 1, bytes, 64, NULL, NULL), 3);
    CHECK_EQ(WideCharToMultiByte(1252, 0, L"\u20AC\u4E00", 2, bytes, 64, "#", &used), 2);
    CHECK_EQ((unsigned char)bytes[0], 0x80);
    CHECK_EQ(bytes[1], '#');
    CHECK(used);

    CPINFO info;
    CHECK(GetCPInfo(CP_UTF8, &info));
    CHECK_EQ(info.MaxCharSize, 4);
    CHECK(IsValidCodePage(1252));
    CHECK(!IsValidCodePage(4711));
    return check_result();
}
