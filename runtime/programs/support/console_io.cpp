#include "programs/support/console_io.h"

#include <charconv>

#include "base/text.h"
#include "dll/kernel32/kernel32.h"

namespace lsw::programs {

HANDLE std_in() { return kernel32::GetStdHandle(kStdInput); }
HANDLE std_out() { return kernel32::GetStdHandle(kStdOutput); }
HANDLE std_err() { return kernel32::GetStdHandle(kStdError); }

bool is_console(HANDLE handle) {
    DWORD mode;
    return kernel32::GetConsoleMode(handle, &mode);
}

bool write_bytes(HANDLE handle, std::string_view bytes) {
    while (!bytes.empty()) {
        DWORD done = 0, piece = static_cast<DWORD>(std::min<size_t>(bytes.size(), 1 << 20));
        if (!kernel32::WriteFile(handle, bytes.data(), piece, &done, nullptr) || done == 0)
            return false;
        bytes.remove_prefix(done);
    }
    return true;
}

bool write_text(HANDLE handle, std::u16string_view text) {
    if (text.empty()) return true;
    return write_bytes(handle, linux_from_utf16(text));
}

std::optional<std::u16string> read_line(HANDLE handle) {
    std::string line;
    for (;;) {
        char byte;
        DWORD done = 0;
        if (!kernel32::ReadFile(handle, &byte, 1, &done, nullptr) || done == 0) {
            if (line.empty()) return std::nullopt;
            break;
        }
        if (byte == '\n') break;
        line += byte;
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return utf16_from_linux(line);
}

std::string read_all(HANDLE handle) {
    std::string out;
    constexpr DWORD kPiece = 64 * 1024;
    for (;;) {
        size_t have = out.size();
        out.resize(have + kPiece);
        DWORD done = 0;
        bool more =
            kernel32::ReadFile(handle, out.data() + have, kPiece, &done, nullptr) && done != 0;
        out.resize(have + done);
        if (!more) return out;
    }
}

void Output::text(std::u16string_view text) { bytes(linux_from_utf16(text)); }

void Output::flush() {
    if (!buffer_.empty()) write_bytes(handle_, buffer_);
    buffer_.clear();
}

std::u16string error_message(DWORD error) {
    constexpr DWORD kFromSystem = 0x1000, kIgnoreInserts = 0x200, kRoom = 1024;
    std::u16string text(kRoom, 0);
    text.resize(kernel32::FormatMessageW(kFromSystem | kIgnoreInserts, nullptr, error, 0,
                                         text.data(), kRoom, nullptr));
    if (text.empty()) text = u"The system error " + to_text(error) + u" occurred.\r\n";
    return text;
}

std::u16string to_text(int64_t number) {
    char digits[24];
    auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return {digits, end};
}

}  // namespace lsw::programs
