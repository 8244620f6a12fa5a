// What happened, as text, compared with what should have: the programs here have no headers of an SDK.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif
__declspec(dllimport) void ExitProcess(unsigned);
__declspec(dllimport) void* GetStdHandle(unsigned);
__declspec(dllimport) int WriteFile(void*, const void*, unsigned, unsigned*, void*);
__declspec(dllimport) void RaiseException(unsigned, unsigned, unsigned, const unsigned long long*);
__declspec(dllimport) void qsort(void*, unsigned long long, unsigned long long, int (*)(const void*, const void*));
extern int _fltused;
int _fltused;
#ifdef __cplusplus
}
#endif

static char trace[4096];
static unsigned trace_length;
static int failures;

static void put(const char* text) {
    while (*text && trace_length < sizeof trace - 1) trace[trace_length++] = *text++;
}
static void note(const char* text) {
    if (trace_length) put(" ");
    put(text);
}
static inline void note_number(int value) {
    char digits[16];
    int at = 15;
    unsigned rest = value < 0 ? -(unsigned)value : (unsigned)value;
    digits[at] = 0;
    do digits[--at] = '0' + rest % 10;
    while (rest /= 10);
    if (value < 0) digits[--at] = '-';
    note(digits + at);
}
static void print(const char* text) {
    unsigned length = 0, done;
    while (text[length]) length++;
    WriteFile(GetStdHandle((unsigned)-12), text, length, &done, 0);
}
static void expect(const char* name, const char* want) {
    int same = 1;
    trace[trace_length] = 0;
    for (unsigned i = 0; i <= trace_length && same; i++) same = trace[i] == want[i];
    if (!same) {
        failures++;
        print(name);
        print(": got  ");
        print(trace);
        print("\n  expected ");
        print(want);
        print("\n");
    }
    trace_length = 0;
}
