// ioapiset.h: completion ports. The work is in core/port.
#include <algorithm>

#include "core/io/io_object.h"
#include "core/port/port.h"
#include "core/thread/thread.h"
#include "core/wait/wait.h"
#include "dll/kernel32/object_names.h"

using namespace lsw;

namespace {

constexpr ACCESS_MASK kPortAllAccess = 0x1F0003, kPortModify = 0x2;

Ref<CompletionPort> port_of(HANDLE handle) {
    auto port = runtime().handles.get<CompletionPort>(handle, kPortModify);
    if (port.ok()) return std::move(*port);
    set_last_error_from(port.status());
    return {};
}

}  // namespace

HANDLE kernel32::CreateIoCompletionPort(HANDLE FileHandle, HANDLE ExistingCompletionPort, ULONG_PTR CompletionKey,
                                        DWORD NumberOfConcurrentThreads) {
    HANDLE handle = ExistingCompletionPort;
    if (FileHandle == INVALID_HANDLE_VALUE && handle) return set_last_error(ERROR_INVALID_PARAMETER), nullptr;
    if (!handle) {
        handle = new_handle(Ref<Object>(make_object<CompletionPort>(NumberOfConcurrentThreads)), kPortAllAccess, false);
        if (!handle) return nullptr;
    }
    if (FileHandle == INVALID_HANDLE_VALUE) return handle;
    Ref<CompletionPort> port = port_of(handle);
    if (port) {
        auto file = runtime().handles.get<IoObject>(FileHandle);
        NTSTATUS status = file.status();
        if (file.ok() && !(*file)->bind_completion(Ref<CompletionSink>(std::move(port)), CompletionKey))
            status = STATUS_INVALID_PARAMETER;
        if (NT_SUCCESS(status)) return handle;
        set_last_error_from(status);
    }
    DWORD error = last_error();
    if (!ExistingCompletionPort) CloseHandle(handle);
    set_last_error(error);
    return nullptr;
}

BOOL kernel32::GetQueuedCompletionStatus(HANDLE CompletionPort, LPDWORD lpNumberOfBytesTransferred,
                                         PULONG_PTR lpCompletionKey, LPOVERLAPPED* lpOverlapped, DWORD dwMilliseconds) {
    *lpOverlapped = nullptr;
    Ref<lsw::CompletionPort> port = port_of(CompletionPort);
    if (!port) return FALSE;
    Completion packet;
    uint32_t count;
    NTSTATUS status = port->remove(std::span(&packet, 1), &count, false, deadline_from_ms(dwMilliseconds));
    if (count == 0) return set_last_error_from(status);
    *lpNumberOfBytesTransferred = static_cast<DWORD>(packet.information);
    *lpCompletionKey = packet.key;
    *lpOverlapped = reinterpret_cast<LPOVERLAPPED>(packet.context);
    return win32_result(packet.status);
}

BOOL kernel32::GetQueuedCompletionStatusEx(HANDLE CompletionPort, LPOVERLAPPED_ENTRY lpCompletionPortEntries, ULONG ulCount,
                                           PULONG ulNumEntriesRemoved, DWORD dwMilliseconds, BOOL fAlertable) {
    constexpr ULONG kAtOnce = 64;
    if (ulCount == 0) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    NTSTATUS status;
    uint32_t count;
    {
        Ref<lsw::CompletionPort> port = port_of(CompletionPort);
        if (!port) return FALSE;
        Completion packets[kAtOnce];
        status = port->remove(std::span(packets, std::min(ulCount, kAtOnce)), &count, fAlertable,
                              deadline_from_ms(dwMilliseconds));
        for (uint32_t i = 0; i < count; ++i)
            lpCompletionPortEntries[i] = {packets[i].key, reinterpret_cast<LPOVERLAPPED>(packets[i].context),
                                          static_cast<ULONG_PTR>(static_cast<ULONG>(packets[i].status)),
                                          static_cast<DWORD>(packets[i].information)};
    }
    *ulNumEntriesRemoved = count;
    if (count != 0) return TRUE;
    if (status != STATUS_USER_APC) return set_last_error_from(status);
    current_thread()->apcs.run_all();
    set_last_error(WAIT_IO_COMPLETION);
    return FALSE;
}

BOOL kernel32::PostQueuedCompletionStatus(HANDLE CompletionPort, DWORD dwNumberOfBytesTransferred,
                                          ULONG_PTR dwCompletionKey, LPOVERLAPPED lpOverlapped) {
    Ref<lsw::CompletionPort> port = port_of(CompletionPort);
    if (!port) return FALSE;
    port->post(dwCompletionKey, reinterpret_cast<uint64_t>(lpOverlapped), STATUS_SUCCESS, dwNumberOfBytesTransferred);
    return TRUE;
}
