// debugapi.h: what a program does for its debugger. The debugger's side is debugger.cpp.
#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/log.h"
#include "base/text.h"
#include "core/debug/port.h"
#include "core/teb.h"
#include "dll/kernel32/pipes.h"

using namespace lsw;

// The breakpoint instruction is ours, and one byte like any other: a handler steps over it by adding 1 to RIP.
void kernel32::DebugBreak() { asm volatile("int3"); }

namespace {
constexpr size_t kMostTold = 0xFFFF;  // what a debug event can count
}  // namespace

// Without a listener the text goes nowhere; --verbose is one.
void kernel32::OutputDebugStringA(LPCSTR lpOutputString) {
    if (!lpOutputString) return;
    log_debug("debug output: %s", lpOutputString);
    debug::output_string(lpOutputString, std::min(strlen(lpOutputString) + 1, kMostTold), false);
}

void kernel32::OutputDebugStringW(LPCWSTR lpOutputString) {
    if (!lpOutputString || (!g_verbose && !debug::is_debugged())) return;
    // A debugger gets the text in the ANSI code page, as on Windows: "OutputDebugStringW function".
    std::string text = utf8_from_utf16(lpOutputString);
    log_debug("debug output: %s", text.c_str());
    debug::output_string(text.c_str(), std::min(text.size() + 1, kMostTold), false);
}
