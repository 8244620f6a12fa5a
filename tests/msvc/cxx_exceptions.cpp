// C++ exceptions through __CxxFrameHandler3. The C++ standard, [except.throw] and [except.handle].
#include "trace.h"

class type_info {
public:
    virtual ~type_info();
};
type_info::~type_info() {}
extern "C" void* const type_info_vtable[2] asm("??_7type_info@@6B@") = {};
extern "C" __declspec(dllimport) int __uncaught_exceptions();

struct Guard {
    const char* name;
    explicit Guard(const char* n) : name(n) {}
    ~Guard() {
        note("~");
        put(name);
    }
};
struct A {
    int a;
    A(int value) : a(value) {}
    A(const A& other) : a(other.a + 100) { note("copy"); }
    ~A() {
        note("~A");
        note_number(a);
    }
};
struct B {
    int b = 5;
};
struct C : B, A {
    int c;
    C(int value) : A(value), c(value * 2) {}
};
struct V : virtual A {
    V() : A(3) {}
};

__declspec(noinline) static void thrower(int kind) {
    Guard guard("thrower");
    switch (kind) {
    case 0: throw 42;
    case 1: throw C(7);
    case 2: throw(const char*) "text";
    case 3: throw A(9);
    case 4: throw V();
    case 5: {
        static char room[sizeof(C)];
        C* object = (C*)room;
        object->a = 1;
        throw object;
    }
    }
}
__declspec(noinline) static void middle(int kind) {
    Guard guard("middle");
    thrower(kind);
    note("returned");
}

static int by_kind(int kind) {
    Guard outer("outer");
    try {
        Guard inner("inner");
        middle(kind);
    } catch (int v) {
        note_number(v);
    } catch (A& a) {
        note("A&");
        note_number(a.a);
    } catch (const char* text) {
        note(text);
        return 77;
    } catch (A* pointer) {
        note("A*");
        note_number(pointer->a);
    }
    return kind;
}
static void kinds() {
    by_kind(0);
    expect("int", "~thrower ~middle ~inner 42 ~outer");
    by_kind(1);
    expect("base by reference", "~thrower ~middle ~inner A& 7 ~A 7 ~outer");
    note_number(by_kind(2));
    expect("return from catch", "~thrower ~middle ~inner text ~outer 77");
    by_kind(4);
    expect("virtual base", "~thrower ~middle ~inner A& 3 ~A 3 ~outer");
    by_kind(5);
    expect("pointer to base", "~thrower ~middle ~inner A* 1 ~outer");
    by_kind(9);
    expect("nothing thrown", "~thrower returned ~middle ~inner ~outer");
}

static void by_value() {
    try {
        middle(1);
    } catch (A a) {
        note_number(a.a);
    }
    expect("by_value", "copy ~thrower ~middle 107 ~A 107 ~A 7");
}

static void nested() {
    try {
        try {
            middle(0);
        } catch (int v) {
            Guard guard("catch");
            try {
                Guard inner("try");
                middle(2);
            } catch (const char* text) {
                note(text);
                try {
                    throw;
                } catch (const char*) {
                    note("again");
                }
            }
            note_number(v);
            throw;
        }
    } catch (int w) {
        note("outer");
        note_number(w);
    }
    expect("nested", "~thrower ~middle ~thrower ~middle ~try text again 42 ~catch outer 42");
}

static void replaced() {
    try {
        try {
            middle(3);
        } catch (A& a) {
            Guard guard("catch");
            throw C(a.a + 1);
        }
    } catch (C& c) {
        note_number(c.c);
    }
    expect("replaced", "~thrower ~middle ~catch ~A 9 20 ~A 10");
}

static void loops() {
    for (int i = 0; i < 4; i++) {
        try {
            if (i == 1) continue;
            middle(0);
        } catch (...) {
            if (i == 2) break;
            note("next");
        }
    }
    expect("loops", "~thrower ~middle next ~thrower ~middle");
}

static int compare(const void*, const void*) {
    Guard guard("compare");
    throw 5;
}
static void through_callback() {
    int values[2] = {2, 1};
    try {
        qsort(values, 2, sizeof(int), compare);
    } catch (int v) {
        note_number(v);
    }
    expect("through_callback", "~compare 5");
}

struct Counter {
    ~Counter() { note_number(__uncaught_exceptions()); }
};
static void uncaught() {
    try {
        Counter counter;
        throw 1;
    } catch (int) {
        note_number(__uncaught_exceptions());
    }
    expect("uncaught", "1 0");
}

__declspec(noinline) static void deep(int depth) {
    Guard guard("d");
    try {
        if (depth == 0) throw depth;
        deep(depth - 1);
    } catch (int& value) {
        value++;
        throw;
    }
}
static void rethrown_often() {
    try {
        deep(4);
    } catch (int value) {
        note_number(value);
    }
    expect("rethrown_often", "~d ~d ~d ~d ~d 5");
}

extern "C" void start() {
    kinds();
    by_value();
    nested();
    replaced();
    loops();
    through_callback();
    uncaught();
    rethrown_often();
    ExitProcess(failures != 0);
}
