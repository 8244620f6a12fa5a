// basic_streambuf<char>, as programs derive from it: areas to get from and to put to, and virtual functions called when these are
// used up. Layout and names: the public headers of Microsoft's STL (streambuf); behaviour: "basic_streambuf Class".
#include "check.h"
#include <stdint.h>
#include <string.h>

typedef intptr_t (*Function)();  // without a prototype: integers, pointers and doubles go where the callee looks for them

static HMODULE library;
static Function get(const char *name) {
    Function function = (Function)(void *)GetProcAddress(library, name);
    if (!function) printf("no %s\n", name);
    CHECK(function != NULL);
    return function;
}
#define CALL(name, ...) get(name)(__VA_ARGS__)
#define TRUTH(name, ...) (CALL(name, __VA_ARGS__) & 0xFF)
#define LONG(value) ((long long)(value))

typedef struct {
    void **table;
    void *fields[11];
    void *locale;
} Buffer;

static int given, flushed;
static char overflowed[64];
static int overflow(Buffer *self, int byte) {
    (void)self;
    overflowed[given++] = (char)byte;
    return byte;
}
static int sync(Buffer *self) { return (void)self, flushed++, 0; }

static void no_areas(Buffer *buffer) {
    CHECK_EQ((int)CALL("?overflow@?$basic_streambuf@DU?$char_traits@D@std@@@std@@MEAAHH@Z", buffer, 'x'), -1);
    CHECK_EQ((int)CALL("?pbackfail@?$basic_streambuf@DU?$char_traits@D@std@@@std@@MEAAHH@Z", buffer, 'x'), -1);
    CHECK_EQ(CALL("?showmanyc@?$basic_streambuf@DU?$char_traits@D@std@@@std@@MEAA_JXZ", buffer), 0);
    CHECK_EQ((int)CALL("?underflow@?$basic_streambuf@DU?$char_traits@D@std@@@std@@MEAAHXZ", buffer), -1);
    CHECK_EQ((int)CALL("?uflow@?$basic_streambuf@DU?$char_traits@D@std@@@std@@MEAAHXZ", buffer), -1);
    CHECK_EQ((int)CALL("?sync@?$basic_streambuf@DU?$char_traits@D@std@@@std@@MEAAHXZ", buffer), 0);
    CHECK_EQ((int)CALL("?sgetc@?$basic_streambuf@DU?$char_traits@D@std@@@std@@QEAAHXZ", buffer), -1);
    CHECK_EQ((int)CALL("?sputc@?$basic_streambuf@DU?$char_traits@D@std@@@std@@QEAAHD@Z", buffer, 'x'), -1);
    CHECK_EQ((int)CALL("?sungetc@?$basic_streambuf@DU?$char_traits@D@std@@@std@@QEAAHXZ", buffer), -1);
    CHECK_EQ(CALL("?_Gnavail@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEBA_JXZ", buffer), 0);
    CHECK_EQ(CALL("?_Pnavail@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEBA_JXZ", buffer), 0);
    CHECK_EQ(CALL("?setbuf@?$basic_streambuf@DU?$char_traits@D@std@@@std@@MEAAPEAV12@PEAD_J@Z", buffer, NULL, LONG(0)), (intptr_t)buffer);
    long long position[3] = {5, 5, 5};
    CHECK_EQ(CALL("?seekoff@?$basic_streambuf@DU?$char_traits@D@std@@@std@@MEAA?AV?$fpos@U_Mbstatet@@@2@_JHH@Z", buffer, position, LONG(0), 1, 3), (intptr_t)position);
    CHECK_EQ(position[0], -1);
    position[0] = 5;
    CALL("?seekpos@?$basic_streambuf@DU?$char_traits@D@std@@@std@@MEAA?AV?$fpos@U_Mbstatet@@@2@V32@H@Z", buffer, position, position, 3);
    CHECK_EQ(position[0], -1);
    CALL("?_Lock@?$basic_streambuf@DU?$char_traits@D@std@@@std@@UEAAXXZ", buffer);
    CALL("?_Unlock@?$basic_streambuf@DU?$char_traits@D@std@@@std@@UEAAXXZ", buffer);
}

