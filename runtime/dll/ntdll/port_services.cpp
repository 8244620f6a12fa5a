// Services for completion ports and wait completion packets. The work is in core/port.
#include <algorithm>

#include "core/port/port.h"
#include "core/thread/thread.h"
#include "core/wait/wait.h"
#include "dll/ntdll/object_attributes.h"

using namespace lsw;

namespace {

constexpr ACCESS_MASK kPortModify = 0x2, kPortQuery = 0x1;

int64_t deadline_of(const LARGE_INTEGER* timeout) { return deadline_from_nt(timeout ? &timeout->QuadPart : nullptr); }

uint64_t value(const void* pointer) { return reinterpret_cast<uint64_t>(pointer); }
PVOID pointer(uint64_t value) { return reinterpret_cast<PVOID>(value); }

struct FILE_IO_COMPLETION_INFORMATION {
    PVOID KeyContext;
    PVOID ApcContext;
    IO_STATUS_BLOCK IoStatusBlock;
};

}  // namespace

NTSTATUS ntdll::NtCreateIoCompletion(PHANDLE IoCompletionHandle, ACCESS_MASK DesiredAccess,
                                     POBJECT_ATTRIBUTES ObjectAttributes, ULONG Count) {
    constexpr ACCESS_MASK kAllAccess = 0x1F0003;
    ACCESS_MASK access = DesiredAccess & (MAXIMUM_ALLOWED | GENERIC_ALL) ? kAllAccess : DesiredAccess & 0x1FFFFF;
    return give_handle(IoCompletionHandle, Ref<Object>(make_object<CompletionPort>(Count)), access, ObjectAttributes);
}

NTSTATUS ntdll::NtSetIoCompletion(HANDLE IoCompletionHandle, PVOID KeyContext, PVOID ApcContext, NTSTATUS IoStatus,
                                  ULONG_PTR IoStatusInformation) {
    auto port = runtime().handles.get<CompletionPort>(IoCompletionHandle, kPortModify);
    if (!port.ok()) return port.status();
    (*port)->post(value(KeyContext), value(ApcContext), IoStatus, IoStatusInformation);
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtRemoveIoCompletion(HANDLE IoCompletionHandle, PVOID* KeyContext, PVOID* ApcContext,
                                     PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER Timeout) {
    auto port = runtime().handles.get<CompletionPort>(IoCompletionHandle, kPortModify);
    if (!port.ok()) return port.status();
    Completion packet;
    uint32_t count;
    NTSTATUS status = (*port)->remove(std::span(&packet, 1), &count, false, deadline_of(Timeout));
    if (count == 0) return status;
    *KeyContext = pointer(packet.key);
    *ApcContext = pointer(packet.context);
    IoStatusBlock->Pointer = nullptr;
    IoStatusBlock->Status = packet.status;
    IoStatusBlock->Information = packet.information;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtRemoveIoCompletionEx(HANDLE IoCompletionHandle, PVOID IoCompletionInformation, ULONG Count,
                                       PULONG NumEntriesRemoved, PLARGE_INTEGER Timeout, BOOLEAN Alertable) {
    constexpr ULONG kAtOnce = 64;
    if (Count == 0) return STATUS_INVALID_PARAMETER;
    NTSTATUS status;
    uint32_t count;
    {
        auto port = runtime().handles.get<CompletionPort>(IoCompletionHandle, kPortModify);
        if (!port.ok()) return port.status();
        Completion packets[kAtOnce];
        status = (*port)->remove(std::span(packets, std::min(Count, kAtOnce)), &count, Alertable, deadline_of(Timeout));
        auto* out = static_cast<FILE_IO_COMPLETION_INFORMATION*>(IoCompletionInformation);
        for (uint32_t i = 0; i < count; ++i) {
            out[i] = {pointer(packets[i].key), pointer(packets[i].context), {}};
            out[i].IoStatusBlock.Status = packets[i].status;
            out[i].IoStatusBlock.Information = packets[i].information;
        }
    }
    *NumEntriesRemoved = count;
    if (status == STATUS_USER_APC) current_thread()->apcs.run_all();
    return status;
}

NTSTATUS ntdll::NtQueryIoCompletion(HANDLE IoCompletionHandle, ULONG InformationClass, PVOID Information,
                                    ULONG InformationLength, PULONG ReturnLength) {
    if (InformationClass != 0) return STATUS_INVALID_INFO_CLASS;
    auto port = runtime().handles.get<CompletionPort>(IoCompletionHandle, kPortQuery);
    if (!port.ok()) return port.status();
    return answer(static_cast<LONG>((*port)->depth()), Information, InformationLength, ReturnLength);
}

NTSTATUS ntdll::NtCreateWaitCompletionPacket(PHANDLE WaitCompletionPacketHandle, ACCESS_MASK DesiredAccess,
                                             POBJECT_ATTRIBUTES ObjectAttributes) {
    constexpr ACCESS_MASK kAllAccess = 0x1;
    ACCESS_MASK access = DesiredAccess & (MAXIMUM_ALLOWED | GENERIC_ALL) ? kAllAccess : DesiredAccess & 0x1FFFFF;
    return give_handle(WaitCompletionPacketHandle, Ref<Object>(make_object<WaitPacket>()), access, ObjectAttributes);
}

NTSTATUS ntdll::NtAssociateWaitCompletionPacket(HANDLE WaitCompletionPacketHandle, HANDLE IoCompletionHandle,
                                                HANDLE TargetObjectHandle, PVOID KeyContext, PVOID ApcContext,
                                                NTSTATUS IoStatus, ULONG_PTR IoStatusInformation, PBOOLEAN AlreadySignaled) {
    auto packet = runtime().handles.get<WaitPacket>(WaitCompletionPacketHandle);
    if (!packet.ok()) return packet.status();
    auto port = runtime().handles.get<CompletionPort>(IoCompletionHandle, kPortModify);
    if (!port.ok()) return port.status();
    auto target = runtime().handles.lookup(TargetObjectHandle);
    if (!target.ok()) return target.status();
    if (!(target->info.access & SYNCHRONIZE)) return STATUS_ACCESS_DENIED;
    bool signalled = false;
    auto done = (*packet)->associate(std::move(*port), std::move(target->object),
                                     {value(KeyContext), value(ApcContext), IoStatus, IoStatusInformation}, &signalled);
    if (done.ok() && AlreadySignaled) *AlreadySignaled = signalled;
    return done.status();
}

NTSTATUS ntdll::NtCancelWaitCompletionPacket(HANDLE WaitCompletionPacketHandle, BOOLEAN RemoveSignaledPacket) {
    auto packet = runtime().handles.get<WaitPacket>(WaitCompletionPacketHandle);
    if (!packet.ok()) return packet.status();
    return (*packet)->cancel(RemoveSignaledPacket);
}
