// A thread can use its stack down to 16 KB above its lowest address, as Go's runtime does ("stdcall on g0" counts on it),
// and the overflow below that still reaches the program's handler. "Thread Stack Size"; Go's runtime/os_windows.go.
#include "check.h"

static volatile LONG reached, overflows;

static LONG CALLBACK on_exception(EXCEPTION_POINTERS *info) {
    if (info->ExceptionRecord->ExceptionCode != EXCEPTION_STACK_OVERFLOW) return EXCEPTION_CONTINUE_SEARCH;
    InterlockedIncrement(&overflows);
    ExitThread(7);
    return EXCEPTION_CONTINUE_SEARCH;
}

// Touches the stack page by page, from here down to `lowest`.
static void __attribute__((noinline)) touch_down_to(char *lowest) {
    char here;
    for (volatile char *at = &here - 4096; at > lowest; at -= 4096) *at = 1;
}

static DWORD WINAPI go_down(void *argument) {
    MEMORY_BASIC_INFORMATION info;
    (void)argument;
    CHECK(VirtualQuery(&info, &info, sizeof info) == sizeof info);
    touch_down_to((char *)info.AllocationBase + 16 * 1024);
    reached = 1;
    touch_down_to((char *)info.AllocationBase);
    reached = 2;
    return 0;
}

int main(void) {
    CHECK(AddVectoredExceptionHandler(1, on_exception) != NULL);
    HANDLE thread = CreateThread(NULL, 256 * 1024, go_down, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    CHECK(thread != NULL);
    CHECK(WaitForSingleObject(thread, 10000) == WAIT_OBJECT_0);
    DWORD code = 0;
    CHECK(GetExitCodeThread(thread, &code) && code == 7);
    CHECK(reached == 1 && overflows == 1);
    return check_result();
}
