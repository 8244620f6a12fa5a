// __try, __except, __finally. "Structured Exception Handling (C/C++)", "try-except statement",
// "try-finally statement"; nested and collided exceptions as "x64 exception handling" describes.
#include "trace.h"

typedef struct Record {
    unsigned code, flags;
    struct Record* inner;
    void* address;
    unsigned count;
    unsigned long long information[15];
} Record;
typedef struct {
    Record* record;
    void* context;
} Pointers;

unsigned long _exception_code(void);
void* _exception_info(void);
int _abnormal_termination(void);

#define ACCESS_VIOLATION 0xC0000005
#define NONCONTINUABLE 0xC0000025

__declspec(noinline) static void poke(volatile int* p) { *p = 1; }
__declspec(noinline) static void raise(unsigned code) { RaiseException(code, 0, 0, 0); }

static int filter(Pointers* p, unsigned code, int answer) {
    note(p->record->code == code ? "filter" : "wrong-code");
    return answer;
}

static void order(void) {
    __try {
        __try {
            __try {
                poke(0);
                note("no");
            } __finally {
                note(_abnormal_termination() ? "finally1" : "normal");
            }
        } __except (filter(_exception_info(), ACCESS_VIOLATION, 0)) {
            note("no");
        }
    } __except (filter(_exception_info(), ACCESS_VIOLATION, 1)) {
        note("handler");
        note(_exception_code() == ACCESS_VIOLATION ? "code" : "no");
    }
    expect("order", "filter filter finally1 handler code");
}

static void normal_finally(void) {
    __try {
        note("body");
    } __finally {
        note(_abnormal_termination() ? "no" : "normal");
    }
    expect("normal_finally", "body normal");
}

static void continues(void) {
    __try {
        raise(0xE0000001);
        note("continued");
    } __except (filter(_exception_info(), 0xE0000001, -1)) {
        note("no");
    }
    expect("continues", "filter continued");
}

static int noncontinuable_filter(Pointers* p) {
    if (p->record->code == 0xE0000002) {
        note("first");
        return -1;
    }
    note(p->record->code == NONCONTINUABLE && p->record->inner->code == 0xE0000002 ? "second" : "no");
    return 1;
}
static void noncontinuable(void) {
    __try {
        RaiseException(0xE0000002, 1, 0, 0);
    } __except (noncontinuable_filter(_exception_info())) {
        note("handler");
    }
    expect("noncontinuable", "first second handler");
}

// Asked for the exception that it raises itself, too.
__declspec(noinline) static int faulty_filter(void) {
    static int calls;
    note("faulty");
    if (calls++ == 0) poke(0);
    return 0;
}
static int outer_filter(Pointers* p) {
    note(p->record->code == ACCESS_VIOLATION ? "nested" : "first");
    return p->record->code == ACCESS_VIOLATION;
}
static void exception_in_filter(void) {
    __try {
        __try {
            raise(0xE0000003);
        } __except (faulty_filter()) {
            note("no");
        }
    } __except (outer_filter(_exception_info())) {
        note("handler");
    }
    expect("exception_in_filter", "faulty faulty nested handler");
}

static void faulty_cleanup(void) {
    __try {
        __try {
            raise(0xE0000004);
            note("no");  // keeps the compiler from ending one scope where the next begins
        } __finally {
            note("finally1");
            raise(0xE0000005);
        }
    } __finally {
        note("finally2");
    }
}
static void collided(void) {
    __try {
        __try {
            faulty_cleanup();
        } __finally {
            note("finally3");
        }
    } __except (_exception_code() == 0xE0000004 || _exception_code() == 0xE0000005) {
        note(_exception_code() == 0xE0000005 ? "second" : "no");
    }
    expect("collided", "finally1 finally2 finally3 second");
}

static int compare(const void* a, const void* b) {
    __try {
        raise(0xE0000006);
    } __finally {
        note("finally");
    }
    return 0;
}
// The exception passes through frames of the system.
static void through_callback(void) {
    int values[2] = {2, 1};
    volatile int kept = 5;
    __try {
        qsort(values, 2, sizeof(int), compare);
    } __except (_exception_code() == 0xE0000006) {
        note("handler");
    }
    note_number(kept);
    expect("through_callback", "finally handler 5");
}

// A bad pointer given to the system is the caller's exception.
static void bad_pointer(void) {
    volatile int kept = 2;
    __try {
        WriteFile(GetStdHandle((unsigned)-12), "", 0, (unsigned*)0x10, 0);
    } __except (_exception_code() == ACCESS_VIOLATION) {
        note("handler");
    }
    note_number(kept);
    expect("bad_pointer", "handler 2");
}

static void in_loop(void) {
    for (int i = 0; i < 3; i++) {
        __try {
            if (i == 1) continue;
            note_number(i);
            raise(0xE0000007);
        } __except (1) {
            note("caught");
        }
    }
    expect("in_loop", "0 caught 2 caught");
}

static void raise_again(void) {
    __try {
        __try {
            raise(0xE0000008);
        } __except (1) {
            note("inner");
            raise(0xE0000009);
        }
    } __except (_exception_code() == 0xE0000009) {
        note("outer");
    }
    expect("raise_again", "inner outer");
}

void start(void) {
    order();
    normal_finally();
    continues();
    noncontinuable();
    exception_in_filter();
    collided();
    through_callback();
    bad_pointer();
    in_loop();
    raise_again();
    ExitProcess(failures != 0);
}
