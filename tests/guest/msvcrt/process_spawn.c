// The C runtime starts programs: _spawnl and waits, _spawnv in the background with _cwait, _popen, system.
// Descriptors and the environment are inherited. "_spawn, _wspawn functions", "_popen", "system".
// link: static ucrt
// with: parts/spawned.c
#include <process.h>
#include <stdlib.h>

#include "check.h"

int main(void) {
    CHECK_EQ(_spawnl(_P_WAIT, "spawned.exe", "spawned", "--exit", "7", NULL), 7);

    const char* const arguments[] = {"spawned", "--exit", "300", "two words", NULL};
    intptr_t child = _spawnv(_P_NOWAIT, ".\\spawned.exe", arguments);
    CHECK(child != -1);
    int code = 0;
    CHECK(_cwait(&code, child, 0) != -1);
    CHECK_EQ(code, 300);  // all bits of an exit code pass between programs

    _putenv("LSW_TEST_SPAWN=inherited");
    FILE* pipe = _popen("spawned.exe --say", "r");
    if (CHECK(pipe != NULL)) {
        char line[64] = "";
        CHECK(fgets(line, sizeof line, pipe) != NULL);
        CHECK_STR(line, "said: inherited\n");
        CHECK_EQ(_pclose(pipe), 0);
    }
    pipe = _popen("spawned.exe --count", "w");
    if (CHECK(pipe != NULL)) {
        fputs("1\n2\n3\n", pipe);
        CHECK_EQ(_pclose(pipe), 3);
    }
    CHECK_EQ(system("spawned.exe --exit 9"), 9);
    CHECK_EQ(_spawnl(_P_WAIT, "no_such_program.exe", "x", NULL), -1);
    return check_result();
}
