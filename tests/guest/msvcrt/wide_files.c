// Files with names no code page of old has, through the wide functions: _wfopen, _wremove, _wrename,
// _wstat, _wmkdir, _wfindfirst.
// flags: -municode
// link: static ucrt
#include <direct.h>
#include <errno.h>
#include <io.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "check.h"

int wmain(int argc, wchar_t** argv) {
    (void)argc;
    (void)argv;
    CHECK_EQ(_wmkdir(L"\x6f22\x5b57"), 0);
    CHECK_EQ(_wmkdir(L"\x6f22\x5b57"), -1);
    CHECK_EQ(errno, EEXIST);

    FILE* file = _wfopen(L"\x6f22\x5b57\\\x00fc.txt", L"wb");
    if (!CHECK(file != NULL)) return check_result();
    CHECK_EQ(fwrite("12345", 1, 5, file), 5);
    CHECK_EQ(fclose(file), 0);

    struct _stat64 status;
    CHECK_EQ(_wstat64(L"\x6f22\x5b57/\x00fc.txt", &status), 0);
    CHECK_EQ(status.st_size, 5);
    CHECK(status.st_mode & _S_IFREG);
    CHECK_EQ(_wstat64(L"\x6f22\x5b57", &status), 0);
    CHECK(status.st_mode & _S_IFDIR);

    struct _wfinddata64_t found;
    intptr_t search = _wfindfirst64(L"\x6f22\x5b57\\*.txt", &found);
    CHECK(search != -1);
    CHECK_WSTR(found.name, L"\x00fc.txt");
    CHECK_EQ(_wfindnext64(search, &found), -1);
    CHECK_EQ(errno, ENOENT);
    CHECK_EQ(_findclose(search), 0);

    CHECK_EQ(_wrename(L"\x6f22\x5b57\\\x00fc.txt", L"\x6f22\x5b57\\\xd83d\xde42"), 0);
    CHECK_EQ(_waccess(L"\x6f22\x5b57\\\xd83d\xde42", 0), 0);
    CHECK_EQ(_wremove(L"\x6f22\x5b57\\\xd83d\xde42"), 0);
    CHECK_EQ(_wrmdir(L"\x6f22\x5b57"), 0);
    CHECK_EQ(_waccess(L"\x6f22\x5b57", 0), -1);
    return check_result();
}
