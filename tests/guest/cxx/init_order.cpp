// Constructors run before main in order, a DLL's before the program's; destructors and atexit functions
// run in reverse; thread_local objects die with their thread.
// with: parts/init_dll.cpp -shared link
// stdout: ^dll\+ one\+ two\+ main thread\+ thread- atexit local- two- one- dll- $
#include <cstdio>
#include <cstdlib>
#include <thread>

extern "C" __declspec(dllimport) int dll_answer();

static void say(const char* text) {
    fputs(text, stdout);
    fputc(' ', stdout);
    fflush(stdout);
}

struct Speaker {
    const char* leaving;
    Speaker(const char* arriving, const char* leaving) : leaving(leaving) { say(arriving); }
    ~Speaker() { say(leaving); }
};

static Speaker one("one+", "one-");
static Speaker two("two+", "two-");

struct Local {
    bool touched = false;
    ~Local() {
        if (touched) say("thread-");
    }
};
static thread_local Local local;

int main() {
    static Speaker in_main_scope("main", "local-");
    atexit([] { say("atexit"); });
    std::thread([] {
        local.touched = true;
        say("thread+");
    }).join();
    return dll_answer() - 42;
}
