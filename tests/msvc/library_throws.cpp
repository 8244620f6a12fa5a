// What the C++ library throws for its templates (msvcp140's _Xlength_error and its kin) is caught by its class and by its bases.
#include "trace.h"

extern "C" __declspec(dllimport) void* LoadLibraryA(const char* name);
extern "C" __declspec(dllimport) void* GetProcAddress(void* module, const char* name);

class type_info {
public:
    virtual ~type_info();
    void* data[1];
};
type_info::~type_info() {}
extern "C" void* const type_info_vtable[2] asm("??_7type_info@@6B@") = {};

namespace std {
class exception {
public:
    virtual ~exception() {}
    virtual const char* what() const { return ""; }
    void* data[2];
};
class logic_error : public exception {};
class length_error : public logic_error {};
class out_of_range : public logic_error {};
class invalid_argument : public logic_error {};
class runtime_error : public exception {};
class bad_alloc : public exception {};
class bad_function_call : public exception {};
}  // namespace std

static void* library;

template <class Caught>
static void throws(const char* name, const char* text) {
    auto function = reinterpret_cast<void (*)(const char*)>(GetProcAddress(library, name));
    try {
        function(text);
        note("unreachable");
    } catch (const Caught& error) {
        note(error.what());
    }
}

// std::exception_ptr by the functions that its header calls: an exception is kept beyond its catch block and thrown again, twice.
struct Counted {
    static int alive;
    int value;
    explicit Counted(int value) : value(value) { ++alive; }
    Counted(const Counted& other) : value(other.value) { ++alive; }
    ~Counted() { --alive; }
};
int Counted::alive;

static void kept() {
    auto pointer_call = [](const char* name) { return reinterpret_cast<void (*)(void*)>(GetProcAddress(library, name)); };
    void* pointer[2];
    pointer_call("?__ExceptionPtrCreate@@YAXPEAX@Z")(pointer);
    try {
        throw Counted(7);
    } catch (const Counted&) {
        pointer_call("?__ExceptionPtrCurrentException@@YAXPEAX@Z")(pointer);
    }
    note_number(Counted::alive);
    for (int i = 0; i < 2; i++) {
        try {
            pointer_call("?__ExceptionPtrRethrow@@YAXPEBX@Z")(pointer);
        } catch (const Counted& again) {
            note_number(again.value);
            note_number(Counted::alive);
        }
    }
    pointer_call("?__ExceptionPtrDestroy@@YAXPEAX@Z")(pointer);
    note_number(Counted::alive);
    expect("kept", "1 7 2 7 2 0");
}

int uncaught() { return reinterpret_cast<int (*)()>(GetProcAddress(library, "?uncaught_exceptions@std@@YAHXZ"))(); }
bool any_uncaught() { return reinterpret_cast<bool (*)()>(GetProcAddress(library, "?uncaught_exception@std@@YA_NXZ"))(); }

extern "C" void start() {
    library = LoadLibraryA("msvcp140.dll");
    throws<std::length_error>("?_Xlength_error@std@@YAXPEBD@Z", "too-long");
    throws<std::logic_error>("?_Xout_of_range@std@@YAXPEBD@Z", "out");
    throws<std::exception>("?_Xinvalid_argument@std@@YAXPEBD@Z", "invalid");
    throws<std::runtime_error>("?_Xruntime_error@std@@YAXPEBD@Z", "runtime");
    expect("text", "too-long out invalid runtime");
    throws<std::bad_alloc>("?_Xbad_alloc@std@@YAXXZ", nullptr);
    throws<std::bad_function_call>("?_Xbad_function_call@std@@YAXXZ", nullptr);
    expect("no text", "bad allocation bad function call");
    throws<std::exception>("?_Throw_Cpp_error@std@@YAXH@Z", nullptr);
    throws<std::exception>("?_Throw_C_error@std@@YAXH@Z", nullptr);
    expect("system", "a call of the C++ library failed a call of the C++ library failed");
    note_number(uncaught());
    note_number(any_uncaught());
    expect("uncaught", "0 0");
    kept();
    throws<std::runtime_error>("?_Xregex_error@std@@YAXW4error_type@regex_constants@1@@Z", nullptr);
    expect("regex", "regex_error");
    ExitProcess(failures != 0);
}
