// Counted strings, their conversions, and bitmaps. "RtlInitUnicodeString function (winternl.h)",
// "RtlUnicodeStringToAnsiString function (winternl.h)", "RtlAppendUnicodeToString function (wdm.h)",
// "RtlUnicodeStringToInteger function (wdm.h)", "RtlInitializeBitMap function (wdm.h)".
#include "check.h"

#include <winternl.h>

typedef struct {
    ULONG size;
    ULONG* bits;
} Bitmap;
typedef UNICODE_STRING* U;
typedef ANSI_STRING* A;

static HMODULE ntdll;
#define NT(result, name, parameters) ((result(NTAPI*) parameters)(void*)GetProcAddress(ntdll, #name))

static UNICODE_STRING text_of(const wchar_t* text) {
    UNICODE_STRING counted;
    NT(void, RtlInitUnicodeString, (U, const wchar_t*))(&counted, text);
    return counted;
}

static void strings(void) {
    UNICODE_STRING a = text_of(L"abc"), b = text_of(L"ABD"), none = text_of(NULL);
    CHECK(a.Length == 6 && a.MaximumLength == 8 && !none.Length && !none.MaximumLength && !none.Buffer);
    CHECK_EQ(NT(NTSTATUS, RtlInitUnicodeStringEx, (U, const wchar_t*))(&b, L"ABD"), 0);
    CHECK_EQ(b.Length, 6);
    ANSI_STRING narrow;
    NT(void, RtlInitAnsiString, (A, const char*))(&narrow, "xy");
    CHECK(narrow.Length == 2 && narrow.MaximumLength == 3);
    NT(void, RtlInitString, (A, const char*))(&narrow, "xyz");
    CHECK_EQ(NT(NTSTATUS, RtlInitAnsiStringEx, (A, const char*))(&narrow, "xyz"), 0);
    CHECK_EQ(narrow.Length, 3);

    CHECK(NT(LONG, RtlCompareUnicodeString, (U, U, BOOLEAN))(&a, &b, FALSE) > 0);
    CHECK(NT(LONG, RtlCompareUnicodeString, (U, U, BOOLEAN))(&a, &b, TRUE) < 0);
    b = text_of(L"ABC");
    CHECK(!NT(BOOLEAN, RtlEqualUnicodeString, (U, U, BOOLEAN))(&a, &b, FALSE));
    CHECK(NT(BOOLEAN, RtlEqualUnicodeString, (U, U, BOOLEAN))(&a, &b, TRUE));
    b = text_of(L"aB");
    CHECK(NT(BOOLEAN, RtlPrefixUnicodeString, (U, U, BOOLEAN))(&b, &a, TRUE));
    CHECK(!NT(BOOLEAN, RtlPrefixUnicodeString, (U, U, BOOLEAN))(&a, &b, TRUE));
    CHECK_EQ(NT(WCHAR, RtlUpcaseUnicodeChar, (WCHAR))(0xE9), 0xC9);
    CHECK_EQ(NT(WCHAR, RtlDowncaseUnicodeChar, (WCHAR))('Q'), 'q');

    wchar_t room[5] = L"####";
    UNICODE_STRING target = {0, sizeof room - 2, room};
    NT(void, RtlCopyUnicodeString, (U, U))(&target, &b);
    CHECK(target.Length == 4 && !wcscmp(room, L"aB"));
    CHECK_EQ(NT(NTSTATUS, RtlAppendUnicodeToString, (U, const wchar_t*))(&target, L"cde"), (NTSTATUS)0xC0000023);
    CHECK_EQ(NT(NTSTATUS, RtlAppendUnicodeToString, (U, const wchar_t*))(&target, L"c"), 0);
    CHECK_EQ(NT(NTSTATUS, RtlAppendUnicodeStringToString, (U, U))(&target, &b), (NTSTATUS)0xC0000023);
    CHECK(target.Length == 6 && !wcscmp(room, L"aBc"));

    UNICODE_STRING made;
    CHECK(NT(BOOLEAN, RtlCreateUnicodeString, (U, const wchar_t*))(&made, L"new"));
    CHECK_WSTR(made.Buffer, L"new");
    NT(void, RtlFreeUnicodeString, (U))(&made);
    CHECK(made.Buffer == NULL && made.Length == 0);
    CHECK(NT(BOOLEAN, RtlCreateUnicodeStringFromAsciiz, (U, const char*))(&made, "old"));
    CHECK_WSTR(made.Buffer, L"old");
    NT(void, RtlFreeUnicodeString, (U))(&made);
    CHECK_EQ(NT(NTSTATUS, RtlUpcaseUnicodeString, (U, U, BOOLEAN))(&made, &a, TRUE), 0);
    CHECK_WSTR(made.Buffer, L"ABC");
    NT(void, RtlFreeUnicodeString, (U))(&made);
    CHECK_EQ(NT(NTSTATUS, RtlAnsiStringToUnicodeString, (U, A, BOOLEAN))(&made, &narrow, TRUE), 0);
    CHECK_WSTR(made.Buffer, L"xyz");
    NT(void, RtlFreeUnicodeString, (U))(&made);
    ANSI_STRING bytes;
    CHECK_EQ(NT(NTSTATUS, RtlUnicodeStringToAnsiString, (A, U, BOOLEAN))(&bytes, &a, TRUE), 0);
    CHECK_STR(bytes.Buffer, "abc");
    NT(void, RtlFreeAnsiString, (A))(&bytes);
    char two[2];
    bytes = (ANSI_STRING){0, 2, two};
    CHECK_EQ(NT(NTSTATUS, RtlUnicodeStringToAnsiString, (A, U, BOOLEAN))(&bytes, &a, FALSE), (NTSTATUS)0x80000005);
}

