#include "core/console/console.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <deque>
#include <mutex>

#include "base/status.h"
#include "base/text.h"
#include "core/file/open.h"
#include "core/wait/arena.h"
#include "core/wait/bridge.h"
#include "core/wait/sync_objects.h"

namespace lsw {
namespace {

// The terminal as it was before the first change.
struct Saved {
    std::atomic<int> fd{-1};
    termios settings;
};
Saved& saved() {
    static Saved instance;
    return instance;
}

struct InputState {
    std::mutex lock;
    std::string bytes;  // read from the terminal and not yet handed out
    std::deque<INPUT_RECORD> events;
    char16_t high_surrogate = 0;  // of a pair that did not fit
    bool line_end_due = false;    // a CR was handed out, its LF is next
    std::u16string typed;         // of a line whose end has not come yet: keys that were events
    UniqueFd news;                // an eventfd, readable while there is something besides what the terminal has
    bool told = false;

    bool has_some() const { return !bytes.empty() || !events.empty() || line_end_due; }
    // Under the lock, after each change.
    void tell() {
        if (!news.valid() || told == has_some()) return;
        told = !told;
        uint64_t one = 1;
        if ((told ? ::write(news.get(), &one, sizeof one) : ::read(news.get(), &one, sizeof one)) < 0) return;
    }
    int news_fd() {
        std::lock_guard guard(lock);
        if (!news.valid()) news = UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        tell();
        return news.get();
    }
};
InputState& input() {
    static InputState& instance = *new InputState;
    return instance;
}

struct OutputState {
    std::mutex lock;
    char16_t high_surrogate = 0;
};
OutputState& output() {
    static OutputState& instance = *new OutputState;
    return instance;
}

void remember(int fd) {
    Saved& all = saved();
    if (all.fd.load() >= 0) return;
    termios now;
    if (tcgetattr(fd, &now) != 0) return;
    all.settings = now;
    all.fd = fcntl(fd, F_DUPFD_CLOEXEC, 100);
}

Result<void> apply(int fd, DWORD mode) {
    termios settings;
    if (tcgetattr(fd, &settings) != 0) return status_from_errno(errno);
    remember(fd);
    auto flag = [&](tcflag_t& flags, tcflag_t bits, bool on) {
        flags = on ? flags | bits : flags & ~bits;
    };
    bool line = mode & ENABLE_LINE_INPUT;
    flag(settings.c_lflag, ICANON, line);
    flag(settings.c_lflag, IEXTEN, line);
    flag(settings.c_lflag, ECHO, mode & ENABLE_ECHO_INPUT);
    flag(settings.c_lflag, ISIG, mode & ENABLE_PROCESSED_INPUT);
    flag(settings.c_iflag, ICRNL, line);
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    return tcsetattr(fd, TCSANOW, &settings) == 0 ? STATUS_SUCCESS : status_from_errno(errno);
}

}  // namespace

void restore_terminal() {
    Saved& all = saved();
    int fd = all.fd.load();
    if (fd >= 0) tcsetattr(fd, TCSANOW, &all.settings);
}

Console& Console::get() {
    static Console& instance = *new Console;
    return instance;
}

ConsoleModes Console::modes() { return modes_; }

Result<void> Console::set_input_mode(int fd, DWORD mode) {
    // Echo needs lines ("SetConsoleMode function": ENABLE_ECHO_INPUT only together with
    // ENABLE_LINE_INPUT).
    if (mode & ENABLE_ECHO_INPUT && !(mode & ENABLE_LINE_INPUT)) return STATUS_INVALID_PARAMETER;
    constexpr DWORD kTerminal = ENABLE_PROCESSED_INPUT | ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT;
    if ((mode ^ modes_.input) & kTerminal) LSW_CHECK(apply(fd, mode));
    modes_.input = mode;
    return {};
}

void Console::set_output_mode(DWORD mode) { modes_.output = mode; }

Result<uint64_t> ConsoleObject::write(const void* buffer, uint32_t size_bytes, int64_t offset) {
    std::string_view text(static_cast<const char*>(buffer), size_bytes);
    termios settings;
    constexpr tcflag_t kAddsReturn = OPOST | ONLCR;
    if (text.find("\r\n") == text.npos || tcgetattr(fd(), &settings) != 0 ||
        (settings.c_oflag & kAddsReturn) != kAddsReturn)
        return StreamObject::write(buffer, size_bytes, offset);
    std::string plain;
    plain.reserve(text.size());
    for (size_t i = 0; i < text.size(); ++i)
        if (!(text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n')) plain += text[i];
    auto done = StreamObject::write(plain.data(), static_cast<uint32_t>(plain.size()), offset);
    return done.ok() ? Result<uint64_t>(uint64_t{size_bytes}) : done;
}

Result<void> ConsoleObject::emit(std::string_view sequence) {
    auto done = StreamObject::write(sequence.data(), static_cast<uint32_t>(sequence.size()),
                                    kCurrentPosition);
    return done.status();
}

Result<uint32_t> ConsoleObject::write_text(std::u16string_view text) {
    std::u16string whole;
    {
        OutputState& state = output();
        std::lock_guard guard(state.lock);
        if (state.high_surrogate) whole += std::exchange(state.high_surrogate, 0);
        whole += text;
        if (!whole.empty() && (whole.back() & 0xFC00) == 0xD800) {
            state.high_surrogate = whole.back();
            whole.pop_back();
        }
    }
    std::string bytes = utf8_from_utf16(whole);
    auto done = write(bytes.data(), static_cast<uint32_t>(bytes.size()), kCurrentPosition);
    if (!done.ok()) return Status(done.status());
    return Result<uint32_t>(static_cast<uint32_t>(text.size()));
}

ConsoleObject::Size ConsoleObject::size() const {
    winsize window{};
    Size size;
    if (ioctl(fd(), TIOCGWINSZ, &window) == 0 && window.ws_col && window.ws_row) {
        size.columns = static_cast<SHORT>(window.ws_col);
        size.rows = static_cast<SHORT>(window.ws_row);
    }
    return size;
}

namespace {

// Keys that a program wrote (WriteConsoleInput), or that a look at the events took from the terminal, are text to whoever
// reads text. In line mode the end of the line has to come.
void take_typed(InputState& state, bool lines) {
    for (const INPUT_RECORD& record : state.events) {
        char16_t unit = record.EventType == KEY_EVENT && record.KeyEvent.bKeyDown ? record.KeyEvent.UnicodeChar : u'\0';
        if (unit) state.typed += unit == u'\r' && lines ? u'\n' : unit;
    }
    state.events.clear();
    size_t end = lines ? state.typed.rfind(u'\n') + 1 : state.typed.size();
    state.bytes += utf8_from_utf16(state.typed.substr(0, end));
    state.typed.erase(0, end);
}

// Sleeps until the terminal or this process has something; whether it is the terminal.
bool wait_for_input(InputState& state, int fd) {
    pollfd entries[] = {{fd, POLLIN, 0}, {state.news_fd(), POLLIN, 0}};
    while (poll(entries, 2, -1) < 0 && errno == EINTR) {
    }
    return entries[0].revents != 0;
}

}  // namespace

ConsoleObject::~ConsoleObject() {
    if (wait_fd_ >= 0) {
        bridge_forget(*this);
        close(wait_fd_);
    }
    if (record_) release_record(record_);
}

SyncRecord* ConsoleObject::record() {
    std::lock_guard guard(lock_);
    if (record_) return record_;
    auto made = allocate_record(SyncKind::ManualEvent);
    if (!made.ok()) return nullptr;
    record_ = *made;
    initialise_record(*record_, {SyncKind::ManualEvent, false});
    return record_;
}

// An epoll set of the terminal and of what this process holds of its input.
int ConsoleObject::poll_descriptor() {
    if (int fd = wait_fd_; fd >= 0) return fd;
    std::lock_guard guard(lock_);
    if (wait_fd_ >= 0) return wait_fd_;
    int both = epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    for (int fd : {this->fd(), input().news_fd()}) epoll_ctl(both, EPOLL_CTL_ADD, fd, &event);
    return wait_fd_ = both;
}

// Line mode gives CR LF for the terminal's LF; what did not fit waits for the next call.
Result<uint64_t> ConsoleObject::read(void* buffer, uint32_t size_bytes, int64_t offset) {
    InputState& state = input();
    if (size_bytes == 0) return Result<uint64_t>(uint64_t{0});
    bool lines = Console::get().modes().input & ENABLE_LINE_INPUT;
    for (;;) {
        {
            std::lock_guard guard(state.lock);
            if (!state.events.empty()) take_typed(state, lines);
            state.tell();
            if (!state.bytes.empty() || state.line_end_due) {
                auto* out = static_cast<char*>(buffer);
                uint32_t given = 0;
                size_t taken = 0;
                while (given < size_bytes) {
                    if (state.line_end_due) {
                        out[given++] = '\n';
                        state.line_end_due = false;
                        break;
                    }
                    if (taken == state.bytes.size()) break;
                    char byte = state.bytes[taken++];
                    if (byte == '\n' && lines) {
                        out[given++] = '\r';
                        state.line_end_due = true;
                    } else {
                        out[given++] = byte;
                    }
                }
                state.bytes.erase(0, taken);
                state.tell();
                return Result<uint64_t>(uint64_t{given});
            }
        }
        if (!wait_for_input(state, fd())) continue;
        char chunk[1024];
        auto got = StreamObject::read(chunk, sizeof chunk, offset);
        if (got.status() == STATUS_END_OF_FILE) return Result<uint64_t>(uint64_t{0});
        if (!got.ok()) return Status(got.status());
        std::lock_guard guard(state.lock);
        state.bytes.append(chunk, *got);
        state.tell();
    }
}

Result<uint32_t> ConsoleObject::read_text(char16_t* buffer, uint32_t units) {
    if (units == 0) return Result<uint32_t>(0u);
    InputState& state = input();
    if (state.high_surrogate) {
        buffer[0] = std::exchange(state.high_surrogate, 0);
        return Result<uint32_t>(1u);
    }
    uint32_t done = 0;
    std::string point;  // the bytes of one character
    while (done < units) {
        char byte;
        auto got = read(&byte, 1, kCurrentPosition);
        if (!got.ok()) return Status(got.status());
        if (*got == 0) break;
        point += byte;
        auto lead = static_cast<unsigned char>(point[0]);
        size_t length = lead < 0x80    ? 1
                        : lead >= 0xF0 ? 4
                        : lead >= 0xE0 ? 3
                        : lead >= 0xC0 ? 2
                                       : 1;
        if (point.size() < length) continue;
        std::u16string text = utf16_from_utf8(point);
        point.clear();
        buffer[done++] = text[0];
        if (text.size() > 1) {
            if (done < units)
                buffer[done++] = text[1];
            else
                state.high_surrogate = text[1];
        }
        if (text[0] == u'\n') break;
        std::lock_guard guard(state.lock);
        if (state.bytes.empty() && !state.line_end_due) break;
    }
    return Result<uint32_t>(done);
}

namespace {

constexpr DWORD kShift = 0x10, kControl = 0x8, kAlt = 0x2;

struct Sequence {
    const char* bytes;
    WORD key;
};
// What terminals send for keys without a character ("Virtual-Key Codes").
constexpr Sequence kSequences[] = {
    {"[A", 0x26},   {"[B", 0x28},   {"[C", 0x27},   {"[D", 0x25},   {"[H", 0x24},   {"[F", 0x23},
    {"OA", 0x26},   {"OB", 0x28},   {"OC", 0x27},   {"OD", 0x25},   {"OH", 0x24},   {"OF", 0x23},
    {"[2~", 0x2D},  {"[3~", 0x2E},  {"[5~", 0x21},  {"[6~", 0x22},  {"[1~", 0x24},  {"[4~", 0x23},
    {"OP", 0x70},   {"OQ", 0x71},   {"OR", 0x72},   {"OS", 0x73},   {"[15~", 0x74}, {"[17~", 0x75},
    {"[18~", 0x76}, {"[19~", 0x77}, {"[20~", 0x78}, {"[21~", 0x79}, {"[23~", 0x7A}, {"[24~", 0x7B},
};

void add_key(std::deque<INPUT_RECORD>& events, WORD key, char16_t unit, DWORD state) {
    for (BOOL down : {TRUE, FALSE}) {
        INPUT_RECORD record{};
        record.EventType = KEY_EVENT;
        record.KeyEvent.bKeyDown = down;
        record.KeyEvent.wRepeatCount = 1;
        record.KeyEvent.wVirtualKeyCode = key;
        record.KeyEvent.UnicodeChar = unit;
        record.KeyEvent.dwControlKeyState = state;
        events.push_back(record);
    }
}

void add_character(std::deque<INPUT_RECORD>& events, char16_t unit, DWORD state) {
    if (unit == u'\r' || unit == u'\n') return add_key(events, 0x0D, u'\r', state);
    if (unit == u'\t') return add_key(events, 0x09, unit, state);
    if (unit == 0x7F || unit == 0x08) return add_key(events, 0x08, 0x08, state);
    if (unit == 0x1B) return add_key(events, 0x1B, unit, state);
    if (unit < 0x20) return add_key(events, static_cast<WORD>(unit + 0x40), unit, state | kControl);
    char16_t upper = upcase(unit);
    bool named = (upper >= u'A' && upper <= u'Z') || (unit >= u'0' && unit <= u'9') || unit == u' ';
    if (upper == unit && upper >= u'A' && upper <= u'Z') state |= kShift;
    add_key(events, named ? static_cast<WORD>(upper) : 0, unit, state);
}

// Turns what has been read into key events. Under ENABLE_VIRTUAL_TERMINAL_INPUT sequences pass as
// characters.
void make_events(InputState& state, bool raw_sequences) {
    std::string& bytes = state.bytes;
    size_t at = 0;
    while (at < bytes.size()) {
        if (bytes[at] == 0x1B && at + 1 < bytes.size() && !raw_sequences) {
            bool known = false;
            for (const Sequence& row : kSequences) {
                std::string_view text = row.bytes;
                if (std::string_view(bytes).substr(at + 1).starts_with(text)) {
                    add_key(state.events, row.key, 0, 0x100);
                    at += 1 + text.size();
                    known = true;
                    break;
                }
            }
            if (known) continue;
            add_character(state.events, static_cast<unsigned char>(bytes[at + 1]), kAlt);
            at += 2;
            continue;
        }
        auto lead = static_cast<unsigned char>(bytes[at]);
        size_t length = lead < 0x80    ? 1
                        : lead >= 0xF0 ? 4
                        : lead >= 0xE0 ? 3
                        : lead >= 0xC0 ? 2
                                       : 1;
        if (at + length > bytes.size()) break;
        for (char16_t unit : utf16_from_utf8(bytes.substr(at, length)))
            add_character(state.events, unit, 0);
        at += length;
    }
    bytes.erase(0, at);
}

// Reads what the terminal has; waits for the first byte when asked.
void fill(InputState& state, int fd, bool wait) {
    pollfd entry{fd, POLLIN, 0};
    if (wait ? !wait_for_input(state, fd) : poll(&entry, 1, 0) <= 0 || !(entry.revents & POLLIN)) return;
    char chunk[256];
    ssize_t got = ::read(fd, chunk, sizeof chunk);
    std::lock_guard guard(state.lock);
    if (got > 0) state.bytes.append(chunk, static_cast<size_t>(got));
    make_events(state, Console::get().modes().input & ENABLE_VIRTUAL_TERMINAL_INPUT);
    state.tell();
}

// Events need single bytes: a program that reads them while lines are on still gets keys, as on
// Windows.
void leave_lines(int fd) {
    termios now;
    if (tcgetattr(fd, &now) != 0 || !(now.c_lflag & ICANON)) return;
    remember(fd);
    now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    now.c_cc[VMIN] = 1, now.c_cc[VTIME] = 0;
    tcsetattr(fd, TCSANOW, &now);
}

}  // namespace

Result<uint32_t> ConsoleObject::read_events(INPUT_RECORD* out, uint32_t count, bool remove,
                                            bool wait) {
    InputState& state = input();
    leave_lines(fd());
    for (bool first = true;; first = false) {
        {
            std::lock_guard guard(state.lock);
            make_events(state, Console::get().modes().input & ENABLE_VIRTUAL_TERMINAL_INPUT);
            if (!state.events.empty() || (!first && !wait)) {
                uint32_t given = 0;
                for (; given < count && given < state.events.size(); ++given)
                    out[given] = state.events[given];
                if (remove) state.events.erase(state.events.begin(), state.events.begin() + given);
                state.tell();
                return Result<uint32_t>(given);
            }
        }
        fill(state, fd(), wait);
    }
}

Result<uint32_t> ConsoleObject::pending_events() {
    InputState& state = input();
    leave_lines(fd());
    fill(state, fd(), false);
    std::lock_guard guard(state.lock);
    return Result<uint32_t>(static_cast<uint32_t>(state.events.size()));
}

void ConsoleObject::put_events(const INPUT_RECORD* events, uint32_t count) {
    InputState& state = input();
    std::lock_guard guard(state.lock);
    state.events.insert(state.events.end(), events, events + count);
    state.tell();
}

void ConsoleObject::flush_input() {
    tcflush(fd(), TCIFLUSH);
    InputState& state = input();
    std::lock_guard guard(state.lock);
    state.bytes.clear();
    state.events.clear();
    state.line_end_due = false;
    state.typed.clear();
    state.tell();
}

Ref<IoObject> open_console(const char* device, ConsoleObject::Side side) {
    UniqueFd fd(open(
        device, (side == ConsoleObject::Side::Input ? O_RDONLY : O_WRONLY) | O_CLOEXEC | O_NOCTTY));
    if (!fd.valid() || !isatty(fd.get())) return nullptr;
    return make_object<ConsoleObject>(std::move(fd), side);
}

namespace {

Result<file::Opened> open_console_device(const file::OpenRequest& request) {
    constexpr ACCESS_MASK kWriteData = 2;
    bool out = equal_ignore_case(request.target.rest, u"CONOUT$") ||
               (!equal_ignore_case(request.target.rest, u"CONIN$") && request.access & kWriteData);
    auto console =
        open_console("/dev/tty", out ? ConsoleObject::Side::Output : ConsoleObject::Side::Input);
    if (!console) return Status(STATUS_OBJECT_NAME_NOT_FOUND);
    return file::Opened{std::move(console), 1};
}

}  // namespace

void register_console_device() {
    file::set_device_opener(path::Target::kConsole, open_console_device);
}

// Windows' colour bits are blue, green, red, intensity; those of ANSI are red, green, blue.
std::string sgr_of_attributes(WORD attributes) {
    auto colour = [](unsigned bits, unsigned base) {
        unsigned ansi = (bits & 4 ? 1u : 0u) | (bits & 2 ? 2u : 0u) | (bits & 1 ? 4u : 0u);
        return std::to_string(ansi + base + (bits & 8 ? 60 : 0));
    };
    std::string out = "\x1b[0";
    unsigned front = attributes & 0xF, back = (attributes >> 4) & 0xF;
    if (attributes & 0x4000) std::swap(front, back);  // COMMON_LVB_REVERSE_VIDEO
    if (front != 7) out += ";" + colour(front, 30);
    if (back != 0) out += ";" + colour(back, 40);
    if (attributes & 0x8000) out += ";4";  // COMMON_LVB_UNDERSCORE
    return out + "m";
}

}  // namespace lsw
