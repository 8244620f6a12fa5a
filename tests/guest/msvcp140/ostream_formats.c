// basic_ios, basic_ostream and basic_istream of char: state, format, numbers, and the standard streams, which are those of the C
// runtime. Layout and names: the public headers of Microsoft's STL (xiosbase, ios, ostream, istream); behaviour: "ios_base Class",
// "basic_ostream Class".
// stdin: input 42\n
// stdout: ^to cout, 7!$
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

// A whole std::ostream: the displacements of its base, room, basic_ios.
typedef struct {
    const int *bases;
    void *gap;
    char ios[96];
} Stream;

static Buffer buffer;
static char room[256];
static Stream stream;

static void empty(void) {
    memset(room, 0, sizeof room);
    CALL("?setp@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAXPEAD0@Z", &buffer, room, room + sizeof room - 1);
}

static void shows(const char *wanted) {
    if (strcmp(room, wanted)) printf("%s, not %s\n", room, wanted);
    CHECK(!strcmp(room, wanted));
    empty();
}

static void *plus_one(void *self) { return CALL("?put@?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV12@D@Z", self, '+'), self; }
static void *to_hex(void *ios) { return CALL("?setf@ios_base@std@@QEAAHHH@Z", ios, 0x800, 0xE00), ios; }

static void state(void *ios) {
    CHECK(TRUTH("?good@ios_base@std@@QEBA_NXZ", ios) && TRUTH("??Bios_base@std@@QEBA_NXZ", ios) && !TRUTH("??7ios_base@std@@QEBA_NXZ", ios));
    CALL("?setstate@?$basic_ios@DU?$char_traits@D@std@@@std@@QEAAXH_N@Z", ios, 3, 0);
    CHECK(TRUTH("?eof@ios_base@std@@QEBA_NXZ", ios) && TRUTH("?fail@ios_base@std@@QEBA_NXZ", ios) && !TRUTH("?bad@ios_base@std@@QEBA_NXZ", ios));
    CHECK_EQ((int)CALL("?rdstate@ios_base@std@@QEBAHXZ", ios), 3);
    CALL("?clear@?$basic_ios@DU?$char_traits@D@std@@@std@@QEAAXH_N@Z", ios, 0, 0);
    CHECK_EQ((int)CALL("?flags@ios_base@std@@QEBAHXZ", ios), 0x201);  // skipws, dec
    CHECK_EQ(CALL("?precision@ios_base@std@@QEBA_JXZ", ios), 6);
    CHECK_EQ(CALL("?precision@ios_base@std@@QEAA_J_J@Z", ios, LONG(9)), 6);
    CHECK_EQ(CALL("?precision@ios_base@std@@QEAA_J_J@Z", ios, LONG(6)), 9);
    CHECK_EQ(CALL("?width@ios_base@std@@QEAA_J_J@Z", ios, LONG(3)), 0);
    CHECK_EQ(CALL("?width@ios_base@std@@QEBA_JXZ", ios), 3);
    CALL("?width@ios_base@std@@QEAA_J_J@Z", ios, LONG(0));
    CHECK_EQ((char)CALL("?fill@?$basic_ios@DU?$char_traits@D@std@@@std@@QEAADD@Z", ios, '*'), ' ');
    CHECK_EQ((char)CALL("?fill@?$basic_ios@DU?$char_traits@D@std@@@std@@QEBADXZ", ios), '*');
    CHECK_EQ((char)CALL("?widen@?$basic_ios@DU?$char_traits@D@std@@@std@@QEBADD@Z", ios, 'w'), 'w');
    CHECK_EQ(CALL("?rdbuf@?$basic_ios@DU?$char_traits@D@std@@@std@@QEBAPEAV?$basic_streambuf@DU?$char_traits@D@std@@@2@XZ", ios), (intptr_t)&buffer);
    CHECK_EQ(CALL("?tie@?$basic_ios@DU?$char_traits@D@std@@@std@@QEBAPEAV?$basic_ostream@DU?$char_traits@D@std@@@2@XZ", ios), 0);
    CHECK_EQ(CALL("?tie@?$basic_ios@DU?$char_traits@D@std@@@std@@QEAAPEAV?$basic_ostream@DU?$char_traits@D@std@@@2@PEAV32@@Z", ios, &stream), 0);
    CHECK_EQ(CALL("?tie@?$basic_ios@DU?$char_traits@D@std@@@std@@QEAAPEAV?$basic_ostream@DU?$char_traits@D@std@@@2@PEAV32@@Z", ios, NULL), (intptr_t)&stream);
    void *locale[2];
    CHECK_EQ(CALL("?getloc@ios_base@std@@QEBA?AVlocale@2@XZ", ios, locale), (intptr_t)locale);
    CHECK(locale[1] == (void *)CALL("?_Getgloballocale@locale@std@@CAPEAV_Locimp@12@XZ"));
}

