// Wide characters of streams: multibyte text in ANSI mode, UTF-16 in binary mode, and the Unicode modes
// with their byte order marks. "Unicode Stream I/O in Text and Binary Modes", "fopen, _wfopen".
// link: static ucrt
#include <fcntl.h>
#include <io.h>

#include "check.h"

static size_t get_file(const char* name, unsigned char* data, size_t room) {
    FILE* f = fopen(name, "rb");
    CHECK(f != NULL);
    size_t size = f ? fread(data, 1, room, f) : 0;
    if (f) fclose(f);
    return size;
}

static void unicode_mode(const char* mode, const unsigned char* expected, size_t size) {
    unsigned char data[64];
    char full[32];
    wchar_t line[16];
    sprintf(full, "w, ccs=%s", mode);
    FILE* f = fopen("u.txt", full);
    CHECK(f != NULL);
    if (!f) return;
    CHECK(fputws(L"a\u20ac\n", f) >= 0);
    fclose(f);
    CHECK_EQ(get_file("u.txt", data, sizeof data), size);
    CHECK(memcmp(data, expected, size) == 0);
    f = fopen("u.txt", "r, ccs=UNICODE");
    CHECK(f != NULL);
    CHECK_WSTR(fgetws(line, 16, f), L"a\u20ac\n");
    CHECK_EQ(fgetwc(f), WEOF);
    fclose(f);
}

int main(void) {
    unsigned char data[64];
    wchar_t line[16];
    unicode_mode("UTF-8", (const unsigned char*)"\xEF\xBB\xBF" "a\xE2\x82\xAC\r\n", 9);
    unicode_mode("UTF-16LE", (const unsigned char*)"\xFF\xFE" "a\0\xAC\x20\r\0\n\0", 10);

    FILE* f = fopen("bin.txt", "wb");
    CHECK(fputws(L"ab\n", f) >= 0);
    fclose(f);
    CHECK_EQ(get_file("bin.txt", data, sizeof data), 6);
    CHECK(memcmp(data, "a\0b\0\n\0", 6) == 0);
    f = fopen("bin.txt", "rb");
    CHECK_EQ(fgetwc(f), 'a');
    CHECK_EQ(ungetwc('x', f), 'x');
    CHECK_WSTR(fgetws(line, 16, f), L"xb\n");
    fclose(f);

    f = fopen("ansi.txt", "w");
    CHECK(fwprintf(f, L"n %d\n", 5) == 4);
    fclose(f);
    CHECK_EQ(get_file("ansi.txt", data, sizeof data), 5);
    CHECK(memcmp(data, "n 5\r\n", 5) == 0);
    f = fopen("ansi.txt", "r");
    int value = 0;
    CHECK_EQ(fwscanf(f, L"n %d", &value), 1);
    CHECK_EQ(value, 5);
    fclose(f);
    return check_result();
}
