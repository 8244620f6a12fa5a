// The console: a terminal behind descriptors 0, 1, 2 or /dev/tty. A pipe or file is none.
// Output goes to the terminal as it is (terminals speak the VT sequences that Windows' console
// speaks); the attribute, cursor and fill functions become such sequences. Input modes become
// termios settings, which are put back when the process ends, also by a signal that can be caught.
// Differs from Windows: there is no screen buffer to read back, and the window is the whole buffer.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "abi/console.h"
#include "core/io/io_object.h"
#include "core/wait/waitable.h"

namespace lsw {

// Input can be waited for: it is signalled while there is something to read. In line mode that is a whole line, where
// Windows tells of every key.
class ConsoleObject final : public StreamObject, public Waitable {
public:
    enum class Side { Input, Output };
    ConsoleObject(UniqueFd fd, Side side)
        : StreamObject(std::move(fd), FileType::Character), side_(side) {}
    ~ConsoleObject() override;

    Waitable* waitable() override { return is_input() ? this : nullptr; }
    SyncRecord* record() override;
    int poll_descriptor() override;
    ConsoleObject* as_console() override { return this; }
    bool is_input() const { return side_ == Side::Input; }

    // Lines end in CR LF, as programs expect of a console.
    Result<uint64_t> read(void* buffer, uint32_t size_bytes, int64_t offset) override;

    // CR LF becomes LF where the terminal adds the CR itself.
    Result<uint64_t> write(const void* buffer, uint32_t size_bytes, int64_t offset) override;

    // UTF-16 units moved. A surrogate pair may be written by two calls.
    Result<uint32_t> write_text(std::u16string_view text);
    Result<uint32_t> read_text(char16_t* buffer, uint32_t units);

    Result<void> emit(std::string_view sequence);

    struct Size {
        SHORT columns = 80, rows = 25;
    };
    Size size() const;

    // Key events: moves up to `count` out of (or, to peek, copies from) the queue; waits for one
    // when `wait`.
    Result<uint32_t> read_events(INPUT_RECORD* out, uint32_t count, bool remove, bool wait);
    Result<uint32_t> pending_events();
    void put_events(const INPUT_RECORD* events, uint32_t count);
    void flush_input();

private:
    const Side side_;
    std::mutex lock_;  // of the two below, which are made when somebody waits
    SyncRecord* record_ = nullptr;
    std::atomic<int> wait_fd_{-1};
};

struct ConsoleModes {
    DWORD input = 0x1F7;  // processed, line, echo, mouse, insert, quick edit, extended
    DWORD output = 0x3;   // processed, wrap at end of line
};

// One console per process.
class Console {
public:
    static Console& get();
    ConsoleModes modes();
    Result<void> set_input_mode(int fd, DWORD mode);
    void set_output_mode(DWORD mode);

    WORD attributes = 7;
    COORD cursor{0, 0};  // where the program last put it
    CONSOLE_CURSOR_INFO cursor_info{25, 1};
    UINT input_code_page = 65001, output_code_page = 65001;
    std::u16string title;

private:
    ConsoleModes modes_;
};

// Puts the terminal's settings back. Safe in a signal handler.
void restore_terminal();

// The sequence that selects a console attribute's colours.
std::string sgr_of_attributes(WORD attributes);

// Whether `fd` is a terminal, and the object for it.
Ref<IoObject> open_console(const char* device,
                           ConsoleObject::Side side);  // "/dev/tty"; null when there is none

// Makes CreateFile find CONIN$, CONOUT$ and CON (core/file/open.h).
void register_console_device();

// Control events (SetConsoleCtrlHandler). The watcher starts with the first handler.
bool add_control_handler(PHANDLER_ROUTINE handler);
bool remove_control_handler(PHANDLER_ROUTINE handler);
void ignore_control_c(bool ignore);

}  // namespace lsw
