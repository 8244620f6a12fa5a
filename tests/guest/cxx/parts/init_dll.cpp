// The DLL of init_order: says when it comes and goes.
#include <cstdio>

struct Speaker {
    Speaker() {
        fputs("dll+ ", stdout);
        fflush(stdout);
    }
    ~Speaker() {
        fputs("dll- ", stdout);
        fflush(stdout);
    }
};
static Speaker speaker;

extern "C" __declspec(dllexport) int dll_answer() { return 42; }
