// Programs of old headers read and write through the fields of FILE and call _filbuf and _flsbuf only when a
// buffer runs out. The layout is that of the public headers ("struct _iobuf").
#include "check.h"

__declspec(dllimport) int _filbuf(FILE*);
__declspec(dllimport) int _flsbuf(int, FILE*);

#define OLD_GETC(f) (--(f)->_cnt >= 0 ? 0xff & *(f)->_ptr++ : _filbuf(f))
#define OLD_PUTC(c, f) (--(f)->_cnt >= 0 ? 0xff & (*(f)->_ptr++ = (char)(c)) : _flsbuf((c), (f)))

int main(void) {
    FILE* f = fopen("old.bin", "wb");
    for (int i = 0; i < 20000; i++) CHECK_EQ(OLD_PUTC(i & 0x7F, f), i & 0x7F);
    CHECK_EQ(ftell(f), 20000);
    CHECK_EQ(fclose(f), 0);
    f = fopen("old.bin", "rb");
    int count = 0, c, wrong = 0;
    while ((c = OLD_GETC(f)) != EOF) wrong += c != (count++ & 0x7F);
    CHECK_EQ(count, 20000);
    CHECK_EQ(wrong, 0);
    CHECK(f->_flag & 0x10);  // _IOEOF
    CHECK_EQ(fclose(f), 0);
    CHECK_EQ(sizeof(FILE), 48);
    return check_result();
}
