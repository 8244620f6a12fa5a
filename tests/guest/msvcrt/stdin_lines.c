// Standard input in text mode: \r\n becomes \n, Ctrl-Z is only an end where it is typed or in a file;
// scanf, fgets and getchar share one stream.
// link: static ucrt
// stdin: 12 words\nsecond line\r\nthird\n
#include "check.h"

int main(void) {
    int number = 0;
    char word[32] = "", line[64] = "";
    CHECK_EQ(scanf("%d %31s", &number, word), 2);
    CHECK_EQ(number, 12);
    CHECK_STR(word, "words");
    CHECK_EQ(getchar(), '\n');
    CHECK(fgets(line, sizeof line, stdin) != NULL);
    CHECK_STR(line, "second line\n");
    CHECK_EQ(getchar(), 't');
    CHECK_EQ(ungetc('T', stdin), 'T');
    CHECK(fgets(line, sizeof line, stdin) != NULL);
    CHECK_STR(line, "Third\n");
    CHECK(fgets(line, sizeof line, stdin) == NULL);
    CHECK(feof(stdin));
    CHECK(!ferror(stdin));
    return check_result();
}
