// The secure functions for wide text, blocks, numbers and paths: what they store and return when it fits, is cut, or does
// not fit. "strncpy_s, …wcsncpy_s", "strncat_s, …wcsncat_s", "_strset_s, …", "_strnset_s, …", "_strlwr_s, …", "wmemcpy_s",
// "memmove_s, wmemmove_s", "strtok_s, wcstok_s", "strnlen, wcsnlen", "_itoa_s, …", "_splitpath_s", "_makepath_s".
// link: static ucrt
#include "crt_function.h"

#define TRUNCATE ((size_t)-1)

typedef wchar_t W;

static void copies(void) {
    static const struct {
        size_t size;
        const W* from;
        size_t count;
        int result, error, told;
        const W* left;
    } rows[] = {
        {8, L"abc", 3, 0, 0, 0, L"abc"},          {8, L"abc", 2, 0, 0, 0, L"ab"},
        {8, L"abc", 9, 0, 0, 0, L"abc"},          {3, L"abc", 3, ERANGE, ERANGE, 1, L""},
        {3, L"abc", 2, 0, 0, 0, L"ab"},           {3, L"abc", TRUNCATE, STRUNCATE, 0, 0, L"ab"},
        {4, L"abc", TRUNCATE, 0, 0, 0, L"abc"},   {0, L"abc", 3, EINVAL, EINVAL, 1, L"old"},
        {8, NULL, 3, EINVAL, EINVAL, 1, L""},     {8, L"abc", 0, 0, 0, 0, L""},
        {8, NULL, 0, 0, 0, 0, L""},               {1, L"", TRUNCATE, 0, 0, 0, L""},
        {1, L"x", TRUNCATE, STRUNCATE, 0, 0, L""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        W to[8] = L"old";
        CHECK_ERRNO(CRT(int, wcsncpy_s, (W*, size_t, const W*, size_t))(to, rows[i].size, rows[i].from, rows[i].count),
                    rows[i].result, rows[i].error, rows[i].told);
        if (!CHECK_WSTR(to, rows[i].left)) fprintf(stderr, "  row %d\n", (int)i);
    }
    CHECK_ERRNO(CRT(int, wcsncpy_s, (W*, size_t, const W*, size_t))(NULL, 0, L"a", 0), 0, 0, 0);
    CHECK_ERRNO(CRT(int, wcsncpy_s, (W*, size_t, const W*, size_t))(NULL, 0, L"a", 1), EINVAL, EINVAL, 1);
}

static void appends(void) {
    static const struct {
        size_t size;
        const W* from;
        size_t count;
        int result, error, told;
        const W* left;
    } rows[] = {
        {8, L"xyz", 3, 0, 0, 0, L"oldxyz"},        {6, L"xyz", 3, ERANGE, ERANGE, 1, L""},
        {6, L"xyz", 2, 0, 0, 0, L"oldxy"},         {6, L"xyz", TRUNCATE, STRUNCATE, 0, 0, L"oldxy"},
        {7, L"xyz", TRUNCATE, 0, 0, 0, L"oldxyz"}, {3, L"xyz", 1, EINVAL, EINVAL, 1, L""},
        {8, NULL, 1, EINVAL, EINVAL, 1, L""},      {8, NULL, 0, 0, 0, 0, L"old"},
        {8, L"x", 0, 0, 0, 0, L"old"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        W to[8] = L"old";
        CHECK_ERRNO(CRT(int, wcsncat_s, (W*, size_t, const W*, size_t))(to, rows[i].size, rows[i].from, rows[i].count),
                    rows[i].result, rows[i].error, rows[i].told);
        if (!CHECK_WSTR(to, rows[i].left)) fprintf(stderr, "  row %d\n", (int)i);
    }
    W to[8] = L"old";
    CHECK_ERRNO(CRT(int, wcscat_s, (W*, size_t, const W*))(to, 8, L"er"), 0, 0, 0);
    CHECK_WSTR(to, L"older");
    CHECK_ERRNO(CRT(int, wcscat_s, (W*, size_t, const W*))(to, 7, L"er"), ERANGE, ERANGE, 1);
    CHECK_WSTR(to, L"");
}

static void changes(void) {
    char s[8] = "aBc";
    W w[8] = L"aBc";
    CHECK_ERRNO(CRT(int, _strlwr_s, (char*, size_t))(s, 8), 0, 0, 0);
    CHECK_STR(s, "abc");
    CHECK_ERRNO(CRT(int, _strupr_s, (char*, size_t))(s, 4), 0, 0, 0);
    CHECK_STR(s, "ABC");
    CHECK_ERRNO(CRT(int, _strupr_s, (char*, size_t))(NULL, 4), EINVAL, EINVAL, 1);
    CHECK_ERRNO(CRT(int, _strlwr_s, (char*, size_t))(s, 3), EINVAL, EINVAL, 1);
    CHECK_EQ(s[0], 0);
    CHECK_ERRNO(CRT(int, _wcslwr_s, (W*, size_t))(w, 8), 0, 0, 0);
    CHECK_WSTR(w, L"abc");
    CHECK_ERRNO(CRT(int, _wcsupr_s, (W*, size_t))(w, 4), 0, 0, 0);
    CHECK_WSTR(w, L"ABC");
    CHECK_ERRNO(CRT(int, _wcsupr_s, (W*, size_t))(w, 3), EINVAL, EINVAL, 1);
    CHECK_EQ(w[0], 0);

    strcpy(s, "abc");
    CHECK_ERRNO(CRT(int, _strset_s, (char*, size_t, int))(s, 8, 'x'), 0, 0, 0);
    CHECK_STR(s, "xxx");
    CHECK_ERRNO(CRT(int, _strnset_s, (char*, size_t, int, size_t))(s, 8, 'y', 2), 0, 0, 0);
    CHECK_STR(s, "yyx");
    CHECK_ERRNO(CRT(int, _strnset_s, (char*, size_t, int, size_t))(s, 8, 'z', 20), 0, 0, 0);
    CHECK_STR(s, "zzz");
    CHECK_ERRNO(CRT(int, _strset_s, (char*, size_t, int))(s, 3, 'x'), EINVAL, EINVAL, 1);
    CHECK_EQ(s[0], 0);
    wcscpy(w, L"abc");
    CHECK_ERRNO(CRT(int, _wcsset_s, (W*, size_t, W))(w, 8, 'x'), 0, 0, 0);
    CHECK_WSTR(w, L"xxx");
    CHECK_ERRNO(CRT(int, _wcsnset_s, (W*, size_t, W, size_t))(w, 8, 'y', 1), 0, 0, 0);
    CHECK_WSTR(w, L"yxx");
    CHECK_WSTR(CRT(W*, _wcsset, (W*, W))(w, 'q'), L"qqq");
    CHECK_WSTR(CRT(W*, _wcsnset, (W*, W, size_t))(w, 'r', 2), L"rrq");
    CHECK_WSTR(CRT(W*, _wcslwr, (W*))(wcscpy(w, L"AbC1")), L"abc1");
    W* copy = CRT(W*, _wcsdup, (const W*))(L"two");
    CHECK_WSTR(copy, L"two");
    CRT(void, free, (void*))(copy);
    CHECK(CRT(W*, _wcsdup, (const W*))(NULL) == NULL);
    W padded[6] = L"zzzzz";
    CRT(W*, wcsncpy, (W*, const W*, size_t))(padded, L"ab", 4);
    CHECK(padded[1] == 'b' && !padded[2] && !padded[3] && padded[4] == 'z');
}

static void blocks(void) {
    W from[] = L"abcdef", to[8];
    memset(to, 'z', sizeof to);
    CHECK_ERRNO(CRT(int, wmemcpy_s, (W*, size_t, const W*, size_t))(to, 8, from, 7), 0, 0, 0);
    CHECK_WSTR(to, L"abcdef");
    CHECK_ERRNO(CRT(int, wmemmove_s, (W*, size_t, const W*, size_t))(to + 1, 7, to, 3), 0, 0, 0);
    CHECK_WSTR(to, L"aabcef");
    CHECK_ERRNO(CRT(int, wmemmove_s, (W*, size_t, const W*, size_t))(to, 2, from, 3), ERANGE, ERANGE, 1);
    CHECK_WSTR(to, L"aabcef");
    CHECK_ERRNO(CRT(int, wmemcpy_s, (W*, size_t, const W*, size_t))(to, 2, from, 3), ERANGE, ERANGE, 1);
    CHECK(!to[0] && !to[1] && to[2] == 'b');
    CHECK_ERRNO(CRT(int, wmemcpy_s, (W*, size_t, const W*, size_t))(NULL, 2, from, 1), EINVAL, EINVAL, 1);
    CHECK_ERRNO(CRT(int, wmemcpy_s, (W*, size_t, const W*, size_t))(NULL, 0, NULL, 0), 0, 0, 0);
    CHECK_EQ(CRT(size_t, wcsnlen, (const W*, size_t))(from, 9), 6);
    CHECK_EQ(CRT(size_t, wcsnlen, (const W*, size_t))(from, 4), 4);
    CHECK_EQ(CRT(size_t, strnlen, (const char*, size_t))("abc", 9), 3);
    CHECK_EQ(CRT(size_t, strnlen, (const char*, size_t))("abc", 0), 0);
    char block[8] = "1234567";
    CHECK(CRT(void*, _memccpy, (void*, const void*, int, size_t))(block, "ab.cd", '.', 5) == block + 3);
    CHECK_STR(block, "ab.4567");
    CHECK(CRT(void*, _memccpy, (void*, const void*, int, size_t))(block, "xyz", '.', 3) == NULL);
    CHECK_EQ(CRT(int, _strcmpi, (const char*, const char*))("HeLLo", "hEllO"), 0);
    CHECK(CRT(int, _strcmpi, (const char*, const char*))("a_", "aB") < 0);  // compared in lower case
}

static void tokens(void) {
    W text[] = L",,a,b;,c", *place = NULL;
    CHECK_WSTR(CRT(W*, wcstok_s, (W*, const W*, W**))(text, L",;", &place), L"a");
    CHECK_WSTR(CRT(W*, wcstok_s, (W*, const W*, W**))(NULL, L",;", &place), L"b");
    CHECK_WSTR(CRT(W*, wcstok_s, (W*, const W*, W**))(NULL, L",;", &place), L"c");
    CHECK_WSTR(CRT(W*, wcstok_s, (W*, const W*, W**))(NULL, L",;", &place), NULL);
    CHECK_WSTR(CRT(W*, wcstok_s, (W*, const W*, W**))(NULL, L",;", &place), NULL);
    CHECK_ERRNO((intptr_t)CRT(W*, wcstok_s, (W*, const W*, W**))(text, L",", NULL), 0, EINVAL, 1);
    CHECK_ERRNO((intptr_t)CRT(W*, wcstok_s, (W*, const W*, W**))(text, NULL, &place), 0, EINVAL, 1);
    W again[] = L"x y";
    CHECK_WSTR(CRT(W*, wcstok, (W*, const W*, W**))(again, L" ", &place), L"x");
    CHECK_WSTR(CRT(W*, wcstok, (W*, const W*, W**))(NULL, L" ", &place), L"y");
    CHECK_WSTR(CRT(W*, wcstok, (W*, const W*, W**))(NULL, L" ", &place), NULL);
}

int main(void) {
    crt_count_invalid();
    copies();
    appends();
    changes();
    blocks();
    tokens();
    return check_result();
}
