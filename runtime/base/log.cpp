#include "base/log.h"

#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace lsw {

bool g_verbose = false;

namespace {

// One write per line, so that lines of several processes do not interleave.
void write_line(const char* format, va_list arguments) {
    char line[1024];
    memcpy(line, "lsw: ", 5);
    int length = vsnprintf(line + 5, sizeof line - 6, format, arguments);
    if (length < 0) return;
    size_t size_bytes = static_cast<size_t>(length) + 5;
    if (size_bytes > sizeof line - 1) size_bytes = sizeof line - 1;
    // Names come from files and programs: a line break or an escape sequence in one must not get through.
    for (size_t i = 0; i < size_bytes; ++i) {
        if (static_cast<unsigned char>(line[i]) < 0x20 || line[i] == 0x7F) line[i] = '?';
    }
    line[size_bytes++] = '\n';
    [[maybe_unused]] ssize_t written = write(STDERR_FILENO, line, size_bytes);
}

}  // namespace

void log_debug(const char* format, ...) {
    if (!g_verbose) return;
    va_list arguments;
    va_start(arguments, format);
    write_line(format, arguments);
    va_end(arguments);
}

void fatal(int exit_code, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_line(format, arguments);
    va_end(arguments);
    _exit(exit_code);
}

}  // namespace lsw
