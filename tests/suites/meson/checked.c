// What meson runs through its exe_wrapper: checks its own arguments.
#include <string.h>

int main(int count, char** arguments) {
    if (count == 2 && strcmp(arguments[1], "fail") == 0) return 3;
    return !(count == 3 && strcmp(arguments[2], "two words") == 0);
}
