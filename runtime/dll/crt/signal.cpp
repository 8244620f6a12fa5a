// signal.h. Doc: "signal", "raise". Hardware faults reach a handler through _XcptFilter, which programs call from the
// exception filter around main.
#include <bit>
#include <utility>

#include "abi/exception.h"
#include "dll/crt/process.h"
#include "dll/kernel32/kernel32.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;
using clib::_signal_handler;

namespace {

constexpr int kSigInt = 2, kSigIll = 4, kSigFpe = 8, kSigSegv = 11, kSigTerm = 15, kSigBreak = 21, kSigAbrt = 22;
constexpr int kSigAbrtCompat = 6;

_signal_handler as_handler(intptr_t value) { return reinterpret_cast<_signal_handler>(value); }
_signal_handler default_action() { return as_handler(0); }
bool is_ignore(_signal_handler handler) { return handler == as_handler(1); }

// SIGILL, SIGFPE and SIGSEGV are each thread's own, the others the process's.
struct ThreadSignals {
    _signal_handler ill = nullptr, fpe = nullptr, segv = nullptr;
    void* exception = nullptr;
    int float_code = 0;
};
thread_local ThreadSignals t_signals;

struct ProcessSignals {
    _signal_handler interrupt = nullptr, terminate = nullptr, break_key = nullptr, abort = nullptr;
};

ProcessSignals& process_signals() {
    static ProcessSignals all;
    return all;
}

_signal_handler* slot_of(int number) {
    switch (number) {
        case kSigInt: return &process_signals().interrupt;
        case kSigTerm: return &process_signals().terminate;
        case kSigBreak: return &process_signals().break_key;
        case kSigAbrt:
        case kSigAbrtCompat: return &process_signals().abort;
        case kSigIll: return &t_signals.ill;
        case kSigFpe: return &t_signals.fpe;
        case kSigSegv: return &t_signals.segv;
        default: return nullptr;
    }
}

constexpr ULONG kAccessViolation = 0xC0000005, kIllegalInstruction = 0xC000001D, kPrivilegedInstruction = 0xC0000096;

struct FloatCode {
    ULONG status;
    int code;
};
// float.h: _FPE_*
constexpr FloatCode kFloatCodes[] = {{0xC000008D, 0x82}, {0xC000008E, 0x83}, {0xC000008F, 0x86}, {0xC0000090, 0x81},
                                     {0xC0000091, 0x84}, {0xC0000092, 0x8a}, {0xC0000093, 0x85}};

int signal_of_exception(ULONG code) {
    if (code == kAccessViolation) return kSigSegv;
    if (code == kIllegalInstruction || code == kPrivilegedInstruction) return kSigIll;
    for (const FloatCode& row : kFloatCodes)
        if (row.status == code) {
            t_signals.float_code = row.code;
            return kSigFpe;
        }
    return 0;
}

constexpr int kContinueSearch = 0, kContinueExecution = -1;

int unhandled(EXCEPTION_POINTERS* pointers) {
    using Filter = LONG(WINAPI*)(EXCEPTION_POINTERS*);
    static auto filter = reinterpret_cast<Filter>(kernel32_function("UnhandledExceptionFilter"));
    return filter ? filter(pointers) : kContinueSearch;
}

// What the filter around main does with an exception: a signal handler of the program, or nothing of ours.
int filter_exception(ULONG code, EXCEPTION_POINTERS* pointers, bool unhandled_here) {
    int number = signal_of_exception(code);
    _signal_handler* slot = number ? slot_of(number) : nullptr;
    if (!slot || *slot == default_action()) return unhandled_here ? unhandled(pointers) : kContinueSearch;
    if (is_ignore(*slot)) return kContinueExecution;
    void* outer = std::exchange(t_signals.exception, static_cast<void*>(pointers));
    _signal_handler handler = std::exchange(*slot, default_action());
    if (number == kSigFpe)
        std::bit_cast<void(WINAPI*)(int, int)>(handler)(number, t_signals.float_code);
    else
        handler(number);
    t_signals.exception = outer;
    return kContinueExecution;
}

constexpr DWORD kCtrlC = 0, kCtrlBreak = 1;

// Called by the console on a thread of its own. The action goes back to the default before the program's function runs,
// as for every signal but floating-point errors.
BOOL WINAPI on_console_event(DWORD event) {
    if (event != kCtrlC && event != kCtrlBreak) return FALSE;
    int number = event == kCtrlC ? kSigInt : kSigBreak;
    _signal_handler* slot = slot_of(number);
    _signal_handler handler = *slot;
    if (handler == default_action()) return FALSE;
    if (is_ignore(handler)) return TRUE;
    *slot = default_action();
    handler(number);
    return TRUE;
}

// Once, when a program first cares for Ctrl-C or Ctrl-Break.
void listen_to_console() {
    using SetHandler = BOOL(WINAPI*)(BOOL(WINAPI*)(DWORD), BOOL);
    static const bool done = [] {
        auto set = reinterpret_cast<SetHandler>(kernel32_function("SetConsoleCtrlHandler"));
        return set && set(on_console_event, TRUE);
    }();
    static_cast<void>(done);
}

}  // namespace

_signal_handler clib::signal(int number, _signal_handler handler) {
    constexpr intptr_t kGet = 2, kAcknowledge = 4, kError = -1;
    _signal_handler* slot = slot_of(number);
    auto value = reinterpret_cast<intptr_t>(handler);
    if (!slot || value == kAcknowledge || value == 3) {
        invalid();
        return as_handler(kError);
    }
    if ((number == kSigInt || number == kSigBreak) && value != kGet && handler != default_action())
        listen_to_console();
    _signal_handler old = *slot;
    if (value != kGet) *slot = handler;
    return old;
}

int clib::raise(int number) {
    _signal_handler* slot = slot_of(number);
    if (!slot) return invalid(), -1;
    _signal_handler handler = *slot;
    if (is_ignore(handler)) return 0;
    if (handler == default_action()) {
        if (slot == slot_of(kSigAbrt)) return 0;  // abort() itself says so and ends the process
        clib::_exit(3);
    }
    *slot = default_action();
    if (number == kSigFpe)
        std::bit_cast<void(WINAPI*)(int, int)>(handler)(number, 0x8c);  // _FPE_EXPLICITGEN
    else
        handler(number);
    return 0;
}

void** clib::__pxcptinfoptrs() { return &t_signals.exception; }

int* clib::__fpecode() { return &t_signals.float_code; }

int clib::_XcptFilter(ULONG code, EXCEPTION_POINTERS* pointers) { return filter_exception(code, pointers, true); }

int clib::_seh_filter_exe(ULONG code, EXCEPTION_POINTERS* pointers) {
    return filter_exception(code, pointers, false);
}

int clib::_seh_filter_dll(ULONG code, EXCEPTION_POINTERS* pointers) {
    constexpr ULONG kCxxException = 0xE06D7363;
    return code == kCxxException ? filter_exception(code, pointers, false) : kContinueSearch;
}
