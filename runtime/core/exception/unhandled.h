// The end of an exception that nobody handled.
#pragma once

#include "abi/exception.h"

namespace lsw::seh {

// Doc: "SetUnhandledExceptionFilter function". Returns the filter that was set before.
PTOP_LEVEL_EXCEPTION_FILTER set_unhandled_filter(PTOP_LEVEL_EXCEPTION_FILTER filter);

// Asks the program's filter, if it set one. EXCEPTION_CONTINUE_EXECUTION, or anything else: the process
// is to end, silently when the filter said EXCEPTION_EXECUTE_HANDLER.
LONG unhandled_filter(EXCEPTION_POINTERS* pointers);

// Ends the process as DESIGN.md "Exit" says: one line on stderr (unless the program's filter handled the
// exception), the exception's code as exit code of Windows, 128 + signal of its kind as that of Linux.
[[noreturn]] void end_by_exception(const EXCEPTION_RECORD& record, const CONTEXT& context);

// The line alone.
void report_exception(const EXCEPTION_RECORD& record);

// The Linux signal that is closest to the exception.
int signal_of_exception(DWORD code);

}  // namespace lsw::seh
