// corecrt_startup.h: what the entry point of a program calls before main, and the variables it reads.
#include "abi/exception.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

int clib::__getmainargs(int* argc, char*** argv, char*** env, int expand, _startupinfo* info) {
    initialise_narrow_environment();
    set_narrow_arguments(expand != 0);
    *argc = *variables().argc;
    *argv = *variables().argv;
    *env = *variables().environment;
    if (info) modes().new_mode = info->newmode;
    return 0;
}

int clib::__wgetmainargs(int* argc, WCHAR*** argv, WCHAR*** env, int expand, _startupinfo* info) {
    initialise_wide_environment();
    set_wide_arguments(expand != 0);
    *argc = *variables().argc;
    *argv = *variables().wargv;
    *env = *variables().wide_environment;
    if (info) modes().new_mode = info->newmode;
    return 0;
}

void clib::_initterm(_PVFV* first, _PVFV* last) {
    for (; first < last; ++first)
        if (*first) (*first)();
}

int clib::_initterm_e(_PIFV* first, _PIFV* last) {
    for (; first < last; ++first)
        if (int failed = *first ? (*first)() : 0) return failed;
    return 0;
}

void clib::__set_app_type(int type) { modes().app_type = type; }

int clib::_query_app_type() { return modes().app_type; }

errno_t clib::_configure_narrow_argv(int mode) {
    if (mode != 0) set_narrow_arguments(mode == 2);  // _crt_argv_expanded_arguments
    return 0;
}

errno_t clib::_configure_wide_argv(int mode) {
    if (mode != 0) set_wide_arguments(mode == 2);
    return 0;
}

int clib::_initialize_narrow_environment() {
    initialise_narrow_environment();
    return 0;
}

int clib::_initialize_wide_environment() {
    initialise_wide_environment();
    return 0;
}

char** clib::_get_initial_narrow_environment() {
    initialise_narrow_environment();
    return *variables().initial_environment;
}

WCHAR** clib::_get_initial_wide_environment() {
    initialise_wide_environment();
    return *variables().initial_wide_environment;
}

namespace {

// The command line behind the program's name, as WinMain wants it.
template <class Char>
Char* after_program(Char* line) {
    bool in_quotes = false;
    for (; *line && (in_quotes || (*line != ' ' && *line != '\t')); ++line)
        if (*line == '"') in_quotes = !in_quotes;
    while (*line == ' ' || *line == '\t') ++line;
    return line;
}

}  // namespace

char* clib::_get_narrow_winmain_command_line() { return after_program(*variables().command_line); }

WCHAR* clib::_get_wide_winmain_command_line() { return after_program(*variables().wide_command_line); }

int* clib::__p___argc() { return variables().argc; }
char*** clib::__p___argv() { return variables().argv; }
WCHAR*** clib::__p___wargv() { return variables().wargv; }
char*** clib::__p__environ() { return variables().environment; }
WCHAR*** clib::__p__wenviron() { return variables().wide_environment; }
char*** clib::__p___initenv() { return variables().initial_environment; }
WCHAR*** clib::__p___winitenv() { return variables().initial_wide_environment; }
char** clib::__p__acmdln() { return variables().command_line; }
WCHAR** clib::__p__wcmdln() { return variables().wide_command_line; }
char** clib::__p__pgmptr() { return variables().program; }
WCHAR** clib::__p__wpgmptr() { return variables().wide_program; }
int* clib::__p__fmode() { return variables().file_mode; }
int* clib::__p__commode() { return variables().commit_mode; }

errno_t clib::_get_pgmptr(char** value) {
    if (!value) return invalid();
    *value = *variables().program;
    return 0;
}

errno_t clib::_get_wpgmptr(WCHAR** value) {
    if (!value) return invalid();
    *value = *variables().wide_program;
    return 0;
}

errno_t clib::_set_fmode(int mode) {
    constexpr int kText = 0x4000, kBinary = 0x8000, kWideText = 0x10000;
    if (mode != kText && mode != kBinary && mode != kWideText) return invalid();
    *variables().file_mode = mode;
    return 0;
}

errno_t clib::_get_fmode(int* mode) {
    if (!mode) return invalid();
    *mode = *variables().file_mode;
    return 0;
}

int clib::_set_new_mode(int mode) {
    if (mode != 0 && mode != 1) return invalid(), -1;
    int old = modes().new_mode;
    modes().new_mode = mode;
    return old;
}

int clib::_query_new_mode() { return modes().new_mode; }

void clib::__setusermatherr(_usermatherr handler) { modes().math_error = handler; }
