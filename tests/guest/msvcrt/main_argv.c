// The arguments arrive as they were given: spaces, quotes, backslashes, the empty string, non-ASCII.
// "Parsing C++ command-line arguments" (C++ documentation) has the rules.
// link: static ucrt
// args: plain 'two words' '' 'a"b' 'back\slash' 'end\' 'q\"q' '\\server\x y\' 'ünïcödé' '*.none'
#include "check.h"

int main(int argc, char** argv) {
    static const char* const want[] = {"plain",      "two words", "",         "a\"b",
                                       "back\\slash", "end\\",     "q\\\"q",   "\\\\server\\x y\\",
                                       "\xc3\xbcn\xc3\xaf" "c\xc3\xb6" "d\xc3\xa9", "*.none"};
    CHECK_EQ(argc, 11);
    for (int i = 1; i < argc && i <= 10; i++) CHECK_STR(argv[i], want[i - 1]);
    CHECK(argv[argc] == NULL);
    return check_result();
}
