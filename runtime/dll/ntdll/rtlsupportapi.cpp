// rtlsupportapi.h: stack walks, unwinding, function tables.
#include "core/exception/capture.h"
#include "core/exception/dispatch.h"
#include "core/exception/frames.h"
#include "core/exception/function_tables.h"
#include "core/exception/unwind.h"
#include "abi/layout.h"
#include "dll/ntdll/ntdll.h"
#include "loader/unwind/virtual_unwind.h"

using namespace lsw;

namespace {

// Stands for any function of ours, so that a program's own stack walk (RtlLookupFunctionEntry and
// RtlVirtualUnwind in turn) gets through our frames. RtlVirtualUnwind knows it by its address.
RUNTIME_FUNCTION host_function = {0, 0xFFFFFFFF, {0}};

void* address(uint64_t value) { return reinterpret_cast<void*>(value); }
uint64_t number(const void* value) { return reinterpret_cast<uint64_t>(value); }

}  // namespace

__attribute__((naked)) void ntdll::RtlCaptureContext(CONTEXT*) { asm("jmp lsw_capture_context"); }

void ntdll::RtlRestoreContext(CONTEXT* ContextRecord, EXCEPTION_RECORD* ExceptionRecord) {
    seh::restore_context(ContextRecord, ExceptionRecord);
}

void ntdll::RtlUnwindEx(PVOID TargetFrame, PVOID TargetIp, EXCEPTION_RECORD* ExceptionRecord,
                        PVOID ReturnValue, CONTEXT* ContextRecord,
                        UNWIND_HISTORY_TABLE* HistoryTable) {
    seh::capture_caller(ContextRecord);
    seh::unwind_frames(number(TargetFrame), number(TargetIp), ExceptionRecord, number(ReturnValue),
                       ContextRecord, HistoryTable);
}

void ntdll::RtlUnwind(PVOID TargetFrame, PVOID TargetIp, EXCEPTION_RECORD* ExceptionRecord,
                      PVOID ReturnValue) {
    CONTEXT context;
    seh::capture_caller(&context);
    seh::unwind_frames(number(TargetFrame), number(TargetIp), ExceptionRecord, number(ReturnValue),
                       &context, nullptr);
}

RUNTIME_FUNCTION* ntdll::RtlLookupFunctionEntry(DWORD64 ControlPc, DWORD64* ImageBase,
                                                UNWIND_HISTORY_TABLE*) {
    if (!is_guest_address(ControlPc)) {
        *ImageBase = ControlPc & ~DWORD64{0xFFFF};
        return &host_function;
    }
    uint64_t base = 0;
    auto found = seh::function_tables().lookup(ControlPc, &base);
    if (base) *ImageBase = base;
    return const_cast<RUNTIME_FUNCTION*>(found);
}

PEXCEPTION_ROUTINE ntdll::RtlVirtualUnwind(DWORD HandlerType, DWORD64 ImageBase, DWORD64 ControlPc,
                                           RUNTIME_FUNCTION* FunctionEntry, CONTEXT* ContextRecord,
                                           PVOID* HandlerData, DWORD64* EstablisherFrame,
                                           KNONVOLATILE_CONTEXT_POINTERS* ContextPointers) {
    if (FunctionEntry == &host_function) {
        unwind::HostFrame frame;
        *EstablisherFrame = ContextRecord->Rsp;
        if (!unwind::host_unwind(ContextRecord, true, &frame)) ContextRecord->Rip = 0;
        seh::show_original_return(ContextRecord);
        return nullptr;
    }
    auto lookup = [](uint64_t pc, uint64_t* base) { return seh::function_tables().lookup(pc, base); };
    auto frame = unwind::virtual_unwind(HandlerType, ImageBase, ControlPc, FunctionEntry,
                                        ContextRecord, ContextPointers, lookup);
    if (frame.handler) *HandlerData = frame.handler_data;
    *EstablisherFrame = frame.establisher;
    return frame.handler;
}

BOOLEAN ntdll::RtlAddFunctionTable(RUNTIME_FUNCTION* FunctionTable, DWORD EntryCount,
                                   DWORD64 BaseAddress) {
    return seh::function_tables().add_table(FunctionTable, EntryCount, BaseAddress);
}

BOOLEAN ntdll::RtlDeleteFunctionTable(RUNTIME_FUNCTION* FunctionTable) {
    return seh::function_tables().remove_table(number(FunctionTable));
}

BOOLEAN ntdll::RtlInstallFunctionTableCallback(DWORD64 TableIdentifier, DWORD64 BaseAddress,
                                               DWORD Length, GET_RUNTIME_FUNCTION_CALLBACK* Callback,
                                               PVOID Context, LPCWSTR) {
    return seh::function_tables().add_callback(TableIdentifier, BaseAddress, Length, Callback,
                                               Context);
}

DWORD ntdll::RtlAddGrowableFunctionTable(PVOID* DynamicTable, RUNTIME_FUNCTION* FunctionTable,
                                         DWORD EntryCount, DWORD, ULONG_PTR RangeBase,
                                         ULONG_PTR RangeEnd) {
    auto added =
        seh::function_tables().add_growable(FunctionTable, EntryCount, RangeBase, RangeEnd);
    if (added.ok()) *DynamicTable = *added;
    return static_cast<DWORD>(added.status());
}

void ntdll::RtlGrowFunctionTable(PVOID DynamicTable, DWORD NewEntryCount) {
    seh::function_tables().grow(DynamicTable, NewEntryCount);
}

void ntdll::RtlDeleteGrowableFunctionTable(PVOID DynamicTable) {
    seh::function_tables().remove_growable(DynamicTable);
}

PVOID ntdll::RtlPcToFileHeader(PVOID PcValue, PVOID* BaseOfImage) {
    *BaseOfImage = address(seh::function_tables().image_of(number(PcValue)));
    return *BaseOfImage;
}

WORD ntdll::RtlCaptureStackBackTrace(DWORD FramesToSkip, DWORD FramesToCapture, PVOID* BackTrace,
                                     DWORD* BackTraceHash) {
    CONTEXT context;
    seh::capture_caller(&context);
    seh::FrameWalk walk(&context, true);
    seh::Frame frame;
    DWORD seen = 0, taken = 0, hash = 0;
    while (taken < FramesToCapture) {
        uint64_t pc = context.Rip;
        if (!walk.step(UNW_FLAG_NHANDLER, &frame)) break;
        if (frame.is_host || seen++ < FramesToSkip) continue;
        BackTrace[taken++] = address(pc);
        hash += static_cast<DWORD>(pc);
    }
    if (BackTraceHash) *BackTraceHash = hash;
    return static_cast<WORD>(taken);
}

void ntdll::RtlRaiseException(EXCEPTION_RECORD* ExceptionRecord) {
    CONTEXT context;
    seh::capture_caller(&context);
    ExceptionRecord->ExceptionAddress = address(context.Rip);
    seh::raise(ExceptionRecord, &context);
}
