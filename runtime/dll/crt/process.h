// State of the C runtimes that a process has once: arguments, environment, exit functions, modes.
// msvcrt.dll and ucrtbase.dll share it. What msvcrt exports as data lives in its façade: the pointers of Variables
// lead there once msvcrt is loaded, and to storage of ours before.
#pragma once

#include "abi/crt.h"
#include "dll/crt/errors.h"

namespace lsw::crt {

struct Variables {
    int* argc;
    char*** argv;
    WCHAR*** wargv;
    char*** environment;
    WCHAR*** wide_environment;
    char*** initial_environment;
    WCHAR*** initial_wide_environment;
    char** command_line;
    WCHAR** wide_command_line;
    char** program;
    WCHAR** wide_program;
    int* file_mode;     // _fmode
    int* commit_mode;   // _commode
    int* daylight;
    LONG* timezone;
    LONG* dst_bias;
    char** zone_names;  // two of them
};

Variables& variables();

// What `_set_new_mode`, `_set_error_mode` and their kind keep.
struct Modes {
    int new_mode = 0;
    int error_mode = 0;
    int app_type = 0;
    unsigned abort_behaviour = 3;  // _WRITE_ABORT_MSG | _CALL_REPORTFAULT
    clib::_PNH new_handler = nullptr;
    clib::_purecall_handler purecall_handler = nullptr;
    clib::_usermatherr math_error = nullptr;
    clib::_tls_callback_type thread_exit_callback = nullptr;
    void (*flush_streams)() = nullptr;  // set by the stream half: runs before the process ends in order
    int64_t started_ms = 0;             // monotonic, for clock()
    Flavour flavour = Flavour::ucrt;    // of the runtime that was loaded first: whose habits shared functions keep
};

Modes& modes();

// `invalid_parameter` with the process's habits. Gives `error` back.
int invalid(int error = kEINVAL);

// Fills program name, command lines and Windows version variables; every module's on_load calls it.
void load_variables(Flavour flavour);

// argc and argv of the process in `variables()`; `expand` replaces wildcards by file names.
void set_narrow_arguments(bool expand);
void set_wide_arguments(bool expand);

// Tables behind _environ and _wenviron, made from the process parameters on first use.
void initialise_narrow_environment();
void initialise_wide_environment();

int64_t monotonic_ms();

// A function of kernel32.dll by name, or nullptr.
void* kernel32_function(const char* name);

}  // namespace lsw::crt
