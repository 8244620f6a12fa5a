// system() and _popen() hand their text to the command interpreter: operators, redirection, exit codes, internal commands.
// "system, _wsystem", "_popen, _wpopen"; the language is that of "cmd".
#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static void read_all(const char* command, char* text, size_t room) {
    FILE* pipe = _popen(command, "r");
    CHECK(pipe != NULL);
    size_t length = pipe ? fread(text, 1, room - 1, pipe) : 0;
    text[length] = 0;
    if (pipe) CHECK_EQ(_pclose(pipe), 0);
}

int main(void) {
    char text[256];
    CHECK(system(NULL) != 0);
    CHECK_EQ(system("exit 7"), 7);
    CHECK_EQ(system("echo quiet >nul && exit 3"), 3);
    CHECK_EQ(system("rem nothing"), 0);
    read_all("echo one&& echo two", text, sizeof text);
    CHECK(strcmp(text, "one\ntwo\n") == 0);
    read_all("(echo b& echo a)| sort", text, sizeof text);
    CHECK(strcmp(text, "a\nb\n") == 0);
    _putenv("LSW_TEST_VALUE=from the program");
    read_all("echo %LSW_TEST_VALUE%", text, sizeof text);
    CHECK(strcmp(text, "from the program\n") == 0);
    FILE* pipe = _popen("findstr x > found.txt", "w");
    CHECK(pipe != NULL);
    fputs("axb\nno\n", pipe);
    CHECK_EQ(_pclose(pipe), 0);
    FILE* file = fopen("found.txt", "r");
    CHECK(file != NULL);
    CHECK(fgets(text, sizeof text, file) && strcmp(text, "axb\n") == 0);
    if (file) fclose(file);
    return check_result();
}
