// Text to and from the standard handles, as console programs of Windows write it: UTF-16 to a
// console, UTF-8 (the OEM code page) to anything else, lines ended by CR LF.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "abi/types.h"

namespace lsw::programs {

HANDLE std_in();
HANDLE std_out();
HANDLE std_err();
inline constexpr DWORD kStdInput = static_cast<DWORD>(-10), kStdOutput = static_cast<DWORD>(-11),
                       kStdError = static_cast<DWORD>(-12);

bool is_console(HANDLE handle);

// False when the write failed (a closed pipe, a full disk).
bool write_text(HANDLE handle, std::u16string_view text);
bool write_bytes(HANDLE handle, std::string_view bytes);
inline bool print(std::u16string_view text) { return write_text(std_out(), text); }
inline bool complain(std::u16string_view text) { return write_text(std_err(), text); }

// One line without its end, read byte by byte so that a child that shares the handle sees the rest.
std::optional<std::u16string> read_line(HANDLE handle);
// Everything up to the end.
std::string read_all(HANDLE handle);

// Collects what a tool prints and writes it in large pieces.
class Output {
public:
    explicit Output(HANDLE handle) : handle_(handle) {}
    ~Output() { flush(); }
    void bytes(std::string_view text) {
        buffer_.append(text);
        if (buffer_.size() >= kFlushAt) flush();
    }
    void text(std::u16string_view text);
    void line(std::u16string_view content) { text(content), bytes("\r\n"); }
    void flush();

private:
    static constexpr size_t kFlushAt = 32 * 1024;
    HANDLE handle_;
    std::string buffer_;
};

// The system's message for an error, ended by CR LF.
std::u16string error_message(DWORD error);

std::u16string to_text(int64_t number);

}  // namespace lsw::programs
