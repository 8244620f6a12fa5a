// dynamic_cast and typeid over Microsoft's class descriptions. The C++ standard, [expr.dynamic.cast].
#include "trace.h"

extern "C" __declspec(dllimport) const char* __std_type_info_name(void* data, void* list);
extern "C" __declspec(dllimport) int strcmp(const char*, const char*);

class type_info {
public:
    virtual ~type_info();
    const char* name() { return __std_type_info_name(data, nullptr); }
    void* data[1];
};
type_info::~type_info() {}
namespace std {
using ::type_info;
}
extern "C" void* const type_info_vtable[2] asm("??_7type_info@@6B@") = {};

namespace zoo {
struct Base {
    int b = 1;
    virtual ~Base() {}
};
struct Left : Base {
    int l = 2;
};
struct Right : Base {
    int r = 3;
};
struct Both : Left, Right {
    int d = 4;
};
struct Root {
    int v = 5;
    virtual ~Root() {}
};
struct One : virtual Root {
    int o = 6;
};
struct Two : virtual Root {
    int t = 7;
};
struct Diamond : One, Two {
    int x = 8;
};
class Hidden : Base {
public:
    int h = 9;
    Base* base() { return this; }
};
}  // namespace zoo
using namespace zoo;

static void check(const char* name, bool ok) {
    if (ok) return;
    failures++;
    print(name);
    print(" fails\n");
}

void operator delete(void*) noexcept {}  // never called; virtual destructors refer to it

template <class To, class From>
__declspec(noinline) static To cast(From* from) {
    return dynamic_cast<To>(from);
}

extern "C" void start() {
    Both both;
    Base* left_base = static_cast<Left*>(&both);
    Base* right_base = static_cast<Right*>(&both);
    check("down left", cast<Left*>(left_base) == static_cast<Left*>(&both));
    check("down right", cast<Right*>(right_base) == static_cast<Right*>(&both));
    check("down to the whole", cast<Both*>(right_base) == &both);
    check("across", cast<Left*>(right_base) == static_cast<Left*>(&both));
    check("to void", cast<void*>(right_base) == &both);
    Left alone;
    check("not a Right", cast<Right*>(static_cast<Base*>(&alone)) == nullptr);
    Diamond diamond;
    Root* root = &diamond;
    check("virtual down", cast<Two*>(root) == static_cast<Two*>(&diamond));
    check("virtual across", cast<One*>(static_cast<Two*>(&diamond)) == static_cast<One*>(&diamond));
    check("virtual whole", cast<Diamond*>(root) == &diamond);
    Hidden hidden;
    check("private base", cast<Hidden*>(hidden.base()) == nullptr);
    try {
        Base& base = alone;
        check("unreachable", &dynamic_cast<Right&>(base) == nullptr);
    } catch (...) {
        note("bad_cast");
    }
    expect("reference", "bad_cast");
    type_info& type = (type_info&)typeid(*right_base);
    check("name", strcmp(type.name(), "struct zoo::Both") == 0);
    ExitProcess(failures != 0);
}
