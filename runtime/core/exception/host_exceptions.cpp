#include "core/exception/host_exceptions.h"

#include <exception>
#include <new>
#include <stdexcept>

#include "core/exception/dispatch.h"
#include "core/exception/service_faults.h"
#include "core/thread/thread.h"
#include "loader/unwind/context_switch.h"

namespace lsw::seh {
namespace {

std::terminate_handler g_usual = nullptr;  // says what it was, and aborts

NTSTATUS status_of_current_exception() {
    try {
        throw;
    } catch (const std::bad_alloc&) {
        return STATUS_NO_MEMORY;
    } catch (const std::length_error&) {
        return STATUS_NO_MEMORY;
    } catch (...) {
        return STATUS_ACCESS_VIOLATION;  // a string of a null pointer, a lock that is none
    }
}

// The frames that threw are still there: the search for a handler found none, and unwound nothing.
void on_terminate() {
    if (!current_thread() || !std::current_exception()) g_usual();
    NTSTATUS status = status_of_current_exception();
    CONTEXT context;
    unwind::lsw_capture_context(&context);
    if (return_from_faulting_service(&context, status)) unwind::lsw_restore_context(&context);
    raise_status(status);
}

}  // namespace

void install_host_exceptions() { g_usual = std::set_terminate(on_terminate); }

}  // namespace lsw::seh