static void integers(void *ios) {
    CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@F@Z", &stream, (short)-5);
    CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@G@Z", &stream, (unsigned short)65535);
    CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@H@Z", &stream, -70000);
    CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@I@Z", &stream, 4000000000u);
    shows("-565535-700004000000000");
    CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@J@Z", &stream, -1L);
    CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@K@Z", &stream, 1UL);
    CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@_J@Z", &stream, LONG(-5000000000));
    CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@_K@Z", &stream, LONG(-1));
    shows("-11-500000000018446744073709551615");
    CHECK_EQ(CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@P6AAEAVios_base@1@AEAV21@@Z@Z", &stream, to_hex), (intptr_t)&stream);
    CALL("?setf@ios_base@std@@QEAAHH@Z", ios, 8 | 4);  // showbase, uppercase
    CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@F@Z", &stream, (short)-1);
    CALL("?setf@ios_base@std@@QEAAHHH@Z", ios, 0x100, 0x1C0);  // internal
    CALL("?width@ios_base@std@@QEAA_J_J@Z", ios, LONG(8));
    CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@H@Z", &stream, 255);
    shows("0XFFFF0X****FF");
    CALL("?flags@ios_base@std@@QEAAHH@Z", ios, 0x201);
    CALL("?width@ios_base@std@@QEAA_J_J@Z", ios, LONG(5));
    CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@_N@Z", &stream, 1);
    CALL("?setf@ios_base@std@@QEAAHH@Z", ios, 0x4000 | 0x40);  // boolalpha, left
    CALL("?width@ios_base@std@@QEAA_J_J@Z", ios, LONG(6));
    CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@_N@Z", &stream, 0);
    CALL("?unsetf@ios_base@std@@QEAAXH@Z", ios, 0x4000 | 0x40);
    shows("****1false*");
    CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@PEBX@Z", &stream, (void *)(intptr_t)0xABC);
    shows("0000000000000ABC");
}

static void reals(void *ios) {
    void (*real)(void *, double) = (void (*)(void *, double))get("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@N@Z");
    void (*single)(void *, float) = (void (*)(void *, float))get("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@M@Z");
    void (*same)(void *, double) = (void (*)(void *, double))get("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@O@Z");
    real(&stream, 3.14159265);
    single(&stream, 0.5f);
    same(&stream, 1e100);
    shows("3.141590.51e+100");
    struct {
        void (*change)(void *, long long);
        long long value;
    } manipulator;
    CHECK_EQ(CALL("?setprecision@std@@YA?AU?$_Smanip@_J@1@_J@Z", &manipulator, LONG(2)), (intptr_t)&manipulator);
    manipulator.change(ios, manipulator.value);
    CALL("?setw@std@@YA?AU?$_Smanip@_J@1@_J@Z", &manipulator, LONG(8));
    manipulator.change(ios, manipulator.value);
    CALL("?setf@ios_base@std@@QEAAHHH@Z", ios, 0x2000, 0x3000);  // fixed
    real(&stream, 2.345);
    CALL("?setf@ios_base@std@@QEAAHHH@Z", ios, 0x1000, 0x3000);  // scientific
    real(&stream, 12345.0);
    CALL("?flags@ios_base@std@@QEAAHH@Z", ios, 0x201);
    shows("****2.351.23e+04");  // 2.345 is a little more than that
}

static void standard_streams(void) {
    void *out = (void *)GetProcAddress(library, "?cout@std@@3V?$basic_ostream@DU?$char_traits@D@std@@@1@A"), *err = (void *)GetProcAddress(library, "?cerr@std@@3V?$basic_ostream@DU?$char_traits@D@std@@@1@A");
    void *in = (void *)GetProcAddress(library, "?cin@std@@3V?$basic_istream@DU?$char_traits@D@std@@@1@A"), *log = (void *)GetProcAddress(library, "?clog@std@@3V?$basic_ostream@DU?$char_traits@D@std@@@1@A");
    CHECK(out && err && in && log);
    CALL("?write@?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV12@PEBD_J@Z", out, "to cout, ", LONG(9));
    CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@H@Z", out, 7);
    CALL("?put@?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV12@D@Z", out, '!');
    CALL("?put@?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV12@D@Z", out, 10);
    CALL("?flush@?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV12@XZ", out);
    CHECK_EQ((int)CALL("?peek@?$basic_istream@DU?$char_traits@D@std@@@std@@QEAAHXZ", in), 'i');
    CHECK_EQ((int)CALL("?get@?$basic_istream@DU?$char_traits@D@std@@@std@@QEAAHXZ", in), 'i');
    char text[8] = "";
    CALL("?get@?$basic_istream@DU?$char_traits@D@std@@@std@@QEAAAEAV12@AEAD@Z", in, text);
    CHECK_EQ(text[0], 'n');
    CALL("?putback@?$basic_istream@DU?$char_traits@D@std@@@std@@QEAAAEAV12@D@Z", in, 'n');
    CHECK_EQ((int)CALL("?get@?$basic_istream@DU?$char_traits@D@std@@@std@@QEAAHXZ", in), 'n');
    CALL("?read@?$basic_istream@DU?$char_traits@D@std@@@std@@QEAAAEAV12@PEAD_J@Z", in, text, LONG(4));
    CHECK(!memcmp(text, "put ", 4));
    CHECK_EQ(CALL("?gcount@?$basic_istream@DU?$char_traits@D@std@@@std@@QEBA_JXZ", in), 4);
    CHECK(TRUTH("?_Ipfx@?$basic_istream@DU?$char_traits@D@std@@@std@@QEAA_N_N@Z", in, 0));
    CHECK_EQ((int)CALL("?get@?$basic_istream@DU?$char_traits@D@std@@@std@@QEAAHXZ", in), '4');
    CALL("?read@?$basic_istream@DU?$char_traits@D@std@@@std@@QEAAAEAV12@PEAD_J@Z", in, text, LONG(8));
    CHECK_EQ(CALL("?gcount@?$basic_istream@DU?$char_traits@D@std@@@std@@QEBA_JXZ", in), 2);
    void *ios = (char *)in + (*(const int **)in)[1];
    CHECK(TRUTH("?eof@ios_base@std@@QEBA_NXZ", ios) && TRUTH("?fail@ios_base@std@@QEBA_NXZ", ios));
}

int main(void) {
    library = LoadLibraryA("msvcp140.dll");
    CALL("??0?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAA@XZ", &buffer);
    empty();
    CALL("??0?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAA@PEAV?$basic_streambuf@DU?$char_traits@D@std@@@1@_N@Z", &stream, &buffer, 0, 1);
    CHECK_EQ(stream.bases[1], 16);
    state(stream.ios);
    integers(stream.ios);
    reals(stream.ios);
    CHECK_EQ(CALL("??6?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAAEAV01@P6AAEAV01@AEAV01@@Z@Z", &stream, plus_one), (intptr_t)&stream);
    shows("+");
    CHECK(TRUTH("?opfx@?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAA_NXZ", &stream));
    CALL("?osfx@?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAXXZ", &stream);
    CALL("?_Osfx@?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAAXXZ", &stream);
    long long position[3];
    CHECK_EQ(CALL("?tellp@?$basic_ostream@DU?$char_traits@D@std@@@std@@QEAA?AV?$fpos@U_Mbstatet@@@2@XZ", &stream, position), (intptr_t)position);
    CHECK_EQ(position[0], -1);
    char other[96];
    CALL("??0?$basic_ios@DU?$char_traits@D@std@@@std@@IEAA@XZ", other);
    CALL("?init@?$basic_ios@DU?$char_traits@D@std@@@std@@IEAAXPEAV?$basic_streambuf@DU?$char_traits@D@std@@@2@_N@Z", other, &buffer, 0);
    CALL("?copyfmt@?$basic_ios@DU?$char_traits@D@std@@@std@@QEAAAEAV12@AEBV12@@Z", other, stream.ios);
    CHECK_EQ((char)CALL("?fill@?$basic_ios@DU?$char_traits@D@std@@@std@@QEBADXZ", other), '*');
    CHECK_EQ(CALL("?rdbuf@?$basic_ios@DU?$char_traits@D@std@@@std@@QEAAPEAV?$basic_streambuf@DU?$char_traits@D@std@@@2@PEAV32@@Z", other, NULL), (intptr_t)&buffer);
    CHECK(TRUTH("?bad@ios_base@std@@QEBA_NXZ", other));
    CALL("??1?$basic_ios@DU?$char_traits@D@std@@@std@@UEAA@XZ", other);
    CALL("??0?$basic_ios@DU?$char_traits@D@std@@@std@@QEAA@PEAV?$basic_streambuf@DU?$char_traits@D@std@@@1@@Z", other, &buffer);
    CHECK(TRUTH("?good@ios_base@std@@QEBA_NXZ", other));
    CALL("??1?$basic_ios@DU?$char_traits@D@std@@@std@@UEAA@XZ", other);
    char in[120];
    CALL("??0?$basic_istream@DU?$char_traits@D@std@@@std@@QEAA@PEAV?$basic_streambuf@DU?$char_traits@D@std@@@1@_N@Z", in, &buffer, 0, 1);
    CHECK_EQ((*(const int **)in)[1], 24);
    CALL("?setg@?$basic_streambuf@DU?$char_traits@D@std@@@std@@IEAAXPEAD00@Z", &buffer, room, room, room + 9);
    memcpy(room, "  a b", 6);
    CHECK(TRUTH("?_Ipfx@?$basic_istream@DU?$char_traits@D@std@@@std@@QEAA_N_N@Z", in, 0));  // skips the spaces
    for (int again = 0; again < 2; again++) {
        CHECK_EQ((int)CALL("?get@?$basic_istream@DU?$char_traits@D@std@@@std@@QEAAHXZ", in), 'a');
        CALL("?unget@?$basic_istream@DU?$char_traits@D@std@@@std@@QEAAAEAV12@XZ", in);
    }
    CALL("??1?$basic_istream@DU?$char_traits@D@std@@@std@@UEAA@XZ", in);
    CALL("??1?$basic_ostream@DU?$char_traits@D@std@@@std@@UEAA@XZ", &stream);
    standard_streams();
    return check_result();
}
