// winternl.h and excpt.h: raising and continuing, vectored handlers, the handler of __try blocks in C.
#include "core/exception/capture.h"
#include "core/exception/dispatch.h"
#include "core/exception/unwind.h"
#include "core/exception/vectored.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

void ntdll::RtlRaiseStatus(NTSTATUS Status) {
    CONTEXT context;
    seh::capture_caller(&context);
    EXCEPTION_RECORD record = {};
    record.ExceptionCode = static_cast<DWORD>(Status);
    record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    record.ExceptionAddress = reinterpret_cast<void*>(context.Rip);
    seh::raise(&record, &context);
}

NTSTATUS ntdll::NtContinue(CONTEXT* ContextRecord, BOOLEAN) {
    unwind::lsw_restore_context(ContextRecord);
}

NTSTATUS ntdll::NtRaiseException(EXCEPTION_RECORD* ExceptionRecord, CONTEXT* ContextRecord,
                                 BOOLEAN FirstChance) {
    seh::raise(ExceptionRecord, ContextRecord, FirstChance);
}

// Jumped to with a CONTEXT at rsp and an EXCEPTION_RECORD behind it, where the kernel of Windows puts them.
__attribute__((naked)) void ntdll::KiUserExceptionDispatcher() {
    asm("mov %rsp, %rdx\n\t"
        "lea 0x4F0(%rsp), %rcx\n\t"
        "and $-16, %rsp\n\t"
        "sub $32, %rsp\n\t"
        "mov $1, %r8d\n\t"
        "call _ZN5ntdll16NtRaiseExceptionEP16EXCEPTION_RECORDP7CONTEXTh\n\t"
        "ud2");
}

PVOID ntdll::RtlAddVectoredExceptionHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler) {
    return seh::add_vectored_handler(seh::VectoredKind::kException, First != 0, Handler);
}

ULONG ntdll::RtlRemoveVectoredExceptionHandler(PVOID Handle) {
    return seh::remove_vectored_handler(seh::VectoredKind::kException, Handle);
}

PVOID ntdll::RtlAddVectoredContinueHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler) {
    return seh::add_vectored_handler(seh::VectoredKind::kContinue, First != 0, Handler);
}

ULONG ntdll::RtlRemoveVectoredContinueHandler(PVOID Handle) {
    return seh::remove_vectored_handler(seh::VectoredKind::kContinue, Handle);
}

namespace {

using Filter = LONG(WINAPI*)(EXCEPTION_POINTERS*, void* frame);
using Termination = void(WINAPI*)(BOOLEAN abnormal, void* frame);

// The scopes of a function around the address where it stands, inner ones first.
struct Scopes {
    const SCOPE_TABLE* table;
    uint64_t image_base;
    uint64_t rva;

    explicit Scopes(const DISPATCHER_CONTEXT& dispatcher)
        : table(static_cast<const SCOPE_TABLE*>(dispatcher.HandlerData)),
          image_base(dispatcher.ImageBase),
          rva(dispatcher.ControlPc - dispatcher.ImageBase) {}
    bool covers(DWORD index) const {
        return rva >= table->ScopeRecord[index].BeginAddress &&
               rva < table->ScopeRecord[index].EndAddress;
    }
};

EXCEPTION_DISPOSITION search(EXCEPTION_RECORD* record, void* frame, CONTEXT* context,
                             DISPATCHER_CONTEXT* dispatcher) {
    Scopes scopes(*dispatcher);
    EXCEPTION_POINTERS pointers = {record, context};
    for (DWORD i = dispatcher->ScopeIndex; i < scopes.table->Count; ++i) {
        const auto& scope = scopes.table->ScopeRecord[i];
        if (!scopes.covers(i) || scope.JumpTarget == 0) continue;
        LONG answer = EXCEPTION_EXECUTE_HANDLER;
        if (scope.HandlerAddress != 1)
            answer = reinterpret_cast<Filter>(scopes.image_base + scope.HandlerAddress)(&pointers,
                                                                                       frame);
        if (answer < 0) return ExceptionContinueExecution;
        if (answer == 0) continue;
        CONTEXT work;
        seh::capture_caller(&work);
        seh::unwind_frames(reinterpret_cast<uint64_t>(frame), scopes.image_base + scope.JumpTarget,
                           record, record->ExceptionCode, &work, dispatcher->HistoryTable);
    }
    return ExceptionContinueSearch;
}

// Runs the __finally blocks being left: all around the address, or up to the scope that holds the target.
EXCEPTION_DISPOSITION terminate(EXCEPTION_RECORD* record, void* frame,
                                DISPATCHER_CONTEXT* dispatcher) {
    Scopes scopes(*dispatcher);
    bool is_target = record->ExceptionFlags & EXCEPTION_TARGET_UNWIND;
    uint64_t target = dispatcher->TargetIp - scopes.image_base;
    for (DWORD i = dispatcher->ScopeIndex; i < scopes.table->Count; ++i) {
        const auto& scope = scopes.table->ScopeRecord[i];
        if (!scopes.covers(i)) continue;
        if (is_target && target >= scope.BeginAddress && target < scope.EndAddress) break;
        if (scope.JumpTarget != 0) {
            if (is_target && target == scope.JumpTarget) break;
            continue;
        }
        dispatcher->ScopeIndex = i + 1;  // an unwind that collides goes on behind this block
        reinterpret_cast<Termination>(scopes.image_base + scope.HandlerAddress)(TRUE, frame);
    }
    return ExceptionContinueSearch;
}

}  // namespace

// Doc: "__C_specific_handler function".
EXCEPTION_DISPOSITION ntdll::__C_specific_handler(EXCEPTION_RECORD* ExceptionRecord,
                                                  void* EstablisherFrame, CONTEXT* ContextRecord,
                                                  DISPATCHER_CONTEXT* DispatcherContext) {
    if (ExceptionRecord->ExceptionFlags & EXCEPTION_UNWIND)
        return terminate(ExceptionRecord, EstablisherFrame, DispatcherContext);
    return search(ExceptionRecord, EstablisherFrame, ContextRecord, DispatcherContext);
}

void ntdll::_local_unwind(void* frame, void* target_ip) {
    CONTEXT context;
    seh::capture_caller(&context);
    seh::unwind_frames(reinterpret_cast<uint64_t>(frame), reinterpret_cast<uint64_t>(target_ip),
                       nullptr, 0, &context, nullptr);
}
