#include "core/exception/unhandled.h"

#include <dlfcn.h>
#include <link.h>
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <mutex>

#include "abi/layout.h"
#include "base/log.h"
#include "base/status.h"
#include "base/text.h"
#include "core/process/start.h"
#include "core/runtime.h"

namespace lsw::seh {
namespace {

struct UnhandledState {
    std::atomic<PTOP_LEVEL_EXCEPTION_FILTER> filter{nullptr};
    bool silent = false;  // the program's filter took note of the exception
};

UnhandledState& state() {
    static UnhandledState value;
    return value;
}

struct Place {
    char text[128];
};

// Module and offset of an address. Waits for no lock: the thread may hold it, or another that never gets on.
Place describe(uint64_t address) {
    Place place;
    snprintf(place.text, sizeof place.text, "0x%llx", static_cast<unsigned long long>(address));
    if (!is_guest_address(address)) {
        Dl_info info;
        if (dladdr(reinterpret_cast<void*>(address), &info) && info.dli_fname)
            snprintf(place.text, sizeof place.text, "%.80s+0x%llx", info.dli_fname,
                     static_cast<unsigned long long>(
                         address - reinterpret_cast<uint64_t>(info.dli_fbase)));
        return place;
    }
    std::unique_lock guard(runtime().modules.loader_lock(), std::try_to_lock);
    if (!guard) return place;
    if (Module* module = runtime().modules.find_address(reinterpret_cast<void*>(address)))
        snprintf(place.text, sizeof place.text, "%.80s+0x%llx",
                 utf8_from_utf16(module->base_name).c_str(),
                 static_cast<unsigned long long>(
                     address - reinterpret_cast<uint64_t>(module->base())));
    return place;
}

}  // namespace

void report_exception(const EXCEPTION_RECORD& record) {
    auto status = static_cast<NTSTATUS>(record.ExceptionCode);
    const char* name = status_name(status);
    char access[64] = "";
    bool is_access = status == STATUS_ACCESS_VIOLATION || status == STATUS_IN_PAGE_ERROR;
    if (is_access && record.NumberParameters >= 2) {
        ULONG_PTR kind = record.ExceptionInformation[0];
        snprintf(access, sizeof access, ", %s 0x%llx",
                 kind == EXCEPTION_WRITE_FAULT     ? "writing"
                 : kind == EXCEPTION_EXECUTE_FAULT ? "executing"
                                                   : "reading",
                 static_cast<unsigned long long>(record.ExceptionInformation[1]));
    }
    Place place = describe(reinterpret_cast<uint64_t>(record.ExceptionAddress));
    fprintf(stderr, "lsw: unhandled exception 0x%08X%s%s%s at %s%s\n", record.ExceptionCode,
            name ? " (" : "", name ? name : "", name ? ")" : "", place.text, access);
}

PTOP_LEVEL_EXCEPTION_FILTER set_unhandled_filter(PTOP_LEVEL_EXCEPTION_FILTER filter) {
    return state().filter.exchange(filter);
}

LONG unhandled_filter(EXCEPTION_POINTERS* pointers) {
    PTOP_LEVEL_EXCEPTION_FILTER filter = state().filter.load();
    if (!filter) return EXCEPTION_CONTINUE_SEARCH;
    LONG answer = filter(pointers);
    if (answer == EXCEPTION_EXECUTE_HANDLER) state().silent = true;
    return answer;
}

int signal_of_exception(DWORD code) {
    switch (static_cast<NTSTATUS>(code)) {
    case STATUS_ACCESS_VIOLATION:
    case STATUS_GUARD_PAGE_VIOLATION:
    case STATUS_STACK_OVERFLOW: return SIGSEGV;
    case STATUS_IN_PAGE_ERROR:
    case STATUS_DATATYPE_MISALIGNMENT: return SIGBUS;
    case STATUS_ILLEGAL_INSTRUCTION:
    case STATUS_PRIVILEGED_INSTRUCTION: return SIGILL;
    case STATUS_BREAKPOINT:
    case STATUS_SINGLE_STEP: return SIGTRAP;
    case STATUS_INTEGER_DIVIDE_BY_ZERO:
    case STATUS_INTEGER_OVERFLOW:
    case STATUS_FLOAT_DENORMAL_OPERAND:
    case STATUS_FLOAT_DIVIDE_BY_ZERO:
    case STATUS_FLOAT_INEXACT_RESULT:
    case STATUS_FLOAT_INVALID_OPERATION:
    case STATUS_FLOAT_OVERFLOW:
    case STATUS_FLOAT_STACK_CHECK:
    case STATUS_FLOAT_UNDERFLOW: return SIGFPE;
    default: return SIGABRT;
    }
}

void end_by_exception(const EXCEPTION_RECORD& record, const CONTEXT&) {
    if (!state().silent) report_exception(record);
    exit_now_by_signal(record.ExceptionCode, signal_of_exception(record.ExceptionCode));
}

}  // namespace lsw::seh
