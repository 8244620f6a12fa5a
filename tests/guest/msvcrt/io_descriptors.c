// Descriptors: opening rules, duplicates, pipes, sizes. "_open", "_dup, _dup2", "_pipe", "_chsize_s", "_umask".
// link: static ucrt
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>

#include "check.h"

static void opening(void) {
    int fd = _open("d.bin", _O_CREAT | _O_EXCL | _O_RDWR | _O_BINARY, _S_IREAD | _S_IWRITE);
    CHECK(fd >= 3);
    CHECK_EQ(_write(fd, "0123456789", 10), 10);
    CHECK_EQ(_lseeki64(fd, 2, SEEK_SET), 2);
    char data[16];
    CHECK_EQ(_read(fd, data, 3), 3);
    CHECK(memcmp(data, "234", 3) == 0);
    CHECK_EQ(_tell(fd), 5);
    CHECK_EQ(_filelengthi64(fd), 10);
    CHECK_EQ(_chsize(fd, 4), 0);
    CHECK_EQ(_filelength(fd), 4);
    CHECK_EQ(_tell(fd), 5);
    CHECK_EQ(_close(fd), 0);
    errno = 0;
    CHECK_EQ(_open("d.bin", _O_CREAT | _O_EXCL | _O_RDWR, _S_IWRITE), -1);
    CHECK_EQ(errno, EEXIST);
    CHECK_EQ(_open("no such", _O_RDONLY), -1);
    CHECK_EQ(errno, ENOENT);
    fd = _open("d.bin", _O_RDONLY | _O_BINARY);
    errno = 0;
    CHECK_EQ(_write(fd, "x", 1), -1);
    CHECK_EQ(errno, EBADF);
    _close(fd);
    fd = _open("d.bin", _O_WRONLY | _O_APPEND | _O_BINARY);
    CHECK_EQ(_write(fd, "45", 2), 2);
    CHECK_EQ(_filelength(fd), 6);
    _close(fd);
    fd = _open("d.bin", _O_WRONLY | _O_TRUNC);
    CHECK_EQ(_filelength(fd), 0);
    _close(fd);
}

static void duplicates(void) {
    int fd = _open("dup.bin", _O_CREAT | _O_TRUNC | _O_RDWR | _O_BINARY, _S_IREAD | _S_IWRITE);
    int copy = _dup(fd);
    CHECK(copy >= 0 && copy != fd);
    CHECK_EQ(_write(fd, "ab", 2), 2);
    CHECK_EQ(_tell(copy), 2);
    CHECK_EQ(_dup2(fd, 100), 0);
    CHECK_EQ(_write(100, "cd", 2), 2);
    CHECK_EQ(_tell(fd), 4);
    CHECK_EQ(_close(100), 0);
    CHECK_EQ(_close(copy), 0);
    CHECK_EQ(_tell(fd), 4);
    HANDLE handle = (HANDLE)_get_osfhandle(fd);
    CHECK(handle != INVALID_HANDLE_VALUE);
    CHECK_EQ(GetFileType(handle), FILE_TYPE_DISK);
    _close(fd);

    handle = CreateFileW(L"dup.bin", GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    fd = _open_osfhandle((intptr_t)handle, _O_RDONLY);
    char data[8];
    CHECK_EQ(_read(fd, data, sizeof data), 4);
    CHECK(memcmp(data, "abcd", 4) == 0);
    CHECK_EQ(_close(fd), 0);
}

static void pipes(void) {
    int pair[2];
    char data[8];
    CHECK_EQ(_pipe(pair, 4096, _O_BINARY), 0);
    CHECK_EQ(_write(pair[1], "pipe", 4), 4);
    CHECK_EQ(_read(pair[0], data, sizeof data), 4);
    CHECK(memcmp(data, "pipe", 4) == 0);
    errno = 0;
    CHECK_EQ(_lseek(pair[0], 0, SEEK_SET), -1);
    CHECK_EQ(_isatty(pair[0]), 0);
    CHECK_EQ(_close(pair[1]), 0);
    CHECK_EQ(_read(pair[0], data, sizeof data), 0);
    CHECK_EQ(_close(pair[0]), 0);
}

static void permissions(void) {
    int fd = _open("ro.bin", _O_CREAT | _O_RDWR, _S_IREAD);
    CHECK(fd >= 0);
    _close(fd);
    CHECK_EQ(_access("ro.bin", 0), 0);
    errno = 0;
    CHECK_EQ(_access("ro.bin", 2), -1);
    CHECK_EQ(errno, EACCES);
    CHECK_EQ(_chmod("ro.bin", _S_IREAD | _S_IWRITE), 0);
    CHECK_EQ(_access("ro.bin", 6), 0);
    CHECK_EQ(_unlink("ro.bin"), 0);
    CHECK_EQ(_access("ro.bin", 0), -1);
    CHECK_EQ(errno, ENOENT);
}

int main(void) {
    _unlink("d.bin");  // of an earlier run
    opening();
    duplicates();
    pipes();
    permissions();
    return check_result();
}
