// The C locale, what facets are made of, file streams' files, and pointers to exceptions that are none. Names and layouts: the
// public headers of Microsoft's STL (xlocale, xlocinfo, exception).
#include "check.h"
#include <stdint.h>
#include <stdio.h>
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

static void exceptions(void) {
    void *none[2] = {&none, NULL}, *copy[2];
    CALL("?__ExceptionPtrCreate@@YAXPEAX@Z", none);
    CHECK(!TRUTH("?__ExceptionPtrToBool@@YA_NPEBX@Z", none));
    CALL("?__ExceptionPtrCurrentException@@YAXPEAX@Z", none);  // nothing is being handled
    CHECK(!TRUTH("?__ExceptionPtrToBool@@YA_NPEBX@Z", none));
    CALL("?__ExceptionPtrCopy@@YAXPEAXPEBX@Z", copy, none);
    CALL("?__ExceptionPtrAssign@@YAXPEAXPEBX@Z", copy, none);
    CALL("?__ExceptionPtrSwap@@YAXPEAX0@Z", copy, none);
    CHECK(TRUTH("?__ExceptionPtrCompare@@YA_NPEBX0@Z", copy, none));
    CALL("?__ExceptionPtrDestroy@@YAXPEAX@Z", copy);
    CALL("?__ExceptionPtrDestroy@@YAXPEAX@Z", none);
}

static void files(void) {
    FILE *(*open)(const char *, int, int) = (FILE * (*)(const char *, int, int)) get("?_Fiopen@std@@YAPEAU_iobuf@@PEBDHH@Z");
    FILE *(*open_wide)(const WCHAR *, int, int) = (FILE * (*)(const WCHAR *, int, int)) get("?_Fiopen@std@@YAPEAU_iobuf@@PEB_WHH@Z");
    int (*close)(FILE *) = (int (*)(FILE *))(void *)GetProcAddress(GetModuleHandleA("ucrtbase.dll"), "fclose");
    enum { in = 1, out = 2, at_end = 4, binary = 0x20, no_create = 0x40, no_replace = 0x80, share_all = 0x40 };
    DeleteFileA("stream");
    CHECK(open("stream", in, share_all) == NULL);
    CHECK(open("stream", out | no_create, share_all) == NULL);
    FILE *file = open("stream", out | no_replace, share_all);
    CHECK(file != NULL && close(file) == 0);
    CHECK(open("stream", out | no_replace, share_all) == NULL);
    file = open_wide(L"stream", in | out | binary | at_end, share_all);
    CHECK(file != NULL && close(file) == 0);
    CHECK(open("stream", binary, share_all) == NULL);
}

int main(void) {
    library = LoadLibraryA("msvcp140.dll");
    void *impl = (void *)CALL("?_Init@locale@std@@CAPEAV_Locimp@12@_N@Z", 1);
    CHECK(impl && impl == (void *)CALL("?_Getgloballocale@locale@std@@CAPEAV_Locimp@12@XZ"));
    CHECK(((void **)CALL("?classic@locale@std@@SAAEBV12@XZ"))[1] == impl);
    int lock;
    CHECK_EQ(CALL("??0_Lockit@std@@QEAA@H@Z", &lock, 0), (intptr_t)&lock);
    CALL("??1_Lockit@std@@QEAA@XZ", &lock);
    void *info[13] = {0};
    CALL("?_Locinfo_ctor@_Locinfo@std@@SAXPEAV12@PEBD@Z", info, "C");
    CHECK(!strcmp(info[11], "C"));
    CALL("?_Locinfo_dtor@_Locinfo@std@@SAXPEAV12@@Z", info);

    void *facet = NULL;
    CHECK_EQ(CALL("?_Getcat@?$codecvt@DDU_Mbstatet@@@std@@SA_KPEAPEBVfacet@locale@2@PEBV42@@Z", &facet, NULL), 2);
    CHECK(facet && TRUTH("?always_noconv@codecvt_base@std@@QEBA_NXZ", facet));
    const char *text = "text", *next;
    char to[8], *to_next;
    long long conversion = 0;
    CHECK_EQ((int)CALL("?in@?$codecvt@DDU_Mbstatet@@@std@@QEBAHAEAU_Mbstatet@@PEBD1AEAPEBDPEAD3AEAPEAD@Z", facet, &conversion, text, text + 4, &next, to, to + 8, &to_next), 3);
    CHECK(next == text && to_next == to);
    CHECK_EQ((int)CALL("?out@?$codecvt@DDU_Mbstatet@@@std@@QEBAHAEAU_Mbstatet@@PEBD1AEAPEBDPEAD3AEAPEAD@Z", facet, &conversion, text, text + 4, &next, to, to + 8, &to_next), 3);
    CHECK_EQ((int)CALL("?unshift@?$codecvt@DDU_Mbstatet@@@std@@QEBAHAEAU_Mbstatet@@PEAD1AEAPEAD@Z", facet, &conversion, to, to + 8, &to_next), 3);
    CHECK(GetProcAddress(library, "?id@?$codecvt@DDU_Mbstatet@@@std@@2V0locale@2@A") && GetProcAddress(library, "?id@?$ctype@D@std@@2V0locale@2@A"));

    struct {
        unsigned page;
        const short *table;
        int owned;
        WCHAR *name;
    } types;
    CHECK_EQ(CALL("_Getctype", &types), (intptr_t)&types);
    CHECK(types.table['7'] & 4);  // _DIGIT
    CHECK_EQ((int)CALL("_Toupper", 'a', &types), 'A');
    CHECK_EQ((int)CALL("_Tolower", 'A', &types), 'a');
    void *order[2];
    CHECK_EQ(CALL("_Getcoll", order), (intptr_t)order);
    CHECK_EQ((int)CALL("_Strcoll", text, text + 4, text, text + 3, order), 1);
    CHECK_EQ((int)CALL("_Strcoll", text, text + 3, text, text + 4, order), -1);
    CHECK_EQ(CALL("_Strxfrm", to, to + 8, text, text + 4, order), 4);
    CHECK(!memcmp(to, "text", 4));
    exceptions();
    files();
    return check_result();
}