static void getting(Buffer *buffer) {
    char text[] = "0123456789", got[16] = "";
    CALL("?setg@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAXPEAD00@Z", buffer, text, text + 2, text + 10);
    CHECK_EQ(CALL("?eback@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEBAPEADXZ", buffer), (intptr_t)text);
    CHECK_EQ(CALL("?gptr@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEBAPEADXZ", buffer), (intptr_t)text + 2);
    CHECK_EQ(CALL("?egptr@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEBAPEADXZ", buffer), (intptr_t)text + 10);
    CHECK_EQ(CALL("?_Gnavail@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEBA_JXZ", buffer), 8);
    CHECK_EQ((int)CALL("?sbumpc@?$basic_streambuf@DU?$char_traits@D@std@@@std@@QEAAHXZ", buffer), '2');
    CHECK_EQ((int)CALL("?snextc@?$basic_streambuf@DU?$char_traits@D@std@@@std@@QEAAHXZ", buffer), '4');
    CHECK_EQ((int)CALL("?sungetc@?$basic_streambuf@DU?$char_traits@D@std@@@std@@QEAAHXZ", buffer), '3');
    CHECK_EQ((int)CALL("?sputbackc@?$basic_streambuf@DU?$char_traits@D@std@@@std@@QEAAHD@Z", buffer, '2'), '2');
    CHECK_EQ((int)CALL("?sputbackc@?$basic_streambuf@DU?$char_traits@D@std@@@std@@QEAAHD@Z", buffer, 'x'), -1);
    CALL("?gbump@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAXH@Z", buffer, 1);
    CHECK_EQ(*(char *)CALL("?_Gninc@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAPEADXZ", buffer), '3');
    CHECK_EQ(*(char *)CALL("?_Gnpreinc@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAPEADXZ", buffer), '5');
    CHECK_EQ(*(char *)CALL("?_Gndec@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAPEADXZ", buffer), '4');
    CHECK_EQ(CALL("?sgetn@?$basic_streambuf@DU?$char_traits@D@std@@@std@@QEAA_JPEAD_J@Z", buffer, got, LONG(16)), 6);
    CHECK(!memcmp(got, "456789", 6));
    CALL("?setg@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAXPEAD00@Z", buffer, text, text, text + 3);
    CHECK_EQ(CALL("?xsgetn@?$basic_streambuf@DU?$char_traits@D@std@@@std@@MEAA_JPEAD_J@Z", buffer, got, LONG(2)), 2);
    CHECK_EQ((int)CALL("?uflow@?$basic_streambuf@DU?$char_traits@D@std@@@std@@MEAAHXZ", buffer), -1);  // asks underflow, which has nothing
}

static void putting(Buffer *buffer) {
    char room[4];
    CALL("?setp@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAXPEAD0@Z", buffer, room, room + 4);
    CHECK_EQ(CALL("?pbase@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEBAPEADXZ", buffer), (intptr_t)room);
    CHECK_EQ(CALL("?epptr@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEBAPEADXZ", buffer), (intptr_t)room + 4);
    *(char *)CALL("?_Pninc@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAPEADXZ", buffer) = 'a';
    CHECK_EQ((int)CALL("?sputc@?$basic_streambuf@DU?$char_traits@D@std@@@std@@QEAAHD@Z", buffer, 'b'), 'b');
    CALL("?pbump@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAXH@Z", buffer, 1);
    CHECK_EQ(CALL("?pptr@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEBAPEADXZ", buffer), (intptr_t)room + 3);
    CHECK_EQ(CALL("?sputn@?$basic_streambuf@DU?$char_traits@D@std@@@std@@QEAA_JPEBD_J@Z", buffer, "cdef", LONG(4)), 4);
    CHECK(!memcmp(room, "ab", 2) && room[3] == 'c');
    CHECK_EQ(given, 3);
    CHECK(!memcmp(overflowed, "def", 3));
    CALL("?setp@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAXPEAD00@Z", buffer, room, room + 1, room + 4);
    CHECK_EQ(CALL("?xsputn@?$basic_streambuf@DU?$char_traits@D@std@@@std@@MEAA_JPEBD_J@Z", buffer, "XYZ", LONG(3)), 3);
    CHECK(!memcmp(room, "aXYZ", 4));
    CHECK_EQ((int)CALL("?pubsync@?$basic_streambuf@DU?$char_traits@D@std@@@std@@QEAAHXZ", buffer), 0);
    CHECK_EQ(flushed, 1);
}

int main(void) {
    library = LoadLibraryA("msvcp140.dll");
    Buffer buffer;
    memset(&buffer, 0xCC, sizeof buffer);
    CALL("??0?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAA@XZ", &buffer);
    no_areas(&buffer);
    void *table[15];
    memcpy(table, buffer.table, sizeof table);
    table[3] = (void *)overflow;
    table[13] = (void *)sync;
    buffer.table = table;
    getting(&buffer);
    putting(&buffer);
    char *first = NULL, *next = NULL, text[] = "elsewhere";
    int count = 0;
    CALL("?_Init@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAXPEAPEAD0PEAH001@Z", &buffer, &first, &next, &count, &first, &next, &count);
    CALL("?setg@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAXPEAD00@Z", &buffer, text, text, text + 9);
    CHECK(first == text && next == text && count == 9);
    CALL("?_Init@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAXXZ", &buffer);
    CHECK_EQ(CALL("?gptr@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEBAPEADXZ", &buffer), 0);
    void *locale[2], *old[2];
    CHECK_EQ(CALL("?getloc@?$basic_streambuf@DU?$char_traits@D@std@@@std@@QEBA?AVlocale@2@XZ", &buffer, locale), (intptr_t)locale);
    CALL("?pubimbue@?$basic_streambuf@DU?$char_traits@D@std@@@std@@QEAA?AVlocale@2@AEBV32@@Z", &buffer, old, locale);
    CHECK(old[1] == locale[1] && locale[1] == (void *)CALL("?_Getgloballocale@locale@std@@CAPEAV_Locimp@12@XZ"));
    CALL("?imbue@?$basic_streambuf@DU?$char_traits@D@std@@@std@@MEAAXAEBVlocale@2@@Z", &buffer, locale);
    CALL("??1?$basic_streambuf@DU?$char_traits@D@std@@@std@@UEAA@XZ", &buffer);
    return check_result();
}
