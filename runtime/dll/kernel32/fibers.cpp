// fibersapi.h, winbase.h: fibers. The work is in core/thread/fiber.
#include "core/thread/fiber.h"

#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

LPVOID fiber_or_error(Result<Fiber*> made) {
    if (made.ok()) return *made;
    if (made.status() == STATUS_OBJECT_NAME_COLLISION)
        set_last_error(ERROR_ALREADY_FIBER);
    else
        set_last_error_from(made.status());
    return nullptr;
}

}  // namespace

LPVOID kernel32::CreateFiberEx(SIZE_T dwStackCommitSize, SIZE_T dwStackReserveSize, DWORD,
                               LPFIBER_START_ROUTINE lpStartAddress, LPVOID lpParameter) {
    return fiber_or_error(create_fiber(dwStackReserveSize, dwStackCommitSize, lpStartAddress, lpParameter));
}

LPVOID kernel32::CreateFiber(SIZE_T dwStackSize, LPFIBER_START_ROUTINE lpStartAddress, LPVOID lpParameter) {
    return CreateFiberEx(dwStackSize, 0, 0, lpStartAddress, lpParameter);
}

LPVOID kernel32::ConvertThreadToFiberEx(LPVOID lpParameter, DWORD) {
    return fiber_or_error(convert_thread_to_fiber(lpParameter));
}

LPVOID kernel32::ConvertThreadToFiber(LPVOID lpParameter) { return ConvertThreadToFiberEx(lpParameter, 0); }

BOOL kernel32::ConvertFiberToThread() {
    if (convert_fiber_to_thread().ok()) return TRUE;
    set_last_error(ERROR_ALREADY_THREAD);
    return FALSE;
}

void kernel32::SwitchToFiber(LPVOID lpFiber) { switch_to_fiber(static_cast<Fiber*>(lpFiber)); }

void kernel32::DeleteFiber(LPVOID lpFiber) { delete_fiber(static_cast<Fiber*>(lpFiber)); }

BOOL kernel32::IsThreadAFiber() { return current_teb()->NtTib.FiberData != nullptr; }
