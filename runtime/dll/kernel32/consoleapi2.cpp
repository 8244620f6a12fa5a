// consoleapi2.h: cursor, colours, filling, titles, as sequences to the terminal. The screen cannot
// be read back.
#include <algorithm>
#include <cstring>
#include <string>

#include "base/text.h"
#include "core/console/console.h"
#include "core/nls/code_page.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

Ref<ConsoleObject> output_of(HANDLE handle) {
    auto object = runtime().handles.get<IoObject>(handle);
    ConsoleObject* console = object.ok() ? (*object)->as_console() : nullptr;
    if (console && console->is_input()) console = nullptr;
    if (!console) set_last_error(ERROR_INVALID_HANDLE);
    return Ref<ConsoleObject>::share(console);
}

std::string move_to(COORD at) {
    return "\x1b[" + std::to_string(at.Y + 1) + ";" + std::to_string(at.X + 1) + "H";
}

BOOL emit(HANDLE handle, const std::string& sequence) {
    auto console = output_of(handle);
    return console ? win32_result(console->emit(sequence).status()) : FALSE;
}

// Cells from `start` on in reading order, at most to the end of the screen; the cursor stays where
// it was.
BOOL fill_cells(HANDLE handle, const std::string& cell, DWORD length, COORD start,
                LPDWORD written) {
    auto console = output_of(handle);
    if (!console) return FALSE;
    auto size = console->size();
    DWORD first = static_cast<DWORD>(start.Y) * static_cast<DWORD>(size.columns) +
                  static_cast<DWORD>(start.X);
    DWORD cells = static_cast<DWORD>(size.columns) * static_cast<DWORD>(size.rows);
    length = first < cells ? std::min(length, cells - first) : 0;
    if (written) *written = length;
    if (length == 0) return TRUE;
    std::string out =
        "\x1b"
        "7" +
        move_to(start);
    if (cell == " " && length == cells - first) {
        out += "\x1b[J";
    } else {
        SHORT row = start.Y, column = start.X;
        for (DWORD left = length; left > 0;) {
            DWORD run = std::min(left, static_cast<DWORD>(size.columns - column));
            for (DWORD i = 0; i < run; ++i) out += cell;
            left -= run;
            column = 0;
            if (left > 0) out += move_to({0, ++row});
        }
    }
    return win32_result(console
                            ->emit(out + "\x1b"
                                         "8")
                            .status());
}

}  // namespace

BOOL kernel32::GetConsoleScreenBufferInfo(HANDLE hConsoleOutput,
                                          PCONSOLE_SCREEN_BUFFER_INFO lpConsoleScreenBufferInfo) {
    auto console = output_of(hConsoleOutput);
    if (!console) return FALSE;
    auto size = console->size();
    const Console& state = Console::get();
    *lpConsoleScreenBufferInfo = {
        {size.columns, size.rows},
        state.cursor,
        state.attributes,
        {0, 0, static_cast<SHORT>(size.columns - 1), static_cast<SHORT>(size.rows - 1)},
        {size.columns, size.rows}};
    return TRUE;
}

BOOL kernel32::GetConsoleScreenBufferInfoEx(
    HANDLE hConsoleOutput, PCONSOLE_SCREEN_BUFFER_INFOEX lpConsoleScreenBufferInfoEx) {
    if (lpConsoleScreenBufferInfoEx->cbSize != sizeof(CONSOLE_SCREEN_BUFFER_INFOEX))
        return fail(ERROR_INVALID_PARAMETER);
    CONSOLE_SCREEN_BUFFER_INFO info;
    if (!GetConsoleScreenBufferInfo(hConsoleOutput, &info)) return FALSE;
    // The colours of Windows' console ("COLORREF": 0x00bbggrr).
    constexpr DWORD kColours[16] = {0x0C0C0C, 0xDA3700, 0x0EA113, 0xDD963A, 0x1F0FC5, 0x981788,
                                    0x009CC1, 0xCCCCCC, 0x767676, 0xFF783B, 0x0CC616, 0xD6D661,
                                    0x5648E7, 0x9E00B4, 0xA5F1F9, 0xF2F2F2};
    auto& out = *lpConsoleScreenBufferInfoEx;
    out.dwSize = info.dwSize, out.dwCursorPosition = info.dwCursorPosition,
    out.wAttributes = info.wAttributes;
    out.srWindow = info.srWindow, out.dwMaximumWindowSize = info.dwMaximumWindowSize;
    out.wPopupAttributes = 0xF5, out.bFullscreenSupported = FALSE;
    memcpy(out.ColorTable, kColours, sizeof kColours);
    return TRUE;
}

BOOL kernel32::SetConsoleTextAttribute(HANDLE hConsoleOutput, WORD wAttributes) {
    if (!emit(hConsoleOutput, sgr_of_attributes(wAttributes))) return FALSE;
    Console::get().attributes = wAttributes;
    return TRUE;
}

