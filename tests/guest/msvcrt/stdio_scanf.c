// Reading formatted input from texts and streams. "Format specification fields: scanf and wscanf functions".
// link: static ucrt
#include "check.h"

int main(void) {
    int a = 0, b = 0;
    char word[16], rest[16];
    double d = 0;
    CHECK_EQ(sscanf("12 0x1f word 2.5", "%d %i %15s %lf", &a, &b, word, &d), 4);
    CHECK_EQ(a, 12);
    CHECK_EQ(b, 31);
    CHECK_STR(word, "word");
    CHECK(d == 2.5);
    CHECK_EQ(sscanf("", "%d", &a), EOF);
    CHECK_EQ(sscanf("x", "%d", &a), 0);
    CHECK_EQ(sscanf("key=value", "%15[^=]=%15s", word, rest), 2);
    CHECK_STR(word, "key");
    CHECK_STR(rest, "value");
    CHECK_EQ(sscanf("ab12", "%*2c%d%n", &a, &b), 1);
    CHECK_EQ(a, 12);
    CHECK_EQ(b, 4);
    __int64 large = 0;
    CHECK_EQ(sscanf("123456789012", "%I64d", &large), 1);
    CHECK_EQ(large, 123456789012);
    wchar_t wide[8];
    CHECK_EQ(swscanf(L"77 w\u00e9", L"%d %7ls", &a, wide), 2);
    CHECK_EQ(a, 77);
    CHECK_WSTR(wide, L"w\u00e9");

    FILE* f = fopen("in.txt", "w");
    fputs("1 2\n3 end\n", f);
    fclose(f);
    f = fopen("in.txt", "r");
    int sum = 0;
    while (fscanf(f, "%d", &a) == 1) sum += a;
    CHECK_EQ(sum, 6);
    CHECK_EQ(fscanf(f, "%15s", word), 1);
    CHECK_STR(word, "end");
    CHECK_EQ(fgetc(f), '\n');
    CHECK_EQ(fscanf(f, "%d", &a), EOF);
    fclose(f);
    return check_result();
}
