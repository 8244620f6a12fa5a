// See console.h.
#include "dll/crt/conio/console.h"

#include "base/text.h"
#include "dll/crt/format/multibyte.h"
#include "dll/crt/io/win32.h"
#include "dll/crt/process.h"

namespace lsw::crt {
namespace {

// wincon.h: the one kind of input record that is looked at.
struct KeyRecord {
    WORD EventType;
    BOOL bKeyDown;
    WORD wRepeatCount, wVirtualKeyCode, wVirtualScanCode;
    WCHAR UnicodeChar;
    DWORD dwControlKeyState;
};
static_assert(sizeof(KeyRecord) == 20);
constexpr WORD KEY_EVENT = 1;

using ReadConsoleInputW_t = BOOL(WINAPI*)(HANDLE, KeyRecord*, DWORD, DWORD*);
using GetConsoleMode_t = BOOL(WINAPI*)(HANDLE, DWORD*);

template <class F>
F console_function(const char* name) {
    return reinterpret_cast<F>(kernel32_function(name));
}

bool reports_keys(HANDLE handle) {
    auto get_mode = console_function<GetConsoleMode_t>("GetConsoleMode");
    DWORD mode;
    return get_mode != nullptr && console_function<void*>("ReadConsoleInputW") != nullptr &&
           get_mode(handle, &mode);
}

HANDLE open_console(const char16_t* name) {
    return kernel32::CreateFileW(name, GENERIC_READ | GENERIC_WRITE,
                                 FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING, 0,
                                 nullptr);
}

// Keys without a character: first unit and code ("_getch": Remarks), by virtual key.
struct SpecialKey {
    WORD key;
    uint8_t lead, code;
};
constexpr SpecialKey kSpecialKeys[] = {
    {0x21, 0xE0, 73},  {0x22, 0xE0, 81},  {0x23, 0xE0, 79}, {0x24, 0xE0, 71}, {0x25, 0xE0, 75},
    {0x26, 0xE0, 72},  {0x27, 0xE0, 77},  {0x28, 0xE0, 80}, {0x2D, 0xE0, 82}, {0x2E, 0xE0, 83},
    {0x70, 0, 59},     {0x71, 0, 60},     {0x72, 0, 61},    {0x73, 0, 62},    {0x74, 0, 63},
    {0x75, 0, 64},     {0x76, 0, 65},     {0x77, 0, 66},    {0x78, 0, 67},    {0x79, 0, 68},
    {0x7A, 0xE0, 133}, {0x7B, 0xE0, 134},
};

const SpecialKey* special_key(const KeyRecord& record) {
    for (const SpecialKey& special : kSpecialKeys) {
        if (special.key == record.wVirtualKeyCode) return &special;
    }
    return nullptr;
}

bool is_key(const KeyRecord& record) {
    return record.EventType == KEY_EVENT && record.bKeyDown &&
           (record.UnicodeChar != 0 || special_key(record) != nullptr);
}

}  // namespace

ConsoleKeys& console_keys() {
    static ConsoleKeys keys;
    return keys;
}

HANDLE ConsoleKeys::input() {
    if (input_ != nullptr) return input_;
    HANDLE standard = kernel32::GetStdHandle(static_cast<DWORD>(-10));
    input_ = reports_keys(standard) ? standard : open_console(u"CONIN$");
    if (input_ == INVALID_HANDLE_VALUE) input_ = standard;  // no console at all: what there is
    are_events_ = reports_keys(input_);
    return input_;
}

HANDLE ConsoleKeys::output() {
    if (output_ != nullptr) return output_;
    output_ = open_console(u"CONOUT$");
    if (output_ == INVALID_HANDLE_VALUE) output_ = kernel32::GetStdHandle(static_cast<DWORD>(-11));
    return output_;
}

// One character of a file or pipe.
int ConsoleKeys::read_plain(HANDLE handle) {
    char bytes[4];
    DWORD got = 0;
    if (!kernel32::ReadFile(handle, bytes, 1, &got, nullptr) || got != 1) return kEnd;
    size_t length = utf8_length(static_cast<unsigned char>(bytes[0])), have = 1;
    while (have < length && kernel32::ReadFile(handle, bytes + have, 1, &got, nullptr) && got == 1)
        ++have;
    char16_t units[2];
    size_t used;
    if (decode_utf8(bytes, have, units, &used) == 2) second_ = units[1];
    return units[0];
}

int ConsoleKeys::read_key() {
    HANDLE handle = input();
    if (!are_events_) return read_plain(handle);
    auto read = console_function<ReadConsoleInputW_t>("ReadConsoleInputW");
    KeyRecord record;
    DWORD got;
    do {
        if (!read(handle, &record, 1, &got) || got != 1) return kEnd;
    } while (!is_key(record));
    if (record.UnicodeChar != 0) return record.UnicodeChar;
    const SpecialKey* special = special_key(record);
    second_ = special->code;
    return special->lead;
}

int ConsoleKeys::get(bool echo) {
    int unit = kEnd;
    for (int* kept : {&pushed_, &second_}) {
        if (unit == kEnd && *kept != kEnd) std::swap(unit, *kept);
    }
    if (unit != kEnd) return unit;
    unit = read_key();
    if (echo && unit != kEnd && second_ == kEnd) {
        auto shown = static_cast<char16_t>(unit);
        write(&shown, 1);
    }
    return unit;
}

int ConsoleKeys::get_byte(bool echo) {
    if (bytes_.empty()) {
        int unit = get(echo);
        if (unit == kEnd) return -1;
        bool key_code = unit == 0 || (unit == 0xE0 && second_ != kEnd);
        if (key_code || unit < 0x80) return unit;
        char16_t next = is_high_surrogate(static_cast<uint32_t>(unit))
                            ? static_cast<char16_t>(get(echo))
                            : u'\0';
        char encoded[4];
        size_t used;
        bytes_.assign(encoded, encode_utf8(static_cast<char16_t>(unit), next, encoded, &used));
    }
    int byte = static_cast<unsigned char>(bytes_[0]);
    bytes_.erase(0, 1);
    return byte;
}

bool ConsoleKeys::waiting() {
    if (pushed_ != kEnd || second_ != kEnd || !bytes_.empty()) return true;
    HANDLE handle = input();
    if (!are_events_) return false;
    auto peek = console_function<ReadConsoleInputW_t>("PeekConsoleInputW");
    KeyRecord records[32];
    DWORD count = 0;
    if (peek == nullptr || !peek(handle, records, 32, &count)) return false;
    for (DWORD i = 0; i < count; ++i) {
        if (is_key(records[i])) return true;
    }
    return false;
}

int ConsoleKeys::unget(int unit) {
    if (unit == kEnd || pushed_ != kEnd) return kEnd;
    return pushed_ = unit;
}

int ConsoleKeys::unget_byte(int byte) {
    if (byte == -1) return -1;
    bytes_.insert(0, 1, static_cast<char>(byte));
    return byte;
}

bool ConsoleKeys::write(const char16_t* text, size_t count) {
    std::string bytes = linux_from_utf16({text, count});
    DWORD written = 0;
    return kernel32::WriteFile(output(), bytes.data(), static_cast<DWORD>(bytes.size()), &written,
                               nullptr) != 0;
}

}  // namespace lsw::crt
