// An import that nobody has does not keep the program from loading: only calling it ends the program,
// with one line that names it. (LSW's own rule: Windows would refuse to start the program.)
// with: parts/absent.def
// args: call
// exit: 125
// stderr: kernel32.dll!ThisFunctionDoesNotExist
#include "../check.h"

__declspec(dllimport) int ThisFunctionDoesNotExist(int a);

int main(int argc, char** argv) {
    // Only when called by name is the stub reached.
    if (argc > 1 && strcmp(argv[1], "call") == 0) return ThisFunctionDoesNotExist(1);
    return 0;
}
