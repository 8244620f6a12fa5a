// Contexts in buffers of a program's own, and other questions of managed runtimes at their start. Doc: "InitializeContext
// function (winbase.h)", "CopyContext function", "GetProcessGroupAffinity function", "CreateMemoryResourceNotification function".
#define _WIN32_WINNT 0x0A00
#include <windows.h>
#include "check.h"

typedef BOOL(WINAPI* InitializeContext2_t)(void*, DWORD, CONTEXT**, DWORD*, ULONG64);
typedef HRESULT(WINAPI* Module_t)(const wchar_t*, void*);

int main(void) {
    HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    BYTE buffer[4000];
    CONTEXT *context = NULL, other;
    DWORD size = 0, part = 0;
    DWORD64 mask = 9;
    CHECK_LASTERROR(InitializeContext(NULL, CONTEXT_FULL, NULL, &size), ERROR_INSUFFICIENT_BUFFER);
    CHECK(size >= sizeof(CONTEXT) && size <= sizeof buffer);
    CHECK(InitializeContext(buffer + 1, CONTEXT_FULL, &context, &size));
    CHECK((ULONG_PTR)context % 16 == 0 && (BYTE*)context > buffer);
    CHECK_EQ(context->ContextFlags, CONTEXT_FULL);
    InitializeContext2_t initialize2 = (InitializeContext2_t)(void*)GetProcAddress(kernel, "InitializeContext2");
    CHECK(initialize2 && initialize2(buffer, CONTEXT_ALL, &context, &size, 3));
    memset(&other, 0, sizeof other);
    other.Rip = 1, other.Rax = 2, other.MxCsr = 0x1F80;
    CHECK(CopyContext(context, CONTEXT_CONTROL, &other));
    CHECK(context->Rip == 1 && context->Rax == 0);
    CHECK(CopyContext(context, CONTEXT_INTEGER | CONTEXT_FLOATING_POINT, &other));
    CHECK(context->Rax == 2 && context->MxCsr == 0x1F80);
    CHECK(GetEnabledXStateFeatures() & 3);
    CHECK(LocateXStateFeature(context, 1, &part) == (void*)context->FltSave.XmmRegisters && part == 256);
    CHECK(GetXStateFeaturesMask(context, &mask) && mask == 3);
    CHECK(SetXStateFeaturesMask(context, 3));

    USHORT count = 0, groups[4] = {9};
    CHECK_LASTERROR(GetProcessGroupAffinity(GetCurrentProcess(), &count, groups), ERROR_INSUFFICIENT_BUFFER);
    CHECK_EQ(count, 1);
    CHECK(GetProcessGroupAffinity(GetCurrentProcess(), &count, groups) && groups[0] == 0);

    BOOL state = 9;
    HANDLE low = CreateMemoryResourceNotification(LowMemoryResourceNotification);
    CHECK(QueryMemoryResourceNotification(low, &state) && (state == TRUE || state == FALSE));
    CHECK(CloseHandle(low));
    ULONG_PTR pages = 1, page = 0;
    CHECK_LASTERROR(AllocateUserPhysicalPages(GetCurrentProcess(), &pages, &page), ERROR_PRIVILEGE_NOT_HELD);
    CHECK(!MapUserPhysicalPages(NULL, 1, &page));
    CHECK(!FreeUserPhysicalPages(GetCurrentProcess(), &pages, &page));
    CHECK_LASTERROR(DeleteVolumeMountPointW(L"C:\\Windows\\"), ERROR_NOT_A_REPARSE_POINT);
    Module_t on = (Module_t)(void*)GetProcAddress(kernel, "WerRegisterRuntimeExceptionModule"),
             off = (Module_t)(void*)GetProcAddress(kernel, "WerUnregisterRuntimeExceptionModule");
    CHECK(on && off && on(L"c:\\x.dll", NULL) == S_OK && off(L"c:\\x.dll", NULL) == S_OK);
    return check_result();
}