static void numbers(void) {
    static const struct {
        const wchar_t* text;
        ULONG base, value;
    } rows[] = {{L"42", 0, 42}, {L" -1", 10, 0xFFFFFFFF}, {L"0x1F", 0, 31}, {L"0b101", 0, 5}, {L"0o17", 0, 15},
                {L"ff", 16, 255}, {L"12z", 10, 12}, {L"", 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        UNICODE_STRING text = text_of(rows[i].text);
        ULONG value = 99;
        CHECK_EQ(NT(NTSTATUS, RtlUnicodeStringToInteger, (U, ULONG, ULONG*))(&text, rows[i].base, &value), 0);
        CHECK_EQ(value, rows[i].value);
    }
    UNICODE_STRING text = text_of(L"1");
    ULONG value;
    CHECK_EQ(NT(NTSTATUS, RtlUnicodeStringToInteger, (U, ULONG, ULONG*))(&text, 7, &value), (NTSTATUS)0xC000000D);
    wchar_t room[12];
    UNICODE_STRING target = {0, sizeof room, room};
    CHECK_EQ(NT(NTSTATUS, RtlIntegerToUnicodeString, (ULONG, ULONG, U))(0xBEEF, 16, &target), 0);
    CHECK_WSTR(room, L"BEEF");
    CHECK_EQ(NT(NTSTATUS, RtlIntegerToUnicodeString, (ULONG, ULONG, U))(0, 0, &target), 0);
    CHECK_WSTR(room, L"0");
    target.MaximumLength = 4;
    CHECK_EQ(NT(NTSTATUS, RtlIntegerToUnicodeString, (ULONG, ULONG, U))(123, 10, &target), (NTSTATUS)0x80000005);
    CHECK_EQ(NT(SIZE_T, RtlCompareMemory, (const void*, const void*, SIZE_T))("abcd", "abxd", 4), 2);
}

static void bitmaps(void) {
    ULONG bits[3] = {0, 0, 0};
    Bitmap map;
    NT(void, RtlInitializeBitMap, (Bitmap*, ULONG*, ULONG))(&map, bits, 70);
    NT(void, RtlSetAllBits, (Bitmap*))(&map);
    CHECK_EQ(NT(ULONG, RtlNumberOfSetBits, (Bitmap*))(&map), 70);
    NT(void, RtlClearAllBits, (Bitmap*))(&map);
    CHECK_EQ(NT(ULONG, RtlNumberOfClearBits, (Bitmap*))(&map), 70);
    NT(void, RtlSetBits, (Bitmap*, ULONG, ULONG))(&map, 30, 5);
    CHECK_EQ(bits[0], 0xC0000000);
    CHECK_EQ(bits[1], 7);
    CHECK(NT(BOOLEAN, RtlAreBitsSet, (Bitmap*, ULONG, ULONG))(&map, 30, 5));
    CHECK(!NT(BOOLEAN, RtlAreBitsSet, (Bitmap*, ULONG, ULONG))(&map, 30, 6));
    CHECK(!NT(BOOLEAN, RtlAreBitsSet, (Bitmap*, ULONG, ULONG))(&map, 30, 0));
    CHECK(NT(BOOLEAN, RtlAreBitsClear, (Bitmap*, ULONG, ULONG))(&map, 35, 35));
    CHECK(!NT(BOOLEAN, RtlAreBitsClear, (Bitmap*, ULONG, ULONG))(&map, 35, 36));  // beyond the end
    NT(void, RtlClearBits, (Bitmap*, ULONG, ULONG))(&map, 31, 2);
    CHECK_EQ(NT(ULONG, RtlNumberOfSetBits, (Bitmap*))(&map), 3);
}

int main(void) {
    ntdll = GetModuleHandleA("ntdll.dll");
    strings();
    numbers();
    bitmaps();
    return check_result();
}
