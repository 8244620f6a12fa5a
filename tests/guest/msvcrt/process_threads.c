// _beginthreadex and _beginthread: arguments, identifiers, exit codes, per-thread state of the runtime.
// "_beginthread, _beginthreadex", "_endthread, _endthreadex", "strtok", "rand".
// link: static ucrt
#include <process.h>
#include <stdlib.h>

#include "check.h"

static HANDLE done;

static unsigned __stdcall extended(void* argument) {
    char text[] = "x y z";
    CHECK_STR(strtok(text, " "), "x");
    CHECK_STR(strtok(NULL, " "), "y");
    CHECK_EQ(rand(), 41);  // a thread's sequence is its own
    if (argument) _endthreadex(7);
    return 9;
}

static void __cdecl plain(void* argument) {
    *(int*)argument = 5;
    SetEvent(done);
}

int main(void) {
    char text[] = "a b c";
    CHECK_STR(strtok(text, " "), "a");
    srand(99);
    rand();
    for (int ends = 0; ends < 2; ends++) {
        unsigned id = 0;
        HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, extended, (void*)(intptr_t)ends, CREATE_SUSPENDED, &id);
        CHECK(thread != NULL && id != 0);
        CHECK_EQ(ResumeThread(thread), 1);
        CHECK_EQ(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
        DWORD code = 0;
        CHECK(GetExitCodeThread(thread, &code));
        CHECK_EQ(code, ends ? 7 : 9);
        CHECK(CloseHandle(thread));
    }
    CHECK_STR(strtok(NULL, " "), "b");
    done = CreateEventW(NULL, TRUE, FALSE, NULL);
    int value = 0;
    CHECK(_beginthread(plain, 0, &value) != (uintptr_t)-1);
    CHECK_EQ(WaitForSingleObject(done, 10000), WAIT_OBJECT_0);
    CHECK_EQ(value, 5);
    return check_result();
}
