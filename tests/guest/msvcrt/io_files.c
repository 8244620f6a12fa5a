// Names of files: stat, searches, directories, renaming, times. "_stat functions", "_findfirst functions",
// "_mkdir", "rename, _wrename", "_utime functions".
// link: static ucrt
#include <direct.h>
#include <errno.h>
#include <io.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utime.h>

#include "check.h"

static void make(const char* name, int size) {
    FILE* f = fopen(name, "wb");
    for (int i = 0; i < size; i++) fputc('x', f);
    fclose(f);
}

static void stats(void) {
    struct _stat64 st;
    make("f.txt", 123);
    CHECK_EQ(_stat64("f.txt", &st), 0);
    CHECK_EQ(st.st_size, 123);
    CHECK_EQ(st.st_mode & _S_IFMT, _S_IFREG);
    CHECK_EQ(st.st_mode & 0777, 0666);
    CHECK(st.st_mtime > 1600000000);
    make("p.exe", 1);
    struct _stat64i32 small;
    CHECK_EQ(_wstat64i32(L"p.exe", &small), 0);
    CHECK_EQ(small.st_mode & 0777, 0777);
    CHECK_EQ(_mkdir("dir"), 0);
    CHECK_EQ(_stat64("dir", &st), 0);
    CHECK_EQ(st.st_mode & _S_IFMT, _S_IFDIR);
    errno = 0;
    CHECK_EQ(_stat64("missing", &st), -1);
    CHECK_EQ(errno, ENOENT);
    FILE* f = fopen("f.txt", "rb");
    CHECK_EQ(_fstat64(_fileno(f), &st), 0);
    CHECK_EQ(st.st_size, 123);
    CHECK_EQ(st.st_nlink, 1);
    fclose(f);
    struct __utimbuf64 times = {1000000000, 1100000000};
    CHECK_EQ(_utime64("f.txt", &times), 0);
    CHECK_EQ(_stat64("f.txt", &st), 0);
    CHECK_EQ(st.st_mtime, 1100000000);
    CHECK_EQ(st.st_atime, 1000000000);
}

static void searches(void) {
    struct __finddata64_t found;
    int files = 0, dots = 0;
    make("dir/a.one", 1);
    make("dir/b.one", 2);
    make("dir/c.two", 3);
    intptr_t search = _findfirst64("dir\\*.one", &found);
    CHECK(search != -1);
    long long size = 0;
    do {
        files++;
        size += found.size;
        CHECK_EQ(found.attrib & _A_SUBDIR, 0);
    } while (_findnext64(search, &found) == 0);
    CHECK_EQ(errno, ENOENT);
    CHECK_EQ(files, 2);
    CHECK_EQ(size, 3);
    CHECK_EQ(_findclose(search), 0);
    struct _wfinddata64_t wide;
    search = _wfindfirst64(L"dir/*", &wide);
    files = 0;
    do {
        if (wide.name[0] == L'.') dots++;
        else files++;
    } while (_wfindnext64(search, &wide) == 0);
    _findclose(search);
    CHECK_EQ(files, 3);
    CHECK_EQ(dots, 2);
    errno = 0;
    CHECK_EQ(_findfirst64("dir\\*.none", &found), -1);
    CHECK_EQ(errno, ENOENT);
}

static void renames(void) {
    CHECK_EQ(rename("dir/a.one", "dir/d.one"), 0);
    CHECK_EQ(_access("dir/a.one", 0), -1);
    errno = 0;
    CHECK_EQ(rename("dir/d.one", "dir/b.one"), -1);  // the target exists
    CHECK_EQ(errno, EEXIST);
    errno = 0;
    CHECK_EQ(_rmdir("dir"), -1);
    CHECK_EQ(errno, ENOTEMPTY);
    CHECK_EQ(remove("dir/b.one"), 0);
    CHECK_EQ(remove("dir/c.two"), 0);
    CHECK_EQ(_wunlink(L"dir\\d.one"), 0);
    errno = 0;
    CHECK_EQ(_mkdir("dir"), -1);
    CHECK_EQ(errno, EEXIST);
}

static void directories(void) {
    char before[MAX_PATH], inside[MAX_PATH + 8];
    CHECK(_getcwd(before, sizeof before) == before);
    CHECK_EQ(_chdir("dir"), 0);
    char* fresh = _getcwd(NULL, 0);
    CHECK(fresh != NULL);
    sprintf(inside, "%s\\dir", before);
    CHECK_STR(fresh, inside);
    free(fresh);
    CHECK_EQ(_chdir(".."), 0);
    CHECK_EQ(_getdrive(), (before[0] & ~32) - 'A' + 1);
    errno = 0;
    CHECK(_getcwd(inside, 2) == NULL);
    CHECK_EQ(errno, ERANGE);
    char* full = _fullpath(NULL, "dir\\..\\x.y", 0);
    sprintf(inside, "%s\\x.y", before);
    CHECK_STR(full, inside);
    free(full);
    CHECK_EQ(_rmdir("dir"), 0);
}

int main(void) {
    stats();
    searches();
    renames();
    directories();
    return check_result();
}
