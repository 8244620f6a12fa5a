// Services that programs mostly call raw; see rows/rare_services.inc.
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "abi/process.h"
#include "abi/security.h"
#include "abi/status.h"
#include "core/process/process_object.h"
#include "core/wait/clock.h"
#include "dll/ntdll/object_attributes.h"
#include "dll/ntdll/rare_services.h"

using namespace lsw;

ULONG ntdll::NtGetCurrentProcessorNumber() {
    int number = sched_getcpu();
    return number < 0 ? 0 : static_cast<ULONG>(number);
}

NTSTATUS ntdll::NtGetCurrentProcessorNumberEx(PVOID ProcNumber) {
    *static_cast<PPROCESSOR_NUMBER>(ProcNumber) = {0, static_cast<BYTE>(NtGetCurrentProcessorNumber()), 0};
    return STATUS_SUCCESS;
}

// Every running thread of the process passes a barrier before this returns.
NTSTATUS ntdll::NtFlushProcessWriteBuffers() {
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0) {
        syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
        syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
    }
    return STATUS_SUCCESS;
}

// Unique on the machine while it runs: time since boot, and never twice the same here.
NTSTATUS ntdll::NtAllocateLocallyUniqueId(LUID* Luid) {
    static std::atomic<int64_t> last{0};
    int64_t seen = last.load(), next;
    do next = std::max(monotonic_ns(), seen + 1);
    while (!last.compare_exchange_weak(seen, next));
    *Luid = {static_cast<DWORD>(next), static_cast<LONG>(next >> 32)};
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtOpenProcess(PHANDLE ProcessHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                              PCLIENT_ID ClientId) {
    if (!ClientId) return STATUS_INVALID_PARAMETER_MIX;
    auto id = reinterpret_cast<uintptr_t>(ClientId->UniqueProcess);
    if (id == 0 || id > INT32_MAX) return STATUS_INVALID_CID;
    auto process = ProcessObject::open(static_cast<pid_t>(id));
    if (!process.ok()) return process.status();
    ACCESS_MASK access = DesiredAccess & (MAXIMUM_ALLOWED | GENERIC_ALL) ? PROCESS_ALL_ACCESS : DesiredAccess & 0x1FFFFF;
    if (access & PROCESS_QUERY_INFORMATION) access |= PROCESS_QUERY_LIMITED_INFORMATION;  // implied
    return give_handle(ProcessHandle, Ref<Object>(std::move(*process)), access, ObjectAttributes);
}

NTSTATUS ntdll::NtLoadDriver(PUNICODE_STRING) { return STATUS_PRIVILEGE_NOT_HELD; }
NTSTATUS ntdll::NtUnloadDriver(PUNICODE_STRING) { return STATUS_PRIVILEGE_NOT_HELD; }
NTSTATUS ntdll::NtShutdownSystem(ULONG) { return STATUS_PRIVILEGE_NOT_HELD; }
NTSTATUS ntdll::NtSetSystemTime(PLARGE_INTEGER, PLARGE_INTEGER) { return STATUS_PRIVILEGE_NOT_HELD; }
NTSTATUS ntdll::NtInitiatePowerAction(ULONG, ULONG, ULONG, BOOLEAN) {
    return STATUS_PRIVILEGE_NOT_HELD;
}
NTSTATUS ntdll::NtSetSystemPowerState(ULONG, ULONG, ULONG) { return STATUS_PRIVILEGE_NOT_HELD; }
NTSTATUS ntdll::NtCreatePagingFile(PUNICODE_STRING, PLARGE_INTEGER, PLARGE_INTEGER, ULONG) {
    return STATUS_PRIVILEGE_NOT_HELD;
}
NTSTATUS ntdll::NtCreateToken(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, ULONG, PVOID,
                              PLARGE_INTEGER, PVOID, PVOID, PVOID, PVOID, PVOID, PVOID, PVOID) {
    return STATUS_PRIVILEGE_NOT_HELD;
}
NTSTATUS ntdll::NtLoadKey(POBJECT_ATTRIBUTES, POBJECT_ATTRIBUTES) {
    return STATUS_PRIVILEGE_NOT_HELD;
}
NTSTATUS ntdll::NtLoadKey2(POBJECT_ATTRIBUTES, POBJECT_ATTRIBUTES, ULONG) {
    return STATUS_PRIVILEGE_NOT_HELD;
}
NTSTATUS ntdll::NtLoadKeyEx(POBJECT_ATTRIBUTES, POBJECT_ATTRIBUTES, ULONG, HANDLE, HANDLE,
                            ACCESS_MASK, PHANDLE, PVOID) {
    return STATUS_PRIVILEGE_NOT_HELD;
}
NTSTATUS ntdll::NtUnloadKey(POBJECT_ATTRIBUTES) { return STATUS_PRIVILEGE_NOT_HELD; }
NTSTATUS ntdll::NtUnloadKey2(POBJECT_ATTRIBUTES, ULONG) { return STATUS_PRIVILEGE_NOT_HELD; }
NTSTATUS ntdll::NtUnloadKeyEx(POBJECT_ATTRIBUTES, HANDLE) { return STATUS_PRIVILEGE_NOT_HELD; }
NTSTATUS ntdll::NtSetSystemEnvironmentValue(PUNICODE_STRING, PUNICODE_STRING) {
    return STATUS_PRIVILEGE_NOT_HELD;
}
NTSTATUS ntdll::NtSetSystemEnvironmentValueEx(PUNICODE_STRING, PVOID, PVOID, ULONG, ULONG) {
    return STATUS_PRIVILEGE_NOT_HELD;
}
