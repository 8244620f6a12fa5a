// Fibers: switching, data, fiber-local values with callbacks. "Fibers", "FlsAlloc function".
#include "check.h"

static void *main_fiber, *fibers[2];
static int steps, callbacks;
static DWORD slot;

static void CALLBACK on_value(void* value) { callbacks += (int)(INT_PTR)value; }

static void CALLBACK run(void* data) {
    int which = (int)(INT_PTR)data;
    CHECK(GetFiberData() == data);
    CHECK(FlsGetValue(slot) == NULL);
    CHECK(FlsSetValue(slot, (void*)(INT_PTR)(10 + which)));
    volatile double kept = which + 0.5;
    for (int i = 0; i < 1000; i++) {
        steps++;
        CHECK(FlsGetValue(slot) == (void*)(INT_PTR)(10 + which));
        SwitchToFiber(i % 2 ? main_fiber : fibers[!which]);
    }
    CHECK(kept == which + 0.5);
    SwitchToFiber(main_fiber);
}

static DWORD WINAPI with_value(void* unused) {
    FlsSetValue(slot, (void*)100);
    return 0;
}

int main(void) {
    CHECK(!IsThreadAFiber());
    slot = FlsAlloc(on_value);
    CHECK(slot != FLS_OUT_OF_INDEXES);
    CHECK(FlsSetValue(slot, (void*)1));
    main_fiber = ConvertThreadToFiber((void*)77);
    CHECK(main_fiber != NULL && IsThreadAFiber());
    CHECK(GetFiberData() == (void*)77 && GetCurrentFiber() == main_fiber);
    CHECK_LASTERROR(ConvertThreadToFiber(NULL), ERROR_ALREADY_FIBER);
    for (int i = 0; i < 2; i++) fibers[i] = CreateFiber(0, run, (void*)(INT_PTR)i);
    while (steps < 2000) SwitchToFiber(fibers[steps & 1]);
    CHECK(FlsGetValue(slot) == (void*)1);
    CHECK_EQ(callbacks, 0);
    DeleteFiber(fibers[0]);
    CHECK_EQ(callbacks, 10);
    HANDLE thread = CreateThread(NULL, 0, with_value, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    CHECK_EQ(callbacks, 110);
    CHECK(ConvertFiberToThread());
    CHECK(!IsThreadAFiber());
    CHECK(FlsFree(slot));
    CHECK_EQ(callbacks, 122);
    DWORD many[1000];
    for (int i = 0; i < 1000; i++) CHECK((many[i] = TlsAlloc()) != TLS_OUT_OF_INDEXES);
    CHECK(TlsSetValue(many[999], &slot) && TlsGetValue(many[999]) == &slot);
    CHECK(TlsFree(many[999]));
    CHECK_EQ(TlsAlloc(), many[999]);
    CHECK(TlsGetValue(many[999]) == NULL);
    CHECK_LASTERROR(TlsFree(5000), ERROR_INVALID_PARAMETER);
    return check_result();
}
