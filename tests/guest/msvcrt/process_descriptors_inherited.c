// A child gets its parent's open descriptors, with their numbers and modes, unless they were opened with
// _O_NOINHERIT. "_open", "_spawn, _wspawn functions", "_pipe".
// link: static ucrt
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <process.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "check.h"

static int child(char** argv) {
    int open = atoi(argv[2]), closed = atoi(argv[3]);
    if (_write(open, "from child\n", 11) != 11) return 2;
    if (_get_osfhandle(closed) != -1) return 3;
    return 42;
}

#ifdef _UCRT
static void quiet(const wchar_t* a, const wchar_t* b, const wchar_t* c, unsigned d, uintptr_t e) {}
#endif

int main(int argc, char** argv) {
#ifdef _UCRT
    _set_invalid_parameter_handler(quiet);
#endif
    if (argc > 1) return child(argv);
    int passed = _open("passed.txt", _O_CREAT | _O_TRUNC | _O_WRONLY | _O_BINARY, _S_IREAD | _S_IWRITE);
    int kept = _open("kept.txt", _O_CREAT | _O_TRUNC | _O_WRONLY | _O_NOINHERIT, _S_IREAD | _S_IWRITE);
    CHECK_EQ(_write(passed, "parent\n", 7), 7);
    char one[8], two[8];
    sprintf(one, "%d", passed);
    sprintf(two, "%d", kept);
    CHECK_EQ(_spawnl(_P_WAIT, argv[0], "child", "x", one, two, NULL), 42);
    CHECK_EQ(_lseek(passed, 0, SEEK_CUR), 18);  // the file pointer is shared
    _close(passed);
    _close(kept);
    char text[32] = "";
    FILE* f = fopen("passed.txt", "rb");
    CHECK_EQ(fread(text, 1, sizeof text, f), 18);
    CHECK_STR(text, "parent\nfrom child\n");
    fclose(f);
    errno = 0;
    CHECK_EQ(_spawnl(_P_WAIT, "no such program", "x", NULL), -1);
    CHECK_EQ(errno, ENOENT);
    return check_result();
}
