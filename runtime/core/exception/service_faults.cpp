#include "core/exception/service_faults.h"

#include "abi/layout.h"
#include "api/facade.h"
#include "core/module/search.h"
#include "loader/unwind/host_unwind.h"

namespace lsw::seh {
namespace {

bool is_service(uint64_t function) {
    const api::ExportTable* ntdll = find_builtin("ntdll.dll");
    return ntdll && api::is_service_function(*ntdll, function);
}

}  // namespace

bool return_from_faulting_service(CONTEXT* context, NTSTATUS status) {
    CONTEXT walk = *context;
    unwind::HostFrame frame;
    bool after_call = false;
    // Guest code in between (a callback, a handler) ends the search: what it called is no service.
    while (walk.Rip >= kGuestLimit && unwind::host_unwind(&walk, after_call, &frame)) {
        after_call = !frame.caller_interrupted;
        if (!is_service(frame.function_start)) continue;
        walk.Rax = static_cast<uint32_t>(status);
        *context = walk;
        return true;
    }
    return false;
}

}  // namespace lsw::seh
