// The console as conio.h sees it: keys one by one and text, past the streams and any redirection.
// Doc: "Console and port I/O", "_getch, _getwch", "_kbhit", "_cputs, _cputws".
#pragma once

#include <string>

#include "dll/crt/errors.h"

namespace lsw::crt {

class ConsoleKeys {
public:
    static constexpr int kEnd = 0xFFFF;

    // The next unit of a key; an arrow or function key gives 0xE0 or 0 and then its code.
    int get(bool echo);
    int get_byte(bool echo);  // the same as UTF-8 bytes; -1 at the end
    bool waiting();
    int unget(int unit);
    int unget_byte(int byte);
    bool write(const char16_t* text, size_t count);

private:
    HANDLE input();
    HANDLE output();
    int read_key();
    int read_plain(HANDLE handle);

    HANDLE input_ = nullptr;
    HANDLE output_ = nullptr;
    bool are_events_ = false;  // the input is a console that reports keys
    int pushed_ = kEnd;
    int second_ = kEnd;  // code of an arrow or function key
    std::string bytes_;  // rest of a character that get_byte() began
};

// Both runtimes share the console.
ConsoleKeys& console_keys();

}  // namespace lsw::crt
