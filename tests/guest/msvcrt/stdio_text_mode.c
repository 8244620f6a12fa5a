// Text mode: CR LF in the file, LF in the program; Ctrl-Z ends a file; positions stay those of the file.
// "Text and Binary Mode File I/O", "ftell, _ftelli64", "fopen, _wfopen".
// link: static ucrt
#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>

#include "check.h"

static void put_file(const char* name, const void* data, size_t size) {
    FILE* f = fopen(name, "wb");
    CHECK(f != NULL);
    CHECK_EQ(fwrite(data, 1, size, f), size);
    CHECK_EQ(fclose(f), 0);
}

static size_t get_file(const char* name, char* data, size_t room) {
    FILE* f = fopen(name, "rb");
    CHECK(f != NULL);
    size_t size = fread(data, 1, room, f);
    CHECK(feof(f));
    fclose(f);
    return size;
}

static void writing(void) {
    char data[64];
    FILE* f = fopen("w.txt", "w");
    CHECK(fputs("one\ntwo\r\n\n", f) >= 0);
    CHECK_EQ(ftell(f), 13);  // three line ends take a byte more each
    fclose(f);
    CHECK_EQ(get_file("w.txt", data, sizeof data), 13);
    CHECK(memcmp(data, "one\r\ntwo\r\r\n\r\n", 13) == 0);

    f = fopen("w.txt", "a");
    CHECK(fprintf(f, "%d\n", 3) == 2);
    fclose(f);
    CHECK_EQ(get_file("w.txt", data, sizeof data), 16);
    CHECK(memcmp(data + 13, "3\r\n", 3) == 0);
}

static void reading(void) {
    char line[32];
    put_file("r.txt", "a\r\nb\nc\rd\r\n\x1azzz", 14);
    FILE* f = fopen("r.txt", "r");
    CHECK_EQ(ftell(f), 0);
    CHECK_STR(fgets(line, sizeof line, f), "a\n");
    CHECK_EQ(ftell(f), 3);
    CHECK_STR(fgets(line, sizeof line, f), "b\n");
    CHECK_STR(fgets(line, sizeof line, f), "c\rd\n");
    CHECK(fgets(line, sizeof line, f) == NULL);
    CHECK(feof(f));
    CHECK_EQ(fseek(f, 3, SEEK_SET), 0);
    CHECK_EQ(fgetc(f), 'b');
    CHECK_EQ(ungetc('x', f), 'x');
    CHECK_EQ(fgetc(f), 'x');
    CHECK_EQ(fgetc(f), '\n');
    fclose(f);

    // A CR at the end of one read and its LF at the start of the next are one line end.
    static char big[5000];
    memset(big, 'x', sizeof big);
    memcpy(big + 4095, "\r\n", 2);
    put_file("big.txt", big, sizeof big);
    f = fopen("big.txt", "r");
    int length = 0, ends = 0, returns = 0, c;
    while ((c = getc(f)) != EOF) {
        length++;
        ends += c == '\n';
        returns += c == '\r';
    }
    CHECK_EQ(length, 4999);
    CHECK_EQ(ends, 1);
    CHECK_EQ(returns, 0);
    fclose(f);
}

static void positions(void) {
    char line[32];
    long at[4];
    put_file("p.txt", "first\r\nsecond\r\nthird\r\n", 22);
    FILE* f = fopen("p.txt", "r");
    for (int i = 0; i < 3; i++) {
        at[i] = ftell(f);
        CHECK(fgets(line, sizeof line, f) != NULL);
    }
    CHECK_EQ(at[1], 7);
    CHECK_EQ(at[2], 15);
    CHECK_EQ(fseek(f, at[1], SEEK_SET), 0);
    CHECK_STR(fgets(line, sizeof line, f), "second\n");
    fpos_t here;
    CHECK_EQ(fgetpos(f, &here), 0);
    CHECK_STR(fgets(line, sizeof line, f), "third\n");
    CHECK_EQ(fsetpos(f, &here), 0);
    CHECK_STR(fgets(line, sizeof line, f), "third\n");
    CHECK_EQ(fseek(f, -7, SEEK_END), 0);
    CHECK_STR(fgets(line, sizeof line, f), "third\n");
    fclose(f);
}

static void modes(void) {
    char data[16];
    int fd = _open("m.txt", _O_RDWR | _O_CREAT | _O_TRUNC, _S_IREAD | _S_IWRITE);
    CHECK_EQ(_setmode(fd, _O_BINARY), _O_TEXT);
    CHECK_EQ(_write(fd, "a\nb", 3), 3);
    CHECK_EQ(_setmode(fd, _O_TEXT), _O_BINARY);
    CHECK_EQ(_write(fd, "\nc", 2), 2);
    CHECK_EQ(_lseek(fd, 0, SEEK_CUR), 6);
    CHECK_EQ(_lseek(fd, 0, SEEK_SET), 0);
    CHECK_EQ(_read(fd, data, sizeof data), 5);
    CHECK(memcmp(data, "a\nb\nc", 5) == 0);
    CHECK_EQ(_eof(fd), 1);
    CHECK_EQ(_close(fd), 0);
}

int main(void) {
    writing();
    reading();
    positions();
    modes();
    return check_result();
}
