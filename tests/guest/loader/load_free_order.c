// LoadLibrary and FreeLibrary count references; DllMain runs dependencies first and in reverse at the
// end. "Run-Time Dynamic Linking", "DllMain entry point", "FreeLibrary function (libloaderapi.h)",
// "DisableThreadLibraryCalls function".
// with: parts/order_base.c -shared
// with: parts/order_top.c -shared order_base.dll
// with: parts/order_quiet.c -shared -nostdlib -e DllMain -lkernel32
// with: parts/order_refuses.c -shared
#include "../check.h"

static char events[256];

// The DLLs report through the environment: it is the one thing that all C runtimes here share.
static const char* take_events(void) {
    events[0] = 0;
    GetEnvironmentVariableA("LSW_EVENTS", events, sizeof events);
    SetEnvironmentVariableA("LSW_EVENTS", NULL);
    return events;
}

static DWORD WINAPI idle(void* argument) {
    (void)argument;
    return 0;
}

static void run_thread(void) {
    HANDLE thread = CreateThread(NULL, 0, idle, NULL, 0, NULL);
    CHECK(thread != NULL);
    CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CloseHandle(thread);
}

int main(void) {
    take_events();
    HMODULE top = LoadLibraryA("order_top.dll");
    CHECK(top != NULL);
    CHECK_STR(take_events(), "base+ top+ ");
    CHECK(LoadLibraryA("ORDER_TOP") == top);
    CHECK(LoadLibraryW(L".\\order_top.dll") == top);
    CHECK_STR(take_events(), "");
    run_thread();
    CHECK_STR(take_events(), "base.t+ top.t+ top.t- base.t- ");

    CHECK(FreeLibrary(top));
    CHECK(FreeLibrary(top));
    CHECK_STR(take_events(), "");
    CHECK(GetModuleHandleA("order_top") == top);
    CHECK(FreeLibrary(top));
    CHECK_STR(take_events(), "top- base- ");
    CHECK_LASTERROR(GetModuleHandleA("order_top"), ERROR_MOD_NOT_FOUND);
    CHECK_LASTERROR(GetModuleHandleA("order_base"), ERROR_MOD_NOT_FOUND);

    // A dependency that was loaded by itself stays when its dependent goes.
    HMODULE base = LoadLibraryA("order_base.dll");
    top = LoadLibraryA("order_top.dll");
    CHECK_STR(take_events(), "base+ top+ ");
    CHECK(FreeLibrary(top));
    CHECK_STR(take_events(), "top- ");
    // mingw's DLLs have thread-local storage: their calls cannot be switched off.
    CHECK(!DisableThreadLibraryCalls(base));
    HMODULE quiet = LoadLibraryA("order_quiet.dll");
    CHECK(quiet != NULL);
    CHECK_STR(take_events(), "quiet+ ");
    run_thread();
    CHECK_STR(take_events(), "base.t+ quiet.t+ quiet.t- base.t- ");
    CHECK(DisableThreadLibraryCalls(quiet));
    run_thread();
    CHECK_STR(take_events(), "base.t+ base.t- ");
    CHECK(FreeLibrary(quiet));
    CHECK_STR(take_events(), "quiet- ");
    CHECK(FreeLibrary(base));
    CHECK_STR(take_events(), "base- ");

    // DllMain that returns FALSE: called at once with DLL_PROCESS_DETACH, then gone.
    CHECK_LASTERROR(LoadLibraryA("order_refuses.dll"), ERROR_DLL_INIT_FAILED);
    CHECK_STR(take_events(), "refuses+ refuses- ");
    CHECK(GetModuleHandleA("order_refuses.dll") == NULL);
    return check_result();
}
