// What a debugged process and its debugger tell each other over a socket of packets; both are ours, of one build.
#pragma once

#include <cstdint>

#include "abi/exception.h"

namespace lsw::debug {

// Numbers of DEBUG_EVENT.dwDebugEventCode.
enum class EventKind : uint32_t {
    Exception = 1,
    CreateThread = 2,
    CreateProcess = 3,
    ExitThread = 4,
    ExitProcess = 5,
    LoadDll = 6,
    UnloadDll = 7,
    OutputString = 8,
};

inline constexpr NTSTATUS kContinue = 0x00010002, kExceptionNotHandled = static_cast<NTSTATUS>(0x80010001);

struct Event {
    EventKind kind{};
    uint32_t thread = 0;
    uint32_t first_chance = 0;  // Exception
    uint32_t code = 0;          // ExitThread, ExitProcess; OutputString: 1 for UTF-16
    uint64_t base = 0;          // CreateProcess, LoadDll, UnloadDll: of the image; OutputString: of the text
    uint64_t start = 0;         // CreateThread, CreateProcess: start address; OutputString: length in characters
    uint64_t teb = 0;           // CreateThread, CreateProcess
    uint64_t name = 0;          // LoadDll, CreateProcess: address of a pointer to the image's path
    EXCEPTION_RECORD record{};
    char path[1024] = {};       // CreateProcess, LoadDll: Linux path of the image, empty for a built-in one
};

enum class OrderKind : uint32_t { Continue, Detach, KillOnExit };

struct Order {
    OrderKind kind{};
    uint32_t thread = 0;
    uint32_t value = 0;  // Continue: status; KillOnExit: whether
};

}  // namespace lsw::debug