BOOL kernel32::SetConsoleCursorPosition(HANDLE hConsoleOutput, COORD dwCursorPosition) {
    auto console = output_of(hConsoleOutput);
    if (!console) return FALSE;
    auto size = console->size();
    if (dwCursorPosition.X < 0 || dwCursorPosition.Y < 0 || dwCursorPosition.X >= size.columns ||
        dwCursorPosition.Y >= size.rows)
        return fail(ERROR_INVALID_PARAMETER);
    Console::get().cursor = dwCursorPosition;
    return win32_result(console->emit(move_to(dwCursorPosition)).status());
}

BOOL kernel32::GetConsoleCursorInfo(HANDLE hConsoleOutput,
                                    PCONSOLE_CURSOR_INFO lpConsoleCursorInfo) {
    if (!output_of(hConsoleOutput)) return FALSE;
    *lpConsoleCursorInfo = Console::get().cursor_info;
    return TRUE;
}

BOOL kernel32::SetConsoleCursorInfo(HANDLE hConsoleOutput,
                                    const CONSOLE_CURSOR_INFO* lpConsoleCursorInfo) {
    if (lpConsoleCursorInfo->dwSize < 1 || lpConsoleCursorInfo->dwSize > 100)
        return fail(ERROR_INVALID_PARAMETER);
    if (!emit(hConsoleOutput, lpConsoleCursorInfo->bVisible ? "\x1b[?25h" : "\x1b[?25l"))
        return FALSE;
    Console::get().cursor_info = *lpConsoleCursorInfo;
    return TRUE;
}

BOOL kernel32::FillConsoleOutputCharacterW(HANDLE hConsoleOutput, WCHAR cCharacter, DWORD nLength,
                                           COORD dwWriteCoord, LPDWORD lpNumberOfCharsWritten) {
    return fill_cells(hConsoleOutput, utf8_from_utf16({&cCharacter, 1}), nLength, dwWriteCoord,
                      lpNumberOfCharsWritten);
}

BOOL kernel32::FillConsoleOutputCharacterA(HANDLE hConsoleOutput, CHAR cCharacter, DWORD nLength,
                                           COORD dwWriteCoord, LPDWORD lpNumberOfCharsWritten) {
    return fill_cells(hConsoleOutput, std::string(1, cCharacter), nLength, dwWriteCoord,
                      lpNumberOfCharsWritten);
}

// Colours of cells whose text we do not know cannot be changed; what follows is written in its own
// colours.
BOOL kernel32::FillConsoleOutputAttribute(HANDLE hConsoleOutput, WORD, DWORD nLength, COORD,
                                          LPDWORD lpNumberOfAttrsWritten) {
    if (!output_of(hConsoleOutput)) return FALSE;
    if (lpNumberOfAttrsWritten) *lpNumberOfAttrsWritten = nLength;
    return TRUE;
}

namespace {
// A console shows the title that its program was started with until it is told another.
const std::u16string& console_title() {
    std::u16string& title = Console::get().title;
    const UNICODE_STRING& first = current_peb()->ProcessParameters->WindowTitle;
    if (title.empty() && first.Buffer) title.assign(first.Buffer, first.Length / sizeof(char16_t));
    return title;
}
}  // namespace

BOOL kernel32::SetConsoleTitleW(LPCWSTR lpConsoleTitle) {
    Console::get().title = lpConsoleTitle;
    HANDLE handle = GetStdHandle(static_cast<DWORD>(-11));
    auto object = runtime().handles.get<IoObject>(handle);
    if (object.ok() && (*object)->as_console())
        return emit(handle, "\x1b]0;" + utf8_from_utf16(lpConsoleTitle) + "\x07");
    return TRUE;
}

BOOL kernel32::SetConsoleTitleA(LPCSTR lpConsoleTitle) {
    return SetConsoleTitleW(utf16_from_utf8(lpConsoleTitle).c_str());
}

DWORD kernel32::GetConsoleTitleW(LPWSTR lpConsoleTitle, DWORD nSize) {
    const std::u16string& title = console_title();
    if (nSize == 0) return 0;
    size_t copied = std::min<size_t>(title.size(), nSize - 1);
    std::copy_n(title.data(), copied, lpConsoleTitle);
    lpConsoleTitle[copied] = 0;
    return static_cast<DWORD>(title.size());
}

DWORD kernel32::GetConsoleTitleA(LPSTR lpConsoleTitle, DWORD nSize) {
    std::string title = utf8_from_utf16(console_title());
    if (nSize == 0) return 0;
    size_t copied = std::min<size_t>(title.size(), nSize - 1);
    memcpy(lpConsoleTitle, title.data(), copied);
    lpConsoleTitle[copied] = 0;
    return static_cast<DWORD>(title.size());
}

