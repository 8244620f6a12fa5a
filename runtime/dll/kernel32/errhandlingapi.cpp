// errhandlingapi.h: the last error, raising exceptions, the unhandled exception filter, error modes.
#include <algorithm>
#include <atomic>
#include <cstdio>

#include "base/log.h"
#include "base/text.h"
#include "core/exception/capture.h"
#include "core/exception/dispatch.h"
#include "core/exception/unhandled.h"
#include "core/process/start.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

std::atomic<UINT>& error_mode() {
    static std::atomic<UINT> mode{0};
    return mode;
}

}  // namespace

DWORD kernel32::GetLastError() { return lsw::last_error(); }
void kernel32::SetLastError(DWORD dwErrCode) { lsw::set_last_error(dwErrCode); }

void kernel32::RaiseException(DWORD dwExceptionCode, DWORD dwExceptionFlags,
                              DWORD nNumberOfArguments, const ULONG_PTR* lpArguments) {
    CONTEXT context;
    seh::capture_caller(&context);
    EXCEPTION_RECORD record = {};
    record.ExceptionCode = dwExceptionCode & ~0x10000000u;  // "the system clears bit 28"
    record.ExceptionFlags = dwExceptionFlags & EXCEPTION_NONCONTINUABLE;
    record.ExceptionFlags |= EXCEPTION_SOFTWARE_ORIGINATE;
    record.ExceptionAddress = reinterpret_cast<void*>(context.Rip);
    if (lpArguments) {
        record.NumberParameters = std::min(nNumberOfArguments, EXCEPTION_MAXIMUM_PARAMETERS);
        std::copy_n(lpArguments, record.NumberParameters, record.ExceptionInformation);
    }
    seh::raise(&record, &context);
}

LPTOP_LEVEL_EXCEPTION_FILTER kernel32::SetUnhandledExceptionFilter(
    LPTOP_LEVEL_EXCEPTION_FILTER lpTopLevelExceptionFilter) {
    return seh::set_unhandled_filter(lpTopLevelExceptionFilter);
}

LONG kernel32::UnhandledExceptionFilter(EXCEPTION_POINTERS* ExceptionInfo) {
    LONG answer = seh::unhandled_filter(ExceptionInfo);
    if (answer != EXCEPTION_CONTINUE_SEARCH) return answer;
    seh::report_exception(*ExceptionInfo->ExceptionRecord);
    return EXCEPTION_EXECUTE_HANDLER;
}

UINT kernel32::SetErrorMode(UINT uMode) { return error_mode().exchange(uMode); }
UINT kernel32::GetErrorMode() { return error_mode(); }

BOOL kernel32::SetThreadErrorMode(DWORD dwNewMode, LPDWORD lpOldMode) {
    TEB* teb = current_teb();
    if (lpOldMode) *lpOldMode = teb->HardErrorMode;
    teb->HardErrorMode = dwNewMode;
    return TRUE;
}

DWORD kernel32::GetThreadErrorMode() { return current_teb()->HardErrorMode; }

void kernel32::RaiseFailFastException(EXCEPTION_RECORD* pExceptionRecord, CONTEXT* pContextRecord,
                                      DWORD) {
    CONTEXT context;
    seh::capture_caller(&context);
    EXCEPTION_RECORD record = {};
    record.ExceptionCode = kExceptionFailFast;
    record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    record.ExceptionAddress = reinterpret_cast<void*>(context.Rip);
    seh::end_by_exception(pExceptionRecord ? *pExceptionRecord : record,
                          pContextRecord ? *pContextRecord : context);
}

// Windows shows the text in a message box; a console program's place for it is stderr.
void kernel32::FatalAppExitW(UINT, LPCWSTR lpMessageText) {
    std::u16string text = lpMessageText ? lpMessageText : u"";
    fprintf(stderr, "%s\n", utf8_from_utf16(text).c_str());
    exit_process(1);
}

void kernel32::FatalAppExitA(UINT, LPCSTR lpMessageText) {
    fprintf(stderr, "%s\n", lpMessageText ? lpMessageText : "");
    exit_process(1);
}

void kernel32::FatalExit(int ExitCode) { exit_process(static_cast<uint32_t>(ExitCode)); }
