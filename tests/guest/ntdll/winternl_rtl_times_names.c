// Rtl functions for times, DOS device names, kinds of paths, name expressions and lists. "RtlTimeToTimeFields",
// "RtlTimeFieldsToTime", "RtlTimeToSecondsSince1970 function (winternl.h)", "RtlIsNameInExpression function (ntifs.h)",
// "RtlInitializeSListHead", "Naming Files, Paths, and Namespaces".
// flags: -lntdll
#include "check.h"

#include <winternl.h>

typedef struct {
    short year, month, day, hour, minute, second, milliseconds, weekday;
} TimeFields;

static HMODULE ntdll;
#define NT(result, name, parameters) ((result(NTAPI*) parameters)(void*)GetProcAddress(ntdll, #name))

static void times(void) {
    static const struct {
        long long ticks;
        TimeFields fields;
    } rows[] = {
        {0, {1601, 1, 1, 0, 0, 0, 0, 1}},
        {116444736000000000, {1970, 1, 1, 0, 0, 0, 0, 4}},
        {125963423990000000 + 10000, {2000, 2, 29, 23, 59, 59, 1, 2}},
        {133541280000000000, {2024, 3, 5, 16, 0, 0, 0, 2}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        LARGE_INTEGER time = {.QuadPart = rows[i].ticks}, back;
        TimeFields fields;
        NT(void, RtlTimeToTimeFields, (LARGE_INTEGER*, TimeFields*))(&time, &fields);
        if (!CHECK(memcmp(&fields, &rows[i].fields, sizeof fields) == 0))
            fprintf(stderr, "  row %d: %d-%d-%d %d:%d:%d.%d %d\n", (int)i, fields.year, fields.month, fields.day,
                    fields.hour, fields.minute, fields.second, fields.milliseconds, fields.weekday);
        fields.weekday = 99;  // not looked at
        CHECK(NT(BOOLEAN, RtlTimeFieldsToTime, (TimeFields*, LARGE_INTEGER*))(&fields, &back));
        CHECK_EQ(back.QuadPart, rows[i].ticks);
    }
    static const TimeFields wrong[] = {{1600, 12, 31}, {2023, 2, 29}, {2023, 13, 1}, {2023, 0, 1}, {2023, 1, 0},
                                       {2023, 1, 1, 24}, {2023, 1, 1, 0, 60}, {2023, 1, 1, 0, 0, 60},
                                       {2023, 1, 1, 0, 0, 0, 1000}, {2023, 4, 31}, {1900, 2, 29}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        LARGE_INTEGER time;
        TimeFields fields = wrong[i];
        if (!CHECK(!NT(BOOLEAN, RtlTimeFieldsToTime, (TimeFields*, LARGE_INTEGER*))(&fields, &time)))
            fprintf(stderr, "  row %d\n", (int)i);
    }
    LARGE_INTEGER time = {.QuadPart = 116444736000000000 + 12345 * 10000000LL + 9999999};
    ULONG seconds = 0;
    CHECK(NT(BOOLEAN, RtlTimeToSecondsSince1970, (LARGE_INTEGER*, ULONG*))(&time, &seconds));
    CHECK_EQ(seconds, 12345);
    CHECK(!NT(BOOLEAN, RtlTimeToSecondsSince1980, (LARGE_INTEGER*, ULONG*))(&time, &seconds));  // too early
    NT(void, RtlSecondsSince1970ToTime, (ULONG, LARGE_INTEGER*))(0xFFFFFFFF, &time);
    CHECK_EQ(time.QuadPart, 116444736000000000 + 0xFFFFFFFFLL * 10000000);
    NT(void, RtlSecondsSince1980ToTime, (ULONG, LARGE_INTEGER*))(1, &time);
    CHECK_EQ(time.QuadPart, 119600064000000000 + 10000000);
    CHECK(NT(BOOLEAN, RtlTimeToSecondsSince1980, (LARGE_INTEGER*, ULONG*))(&time, &seconds));
    CHECK_EQ(seconds, 1);
    time.QuadPart = 116444736000000000 - 1;
    CHECK(!NT(BOOLEAN, RtlTimeToSecondsSince1970, (LARGE_INTEGER*, ULONG*))(&time, &seconds));
    LARGE_INTEGER local, system;
    time.QuadPart = 133541280000000000;
    CHECK_EQ(NT(NTSTATUS, RtlSystemTimeToLocalTime, (LARGE_INTEGER*, LARGE_INTEGER*))(&time, &local), 0);
    CHECK_EQ(NT(NTSTATUS, RtlLocalTimeToSystemTime, (LARGE_INTEGER*, LARGE_INTEGER*))(&local, &system), 0);
    CHECK_EQ(system.QuadPart, time.QuadPart);
}

static void names(void) {
    static const struct {
        const wchar_t* path;
        ULONG kind, device;  // a device name's offset and length in bytes
    } rows[] = {
        {L"\\\\s\\x", 1, 0}, {L"C:\\a", 2, 0}, {L"c:a", 3, 0}, {L"\\a", 4, 0}, {L"a", 5, 0}, {L"\\\\.\\a", 6, 0},
        {L"\\\\?\\a", 6, 0}, {L"\\\\.", 7, 0}, {L"\\\\?", 7, 0}, {L"", 5, 0}, {L"nul", 5, 6}, {L"CON", 5, 6},
        {L"com1", 5, 8}, {L"com0", 5, 0}, {L"LPT9:", 5, 8}, {L"nul.", 5, 6}, {L"null", 5, 0}, {L"aux", 5, 6},
        {L"prn:", 5, 6},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int ok = CHECK_EQ(NT(ULONG, RtlDetermineDosPathNameType_U, (const wchar_t*))(rows[i].path), rows[i].kind) &
                 CHECK_EQ(NT(ULONG, RtlIsDosDeviceName_U, (const wchar_t*))(rows[i].path), rows[i].device);
        if (!ok) fprintf(stderr, "  row %d\n", (int)i);
    }
    static const struct {
        const wchar_t *expression, *name;
        int ignore, match;
    } rules[] = {
        {L"*", L"a.b", 0, 1}, {L"*.TXT", L"x.txt", 1, 1}, {L"*.TXT", L"x.txt", 0, 0}, {L"a?c", L"abc", 0, 1},
        {L"a?c", L"ac", 0, 0}, {L"", L"", 0, 1}, {L"a*b*c", L"aXbYbc", 0, 1}, {L"<.c", L"a.b.c", 0, 1},
        {L"a>", L"a", 0, 1}, {L"a\"b", L"a.b", 0, 1}, {L"*.*", L"ab", 0, 0},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        UNICODE_STRING expression, name;
        RtlInitUnicodeString(&expression, rules[i].expression);
        RtlInitUnicodeString(&name, rules[i].name);
        BOOLEAN match = NT(BOOLEAN, RtlIsNameInExpression, (UNICODE_STRING*, UNICODE_STRING*, BOOLEAN, wchar_t*))(
            &expression, &name, (BOOLEAN)rules[i].ignore, NULL);
        if (!CHECK_EQ(match, rules[i].match)) fprintf(stderr, "  rule %d\n", (int)i);
    }
}

static void lists(void) {
    static SLIST_HEADER head __attribute__((aligned(16)));
    static SLIST_ENTRY entries[3] __attribute__((aligned(16)));
    NT(void, RtlInitializeSListHead, (SLIST_HEADER*))(&head);
    CHECK(NT(SLIST_ENTRY*, RtlInterlockedPopEntrySList, (SLIST_HEADER*))(&head) == NULL);
    CHECK(NT(SLIST_ENTRY*, RtlInterlockedPushEntrySList, (SLIST_HEADER*, SLIST_ENTRY*))(&head, &entries[0]) == NULL);
    CHECK(NT(SLIST_ENTRY*, RtlInterlockedPushEntrySList, (SLIST_HEADER*, SLIST_ENTRY*))(&head, &entries[1]) == &entries[0]);
    CHECK_EQ(NT(USHORT, RtlQueryDepthSList, (SLIST_HEADER*))(&head), 2);
    CHECK(NT(SLIST_ENTRY*, RtlInterlockedPopEntrySList, (SLIST_HEADER*))(&head) == &entries[1]);
    CHECK(NT(SLIST_ENTRY*, RtlInterlockedFlushSList, (SLIST_HEADER*))(&head) == &entries[0]);
    CHECK_EQ(NT(USHORT, RtlQueryDepthSList, (SLIST_HEADER*))(&head), 0);
    entries[0].Next = &entries[1];
    entries[1].Next = &entries[2];
    NT(SLIST_ENTRY*, RtlInterlockedPushListSListEx, (SLIST_HEADER*, SLIST_ENTRY*, SLIST_ENTRY*, ULONG))(
        &head, &entries[0], &entries[2], 3);
    CHECK_EQ(NT(USHORT, RtlQueryDepthSList, (SLIST_HEADER*))(&head), 3);
}

static void pieces(void) {
    int key = 5;
    void* encoded = NT(void*, RtlEncodePointer, (void*))(&key);
    CHECK(encoded != &key && NT(void*, RtlDecodePointer, (void*))(encoded) == &key);
    encoded = NT(void*, RtlEncodeSystemPointer, (void*))(&key);
    CHECK(NT(void*, RtlDecodeSystemPointer, (void*))(encoded) == &key);
    char filled[8] = "1234567";
    NT(void, RtlFillMemory, (void*, SIZE_T, int))(filled, 3, 'x');
    CHECK_STR(filled, "xxx4567");
    CHECK_EQ(NT(ULONG, RtlNtStatusToDosError, (NTSTATUS))((NTSTATUS)0xC0000034), ERROR_FILE_NOT_FOUND);
    CHECK_EQ(NT(ULONG, RtlNtStatusToDosError, (NTSTATUS))(0), 0);
    RTL_OSVERSIONINFOW version = {sizeof version};
    ULONG major, minor, build;
    CHECK_EQ(NT(NTSTATUS, RtlGetVersion, (RTL_OSVERSIONINFOW*))(&version), 0);
    NT(void, RtlGetNtVersionNumbers, (ULONG*, ULONG*, ULONG*))(&major, &minor, &build);
    CHECK_EQ(version.dwMajorVersion, major);
    CHECK_EQ(version.dwBuildNumber, build & 0xFFFF);
    void* heap = NT(void*, RtlCreateHeap, (ULONG, void*, SIZE_T, SIZE_T, void*, void*))(2, NULL, 0, 0, NULL, NULL);
    void* block = NT(void*, RtlAllocateHeap, (void*, ULONG, SIZE_T))(heap, HEAP_ZERO_MEMORY, 33);
    CHECK_EQ(NT(SIZE_T, RtlSizeHeap, (void*, ULONG, void*))(heap, 0, block), 33);
    block = NT(void*, RtlReAllocateHeap, (void*, ULONG, void*, SIZE_T))(heap, HEAP_ZERO_MEMORY, block, 77);
    CHECK(block && !((char*)block)[76]);
    CHECK(NT(BOOLEAN, RtlValidateHeap, (void*, ULONG, void*))(heap, 0, block));
    CHECK(NT(BOOLEAN, RtlFreeHeap, (void*, ULONG, void*))(heap, 0, block));
    CHECK(NT(void*, RtlDestroyHeap, (void*))(heap) == NULL);
}

int main(void) {
    ntdll = GetModuleHandleA("ntdll.dll");
    times();
    names();
    lists();
    pieces();
    return check_result();
}