BOOL kernel32::SetConsoleCP(UINT wCodePageID) {
    if (!nls::is_known(wCodePageID)) return fail(ERROR_INVALID_PARAMETER);
    return Console::get().input_code_page = wCodePageID, TRUE;
}

BOOL kernel32::SetConsoleOutputCP(UINT wCodePageID) {
    if (!nls::is_known(wCodePageID)) return fail(ERROR_INVALID_PARAMETER);
    return Console::get().output_code_page = wCodePageID, TRUE;
}

COORD kernel32::GetLargestConsoleWindowSize(HANDLE hConsoleOutput) {
    auto console = output_of(hConsoleOutput);
    if (!console) return {0, 0};
    auto size = console->size();
    return {size.columns, size.rows};
}

// The terminal's user decides about its size.
BOOL kernel32::SetConsoleScreenBufferSize(HANDLE hConsoleOutput, COORD) {
    return output_of(hConsoleOutput) ? TRUE : FALSE;
}
BOOL kernel32::SetConsoleWindowInfo(HANDLE hConsoleOutput, BOOL, const SMALL_RECT*) {
    return output_of(hConsoleOutput) ? TRUE : FALSE;
}
BOOL kernel32::SetConsoleActiveScreenBuffer(HANDLE hConsoleOutput) {
    return output_of(hConsoleOutput) ? TRUE : FALSE;
}

BOOL kernel32::GetNumberOfConsoleMouseButtons(LPDWORD lpNumberOfMouseButtons) {
    return *lpNumberOfMouseButtons = 3, TRUE;
}

// The second screen of the terminal is not used: a new buffer is another handle to the same one.
HANDLE kernel32::CreateConsoleScreenBuffer(DWORD dwDesiredAccess, DWORD,
                                           const SECURITY_ATTRIBUTES* lpSecurityAttributes, DWORD,
                                           LPVOID) {
    Ref<IoObject> console = open_console("/dev/tty", ConsoleObject::Side::Output);
    if (!console) return set_last_error(ERROR_INVALID_HANDLE), INVALID_HANDLE_VALUE;
    bool inherit = lpSecurityAttributes && lpSecurityAttributes->bInheritHandle;
    auto handle = runtime().handles.insert(std::move(console), dwDesiredAccess, inherit);
    return handle.ok() ? *handle : INVALID_HANDLE_VALUE;
}

// A rectangle of cells as text, row by row.
BOOL kernel32::WriteConsoleOutputW(HANDLE hConsoleOutput, const CHAR_INFO* lpBuffer,
                                   COORD dwBufferSize, COORD dwBufferCoord,
                                   PSMALL_RECT lpWriteRegion) {
    auto console = output_of(hConsoleOutput);
    if (!console) return FALSE;
    auto size = console->size();
    SMALL_RECT& region = *lpWriteRegion;
    region.Right =
        std::min<SHORT>({region.Right, static_cast<SHORT>(size.columns - 1),
                         static_cast<SHORT>(region.Left + dwBufferSize.X - dwBufferCoord.X - 1)});
    region.Bottom =
        std::min<SHORT>({region.Bottom, static_cast<SHORT>(size.rows - 1),
                         static_cast<SHORT>(region.Top + dwBufferSize.Y - dwBufferCoord.Y - 1)});
    std::string out =
        "\x1b"
        "7";
    for (SHORT y = region.Top; y <= region.Bottom; ++y) {
        out += move_to({region.Left, y});
        WORD attributes = 0xFFFF;
        for (SHORT x = region.Left; x <= region.Right; ++x) {
            const CHAR_INFO& cell = lpBuffer[(dwBufferCoord.Y + y - region.Top) * dwBufferSize.X +
                                             dwBufferCoord.X + x - region.Left];
            if (cell.Attributes != attributes)
                out += sgr_of_attributes(attributes = cell.Attributes);
            out += utf8_from_utf16({&cell.UnicodeChar, 1});
        }
    }
    out += sgr_of_attributes(Console::get().attributes) +
           "\x1b"
           "8";
    return win32_result(console->emit(out).status());
}

BOOL kernel32::WriteConsoleOutputA(HANDLE hConsoleOutput, const CHAR_INFO* lpBuffer,
                                   COORD dwBufferSize, COORD dwBufferCoord,
                                   PSMALL_RECT lpWriteRegion) {
    size_t cells = static_cast<size_t>(dwBufferSize.X) * static_cast<size_t>(dwBufferSize.Y);
    auto* wide = new CHAR_INFO[cells];
    for (size_t i = 0; i < cells; ++i) {
        wide[i] = lpBuffer[i];
        wide[i].UnicodeChar = static_cast<WCHAR>(lpBuffer[i].AsciiChar & 0x7F);
    }
    BOOL done =
        WriteConsoleOutputW(hConsoleOutput, wide, dwBufferSize, dwBufferCoord, lpWriteRegion);
    delete[] wide;
    return done;
}
