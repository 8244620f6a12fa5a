// Structures and constants of consoles (wincon.h, wincontypes.h, consoleapi*.h).
#pragma once

#include "abi/types.h"

struct COORD {
    SHORT X, Y;
};
using PCOORD = COORD*;

struct SMALL_RECT {
    SHORT Left, Top, Right, Bottom;
};
using PSMALL_RECT = SMALL_RECT*;

struct CONSOLE_SCREEN_BUFFER_INFO {
    COORD dwSize, dwCursorPosition;
    WORD wAttributes;
    SMALL_RECT srWindow;
    COORD dwMaximumWindowSize;
};
using PCONSOLE_SCREEN_BUFFER_INFO = CONSOLE_SCREEN_BUFFER_INFO*;
static_assert(sizeof(CONSOLE_SCREEN_BUFFER_INFO) == 22);

struct CONSOLE_SCREEN_BUFFER_INFOEX {
    ULONG cbSize;
    COORD dwSize, dwCursorPosition;
    WORD wAttributes;
    SMALL_RECT srWindow;
    COORD dwMaximumWindowSize;
    WORD wPopupAttributes;
    BOOL bFullscreenSupported;
    DWORD ColorTable[16];
};
using PCONSOLE_SCREEN_BUFFER_INFOEX = CONSOLE_SCREEN_BUFFER_INFOEX*;
static_assert(sizeof(CONSOLE_SCREEN_BUFFER_INFOEX) == 96);

struct CONSOLE_CURSOR_INFO {
    DWORD dwSize;
    BOOL bVisible;
};
using PCONSOLE_CURSOR_INFO = CONSOLE_CURSOR_INFO*;

struct KEY_EVENT_RECORD {
    BOOL bKeyDown;
    WORD wRepeatCount, wVirtualKeyCode, wVirtualScanCode;
    union {
        WCHAR UnicodeChar;
        CHAR AsciiChar;
    };
    DWORD dwControlKeyState;
};

struct INPUT_RECORD {
    WORD EventType;
    WORD padding;
    union {
        KEY_EVENT_RECORD KeyEvent;
        COORD WindowBufferSizeEvent;
        DWORD FocusEvent;
    };
};
using PINPUT_RECORD = INPUT_RECORD*;
static_assert(sizeof(INPUT_RECORD) == 20);

struct CHAR_INFO {
    union {
        WCHAR UnicodeChar;
        CHAR AsciiChar;
    };
    WORD Attributes;
};
using PCHAR_INFO = CHAR_INFO*;

struct CONSOLE_READCONSOLE_CONTROL {
    ULONG nLength, nInitialChars, dwCtrlWakeupMask, dwControlKeyState;
};
using PCONSOLE_READCONSOLE_CONTROL = CONSOLE_READCONSOLE_CONTROL*;

struct CONSOLE_FONT_INFO {
    DWORD nFont;
    COORD dwFontSize;
};
using PCONSOLE_FONT_INFO = CONSOLE_FONT_INFO*;

struct CONSOLE_SELECTION_INFO {
    DWORD dwFlags;
    COORD dwSelectionAnchor;
    SMALL_RECT srSelection;
};
using PCONSOLE_SELECTION_INFO = CONSOLE_SELECTION_INFO*;

using PHANDLER_ROUTINE = BOOL(WINAPI*)(DWORD);

inline constexpr DWORD ENABLE_PROCESSED_INPUT = 0x1;
inline constexpr DWORD ENABLE_LINE_INPUT = 0x2;
inline constexpr DWORD ENABLE_ECHO_INPUT = 0x4;
inline constexpr DWORD ENABLE_VIRTUAL_TERMINAL_INPUT = 0x200;
inline constexpr WORD KEY_EVENT = 1;
inline constexpr WORD WINDOW_BUFFER_SIZE_EVENT = 4;
inline constexpr DWORD CTRL_C_EVENT = 0;
inline constexpr DWORD CTRL_BREAK_EVENT = 1;
inline constexpr DWORD CTRL_CLOSE_EVENT = 2;
