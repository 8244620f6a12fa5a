// Opening, buffering, reading and writing of streams. "Stream I/O", "fopen", "setvbuf", "fflush", "freopen".
// link: static ucrt
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>

#include "check.h"

static void opening(void) {
    errno = 0;
    CHECK(fopen("no such file", "r") == NULL);
    CHECK_EQ(errno, ENOENT);
    FILE* f = fopen("s.bin", "wb+");
    CHECK(f != NULL);
    CHECK_EQ(_fileno(f) >= 3, 1);
    CHECK_EQ(fputc('a', f), 'a');
    CHECK_EQ(fseek(f, 0, SEEK_SET), 0);
    CHECK_EQ(fgetc(f), 'a');
    CHECK_EQ(fgetc(f), EOF);
    CHECK(feof(f) && !ferror(f));
    clearerr(f);
    CHECK(!feof(f));
    CHECK_EQ(fseek(f, 0, SEEK_END), 0);
    CHECK_EQ(fwrite("bcd", 1, 3, f), 3);
    rewind(f);
    char data[8] = "";
    CHECK_EQ(fread(data, 1, sizeof data, f), 4);
    CHECK_STR(data, "abcd");
    CHECK_EQ(fclose(f), 0);

    f = fopen("s.bin", "rb");
    CHECK_EQ(fputc('x', f), EOF);
    CHECK(ferror(f));
    fclose(f);
    f = fopen("s.bin", "ab+");
    CHECK_EQ(fseek(f, 0, SEEK_SET), 0);
    CHECK_EQ(fwrite("e", 1, 1, f), 1);
    CHECK_EQ(fseek(f, 0, SEEK_SET), 0);
    memset(data, 0, sizeof data);
    CHECK_EQ(fread(data, 2, 3, f), 2);
    CHECK_STR(data, "abcde");
    fclose(f);
}

static void buffering(void) {
    FILE* f = fopen("b.bin", "wb");
    static char own[64];
    CHECK_EQ(setvbuf(f, own, _IOFBF, sizeof own), 0);
    CHECK_EQ(fwrite("hello", 1, 5, f), 5);
    struct _stat64 st;
    CHECK_EQ(_fileno(f) > 2, 1);
    CHECK_EQ(_filelength(_fileno(f)), 0);
    CHECK_EQ(fflush(f), 0);
    CHECK_EQ(_filelength(_fileno(f)), 5);
    CHECK_EQ(setvbuf(f, NULL, _IONBF, 0), 0);
    CHECK_EQ(fputc('!', f), '!');
    CHECK_EQ(_filelength(_fileno(f)), 6);
    CHECK_EQ(ftell(f), 6);
    fclose(f);
    (void)st;

    // Large transfers pass the buffer by and keep the order.
    static unsigned char block[100000];
    for (size_t i = 0; i < sizeof block; i++) block[i] = (unsigned char)(i * 7);
    f = fopen("l.bin", "wb+");
    CHECK_EQ(fputc(1, f), 1);
    CHECK_EQ(fwrite(block, 1, sizeof block, f), sizeof block);
    CHECK_EQ(fputc(2, f), 2);
    CHECK_EQ(ftell(f), (long)sizeof block + 2);
    rewind(f);
    CHECK_EQ(fgetc(f), 1);
    unsigned char* back = malloc(sizeof block);
    CHECK_EQ(fread(back, 1000, sizeof block / 1000, f), sizeof block / 1000);
    CHECK(memcmp(back, block, sizeof block) == 0);
    CHECK_EQ(fgetc(f), 2);
    free(back);
    fclose(f);
}

static void reopening(void) {
    FILE* f = fopen("o1.txt", "w");
    fputs("one", f);
    CHECK(freopen("o2.txt", "w", f) == f);
    fputs("two", f);
    fclose(f);
    char data[8] = "";
    f = fopen("o1.txt", "r");
    CHECK_STR(fgets(data, sizeof data, f), "one");
    fclose(f);
    int fd = _open("o2.txt", _O_RDONLY);
    f = _fdopen(fd, "r");
    CHECK_EQ(_fileno(f), fd);
    CHECK_STR(fgets(data, sizeof data, f), "two");
    fclose(f);
    errno = 0;
    CHECK_EQ(fflush(NULL), 0);
}

static void temporary(void) {
    FILE* f = tmpfile();
    CHECK(f != NULL);
    CHECK(fputs("temporary", f) >= 0);
    rewind(f);
    char data[16] = "";
    CHECK_STR(fgets(data, sizeof data, f), "temporary");
    CHECK_EQ(fclose(f), 0);
#ifdef _UCRT
    char name[260];  // L_tmpnam of the Universal C Runtime
#else
    char name[L_tmpnam];
#endif
    CHECK(tmpnam(name) == name);
    CHECK(strlen(name) < sizeof name && strlen(name) > 1);
}

static void many(void) {
    FILE* files[100];
    char name[32];
    for (int i = 0; i < 100; i++) {
        sprintf(name, "many%d.txt", i);
        files[i] = fopen(name, "w");
        CHECK(files[i] != NULL);
        if (files[i]) fprintf(files[i], "%d", i);
    }
    for (int i = 0; i < 100; i++) CHECK_EQ(fclose(files[i]), 0);
    FILE* f = fopen("many99.txt", "r");
    int value = 0;
    CHECK_EQ(fscanf(f, "%d", &value), 1);
    CHECK_EQ(value, 99);
    fclose(f);
}

int main(void) {
    opening();
    buffering();
    reopening();
    temporary();
    many();
    return check_result();
}
