// Which class an export belongs to, by its SDK header and, where that is not enough, its name; and how its calls are
// recorded, by its types.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "api/trace/classify.h"

namespace lsw::trace {
namespace {

struct NameRule {
    std::string_view part;  // of the name
    CallClass call_class;
};

struct HeaderRule {
    std::string_view header;
    CallClass call_class;
};

// Asked first: what programs call so often that a trace of it would only be in the way.
constexpr std::string_view kQuick[] = {
    "GetLastError", "SetLastError", "RtlGetLastWin32Error", "RtlSetLastWin32Error", "GetCurrentThreadId",
    "GetCurrentProcessId", "GetCurrentThread", "GetCurrentProcess", "GetProcessHeap", "TlsGetValue", "TlsSetValue",
    "FlsGetValue", "FlsSetValue", "EncodePointer", "DecodePointer", "RtlEncodePointer", "RtlDecodePointer",
    "EncodeSystemPointer", "DecodeSystemPointer", "QueryPerformanceCounter", "QueryPerformanceFrequency",
    "RtlQueryPerformanceCounter", "RtlQueryPerformanceFrequency", "GetTickCount", "GetTickCount64",
    "EnterCriticalSection", "LeaveCriticalSection", "TryEnterCriticalSection", "RtlEnterCriticalSection",
    "RtlLeaveCriticalSection", "RtlTryEnterCriticalSection", "AcquireSRWLockExclusive", "AcquireSRWLockShared",
    "ReleaseSRWLockExclusive", "ReleaseSRWLockShared", "TryAcquireSRWLockExclusive", "TryAcquireSRWLockShared",
    "RtlAcquireSRWLockExclusive", "RtlAcquireSRWLockShared", "RtlReleaseSRWLockExclusive",
    "RtlReleaseSRWLockShared", "RtlTryAcquireSRWLockExclusive", "RtlTryAcquireSRWLockShared", "WakeByAddressSingle",
    "WakeByAddressAll", "RtlWakeAddressSingle", "RtlWakeAddressAll", "WakeConditionVariable",
    "WakeAllConditionVariable", "RtlWakeConditionVariable", "RtlWakeAllConditionVariable", "_errno", "__doserrno",
    "_lock", "_unlock", "_lock_file", "_unlock_file", "_getptd", "__iob_func", "__acrt_iob_func", "_isatty",
    "GetSystemTimeAsFileTime", "GetSystemTimePreciseAsFileTime", "RtlPcToFileHeader", "RtlLookupFunctionEntry",
    "RtlVirtualUnwind", "IsDebuggerPresent", "IsProcessorFeaturePresent", "InterlockedPushEntrySList",
    "RtlInterlockedPushEntrySList", "RtlInterlockedPopEntrySList", "InterlockedPopEntrySList", "GetACP", "GetOEMCP",
    "GetCPInfo", "_fputc_nolock", "_getc_nolock", "fputc", "putc", "fgetc", "getc", "putchar", "getchar", "fputwc",
    "fgetwc", "ungetc", "feof", "ferror", "rand", "srand", "rand_s", "abs", "labs", "div", "clock",
};

constexpr HeaderRule kHeaders[] = {
    {"fileapi.h", CallClass::kFile}, {"io.h", CallClass::kFile}, {"stat.h", CallClass::kFile},
    {"direct.h", CallClass::kFile}, {"stdio.h", CallClass::kFile}, {"utime.h", CallClass::kFile},
    {"shlobj_core.h", CallClass::kFile}, {"userenv.h", CallClass::kFile}, {"winver.h", CallClass::kFile},
    {"ioapiset.h", CallClass::kFile}, {"namedpipeapi.h", CallClass::kFile}, {"winreg.h", CallClass::kRegistry},
    {"processthreadsapi.h", CallClass::kProcess}, {"process.h", CallClass::kProcess},
    {"jobapi.h", CallClass::kProcess}, {"jobapi2.h", CallClass::kProcess}, {"psapi.h", CallClass::kProcess},
    {"tlhelp32.h", CallClass::kProcess}, {"processenv.h", CallClass::kProcess}, {"shellapi.h", CallClass::kProcess},
    {"processtopologyapi.h", CallClass::kProcess}, {"fibersapi.h", CallClass::kThread},
    {"threadpoolapiset.h", CallClass::kThread}, {"threadpoollegacyapiset.h", CallClass::kThread},
    {"memoryapi.h", CallClass::kMemory}, {"heapapi.h", CallClass::kHeap}, {"malloc.h", CallClass::kHeap},
    {"new.h", CallClass::kHeap}, {"synchapi.h", CallClass::kSync}, {"interlockedapi.h", CallClass::kQuick},
    {"winsock2.h", CallClass::kNet}, {"ws2tcpip.h", CallClass::kNet}, {"mswsock.h", CallClass::kNet},
    {"ws2spi.h", CallClass::kNet}, {"iphlpapi.h", CallClass::kNet}, {"netioapi.h", CallClass::kNet},
    {"libloaderapi.h", CallClass::kModule}, {"delayloadhandler.h", CallClass::kModule},
    {"consoleapi.h", CallClass::kConsole}, {"consoleapi2.h", CallClass::kConsole},
    {"consoleapi3.h", CallClass::kConsole}, {"conio.h", CallClass::kConsole}, {"winuser.h", CallClass::kSystem},
    {"timezoneapi.h", CallClass::kTime}, {"datetimeapi.h", CallClass::kTime}, {"timeapi.h", CallClass::kTime},
    {"profileapi.h", CallClass::kTime}, {"realtimeapiset.h", CallClass::kTime}, {"time.h", CallClass::kQuick},
    {"timeb.h", CallClass::kQuick}, {"timeb_s.h", CallClass::kQuick}, {"errhandlingapi.h", CallClass::kException},
    {"excpt.h", CallClass::kException}, {"eh.h", CallClass::kException}, {"ehdata.h", CallClass::kQuick},
    {"rtlsupportapi.h", CallClass::kException}, {"setjmp.h", CallClass::kException},
    {"signal.h", CallClass::kException}, {"corecrt_startup.h", CallClass::kCrt}, {"stdlib.h", CallClass::kText},
    {"stdlib_s.h", CallClass::kText}, {"math.h", CallClass::kText}, {"complex.h", CallClass::kText},
    {"string.h", CallClass::kText}, {"string_s.h", CallClass::kText}, {"wchar.h", CallClass::kText},
    {"wchar_s.h", CallClass::kText}, {"uchar.h", CallClass::kText}, {"ctype.h", CallClass::kText},
    {"wctype.h", CallClass::kText}, {"mbstring.h", CallClass::kText}, {"mbstring_s.h", CallClass::kText},
    {"mbctype.h", CallClass::kText}, {"search.h", CallClass::kText}, {"search_s.h", CallClass::kText},
    {"float.h", CallClass::kText}, {"fenv.h", CallClass::kText}, {"errno.h", CallClass::kQuick},
    {"stringapiset.h", CallClass::kText}, {"winnls.h", CallClass::kText}, {"shlwapi.h", CallClass::kText},
    {"locale.h", CallClass::kCrt}, {"typeinfo.h", CallClass::kText}, {"undname.h", CallClass::kText},
    {"vcruntime_typeinfo.h", CallClass::kText}, {"vcruntime_exception.h", CallClass::kText},
    {"rttidata.h", CallClass::kText}, {"mtdll.h", CallClass::kQuick}, {"assert.h", CallClass::kCrt},
    {"vcruntime.h", CallClass::kText}, {"oleauto.h", CallClass::kText}, {"ntsecapi.h", CallClass::kSystem},
};

// Where a header holds many subjects; the first part that occurs in the name decides.
constexpr NameRule kNames[] = {
    {"NtQuerySystemTime", CallClass::kTime}, {"SystemTime", CallClass::kTime}, {"FileTime", CallClass::kTime},
    {"TimeZone", CallClass::kTime}, {"PerformanceCounter", CallClass::kTime}, {"DelayExecution", CallClass::kSync},
    {"Heap", CallClass::kHeap}, {"GlobalAlloc", CallClass::kHeap}, {"GlobalFree", CallClass::kHeap},
    {"LocalAlloc", CallClass::kHeap}, {"LocalFree", CallClass::kHeap}, {"Key", CallClass::kRegistry},
    {"Virtual", CallClass::kMemory}, {"Section", CallClass::kMemory}, {"MapView", CallClass::kMemory},
    {"UnmapView", CallClass::kMemory}, {"FileMapping", CallClass::kMemory}, {"File", CallClass::kFile},
    {"Directory", CallClass::kFile}, {"Volume", CallClass::kFile}, {"Path", CallClass::kFile},
    {"Pipe", CallClass::kFile}, {"IoCompletion", CallClass::kFile}, {"CompletionPort", CallClass::kFile},
    {"CopyFile", CallClass::kFile}, {"Symbolic", CallClass::kFile}, {"Thread", CallClass::kThread},
    {"Fiber", CallClass::kThread}, {"Tls", CallClass::kThread}, {"Fls", CallClass::kThread},
    {"Process", CallClass::kProcess}, {"Job", CallClass::kProcess}, {"Environment", CallClass::kProcess},
    {"Event", CallClass::kSync}, {"Mutant", CallClass::kSync}, {"Mutex", CallClass::kSync},
    {"Semaphore", CallClass::kSync}, {"Timer", CallClass::kSync}, {"Wait", CallClass::kSync},
    {"Signal", CallClass::kSync}, {"Sleep", CallClass::kSync}, {"CriticalSection", CallClass::kSync},
    {"SRWLock", CallClass::kSync}, {"ConditionVariable", CallClass::kSync}, {"RunOnce", CallClass::kSync},
    {"Dll", CallClass::kModule}, {"Ldr", CallClass::kModule}, {"Library", CallClass::kModule},
    {"Module", CallClass::kModule}, {"String", CallClass::kText}, {"Char", CallClass::kText},
    {"lstr", CallClass::kText}, {"Unicode", CallClass::kText}, {"Bit", CallClass::kText},
    {"Memory", CallClass::kText}, {"List", CallClass::kQuick},
};

// They look at the frame of their caller, so none may stand between.
constexpr std::string_view kSeesCaller[] = {
    "RtlCaptureContext", "RtlUnwind", "RtlUnwindEx", "RtlCaptureStackBackTrace", "RtlRestoreContext", "RaiseException",
    "RtlRaiseException", "RtlRaiseStatus", "RaiseFailFastException", "_setjmp", "_setjmpex", "__intrinsic_setjmp",
    "__intrinsic_setjmpex", "setjmp", "longjmp", "__longjmp_internal", "_CxxThrowException", "NtContinue",
    "NtContinueEx", "NtRaiseException", "RtlWalkFrameChain", "GetThreadContext", "NtGetContextThread",
    "SetThreadContext", "NtSetContextThread", "__CxxFrameHandler", "__CxxFrameHandler2", "__CxxFrameHandler3",
    "__CxxFrameHandler4", "__C_specific_handler", "__std_terminate", "_purecall", "terminate", "__report_gsfailure",
    "ZwContinue", "ZwRaiseException", "ZwGetContextThread", "ZwSetContextThread", "_local_unwind",
};
// Called with a convention of their own, or before anything can be recorded.
constexpr std::string_view kNever[] = {"__chkstk", "_chkstk", "___chkstk_ms", "_alloca_probe", "__security_check_cookie",
                                       "_guard_check_icall", "KiUserExceptionDispatcher", "LdrInitializeThunk"};

template <size_t N>
bool contains(const std::string_view (&list)[N], std::string_view name) {
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

Parameter parse_parameter(std::string_view text) {
    text = trim(text);
    // "int (*compare)(const void*, const void*)"
    if (size_t star = text.find("(*"); star != text.npos) {
        size_t end = text.find(')', star);
        return {"callback", text.substr(star + 2, end - star - 2)};
    }
    size_t at = text.size();
    while (at > 0 && is_word(text[at - 1])) --at;
    std::string_view name = text.substr(at), type = trim(text.substr(0, at));
    if (type.empty() || type == "const" || type == "unsigned" || type == "struct") return {text, ""};
    return {type, name};
}

bool ends(std::string_view text, std::string_view with) { return text.ends_with(with); }

}  // namespace

const char* class_name(CallClass call_class) {
    constexpr const char* kClassNames[] = {"file", "registry", "process", "thread", "memory", "sync", "net", "module",
                                           "console", "time", "system", "exception", "crt", "heap", "text", "quick"};
    return kClassNames[static_cast<size_t>(call_class)];
}

CallClass classify(std::string_view dll, std::string_view name, std::string_view header) {
    static const std::unordered_set<std::string_view> quick(std::begin(kQuick), std::end(kQuick));
    if (quick.contains(name)) return CallClass::kQuick;
    if (dll == "ws2_32.dll") return CallClass::kNet;
    bool thread = name.find("Thread") != name.npos && !ends(header, "psapi.h");
    if ((header == "processthreadsapi.h" || header == "process.h") && (thread || name.find("thread") != name.npos))
        return CallClass::kThread;
    if (header == "stdlib.h" && (name.find("system") != name.npos || name.find("exit") != name.npos))
        return CallClass::kProcess;
    if (header == "stdio.h" && name.find("printf") != name.npos && name.find("sn") != name.npos)
        return CallClass::kText;
    for (const HeaderRule& rule : kHeaders)
        if (rule.header == header) return rule.call_class;
    for (const NameRule& rule : kNames)
        if (name.find(rule.part) != name.npos) return rule.call_class;
    return name.starts_with("Rtl") ? CallClass::kText : CallClass::kSystem;
}

namespace {

enum class Shape { kOther, kText, kWide, kOutText, kOutWide, kUnicode, kObject, kOut32, kOut64 };

struct TypeShape {
    std::string_view type;
    Shape shape;
};

constexpr TypeShape kShapes[] = {
    {"LPCSTR", Shape::kText}, {"PCSTR", Shape::kText}, {"const char*", Shape::kText}, {"LPCCH", Shape::kText},
    {"const CHAR*", Shape::kText}, {"LPCWSTR", Shape::kWide}, {"PCWSTR", Shape::kWide}, {"const WCHAR*", Shape::kWide},
    {"LPCWCH", Shape::kWide}, {"PCWCH", Shape::kWide}, {"PCNZWCH", Shape::kWide}, {"const wchar_t*", Shape::kWide},
    {"LPSTR", Shape::kOutText}, {"char*", Shape::kOutText}, {"PSTR", Shape::kOutText}, {"LPWSTR", Shape::kOutWide},
    {"WCHAR*", Shape::kOutWide}, {"PWSTR", Shape::kOutWide}, {"LPWCH", Shape::kOutWide},
    {"PUNICODE_STRING", Shape::kUnicode}, {"PCUNICODE_STRING", Shape::kUnicode},
    {"const UNICODE_STRING*", Shape::kUnicode}, {"UNICODE_STRING*", Shape::kUnicode},
    {"POBJECT_ATTRIBUTES", Shape::kObject}, {"OBJECT_ATTRIBUTES*", Shape::kObject},
    {"const OBJECT_ATTRIBUTES*", Shape::kObject}, {"LPDWORD", Shape::kOut32}, {"PDWORD", Shape::kOut32},
    {"DWORD*", Shape::kOut32}, {"PULONG", Shape::kOut32}, {"ULONG*", Shape::kOut32}, {"PLONG", Shape::kOut32},
    {"LPLONG", Shape::kOut32}, {"LONG*", Shape::kOut32}, {"PBOOL", Shape::kOut32}, {"LPBOOL", Shape::kOut32},
    {"BOOL*", Shape::kOut32}, {"int*", Shape::kOut32}, {"LPINT", Shape::kOut32}, {"PHANDLE", Shape::kOut64},
    {"LPHANDLE", Shape::kOut64}, {"HANDLE*", Shape::kOut64}, {"PHKEY", Shape::kOut64}, {"HMODULE*", Shape::kOut64},
    {"PLARGE_INTEGER", Shape::kOut64}, {"LARGE_INTEGER*", Shape::kOut64}, {"PULARGE_INTEGER", Shape::kOut64},
    {"PSIZE_T", Shape::kOut64}, {"SIZE_T*", Shape::kOut64}, {"size_t*", Shape::kOut64}, {"PVOID*", Shape::kOut64},
    {"LPVOID*", Shape::kOut64}, {"void**", Shape::kOut64}, {"PULONG_PTR", Shape::kOut64}, {"LPFILETIME", Shape::kOut64},
    {"PULONGLONG", Shape::kOut64},
};

// Buffers whose length stands behind them.
struct BufferCall {
    std::string_view name;
    unsigned argument;
    CaptureKind kind;
};
constexpr BufferCall kBuffers[] = {
    {"WriteFile", 1, CaptureKind::kBytes}, {"NtWriteFile", 5, CaptureKind::kBytes}, {"_write", 1, CaptureKind::kBytes},
    {"send", 1, CaptureKind::kBytes}, {"sendto", 1, CaptureKind::kBytes}, {"ReadFile", 1, CaptureKind::kOutBytes},
};

Shape shape_of(const Parameter& parameter) {
    if (parameter.name == "lpCommandLine" && parameter.type == "LPWSTR") return Shape::kWide;
    if (parameter.name == "lpCommandLine" && parameter.type == "LPSTR") return Shape::kText;
    static const std::unordered_map<std::string_view, Shape> shapes = [] {
        std::unordered_map<std::string_view, Shape> made;
        for (const TypeShape& row : kShapes) made.emplace(row.type, row.shape);
        return made;
    }();
    auto found = shapes.find(parameter.type);
    return found == shapes.end() ? Shape::kOther : found->second;
}

bool has_out_text(const Signature& signature) {
    return std::any_of(signature.parameters.begin(), signature.parameters.end(), [](const Parameter& parameter) {
        Shape shape = shape_of(parameter);
        return shape == Shape::kOutText || shape == Shape::kOutWide;
    });
}

ErrorKind error_of(std::string_view name, CallClass call_class, const Signature& signature) {
    std::string_view type = signature.result_type;
    auto starts = [&](std::string_view with) { return name.starts_with(with); };
    if (type == "BOOL") {
        bool asks = starts("Is") || starts("_is") || starts("Try") || starts("Path") || starts("Has") ||
                    starts("SwitchToThread");
        return asks ? ErrorKind::kNone : ErrorKind::kZero;
    }
    if (type == "NTSTATUS" || type == "HRESULT") return ErrorKind::kNegative;
    if (type == "LSTATUS" || type == "errno_t") return ErrorKind::kNonZero;
    if (type == "HANDLE") return ErrorKind::kInvalidHandle;
    if (type == "SOCKET") return ErrorKind::kMinusOne;
    if (type == "HMODULE" || type == "FARPROC" || type == "LPVOID" || type == "PVOID" || type == "HRSRC" ||
        type == "HGLOBAL" || type == "HLOCAL" || type == "CrtIob*" || type == "void*")
        return ErrorKind::kZeroPointer;
    if (type == "DWORD") {
        if (starts("GetFileAttributes") || starts("SetFilePointer") || starts("GetFileSize") || starts("Wait") ||
            starts("SuspendThread") || starts("ResumeThread") || starts("SignalObject") || starts("MsgWait"))
            return ErrorKind::kMinusOne;
        return has_out_text(signature) ? ErrorKind::kZero : ErrorKind::kNone;
    }
    if (type == "int" || type == "intptr_t" || type == "long" || type == "int64_t") {
        if (name == "MultiByteToWideChar" || name == "WideCharToMultiByte") return ErrorKind::kZero;
        bool fails = call_class == CallClass::kFile || call_class == CallClass::kNet || call_class == CallClass::kProcess;
        return fails ? ErrorKind::kMinusOne : ErrorKind::kNone;
    }
    return ErrorKind::kNone;
}

void add_capture(CallPlan& plan, unsigned argument, CaptureKind kind) {
    if (plan.capture_count >= kMostCaptures || argument >= kMostArguments) return;
    plan.captures[plan.capture_count++] = static_cast<uint8_t>(argument | static_cast<unsigned>(kind) << 4);
}

bool has_capture(const CallPlan& plan, unsigned argument) {
    return std::any_of(plan.captures, plan.captures + plan.capture_count,
                       [&](uint8_t capture) { return (capture & 15) == argument; });
}

void plan_captures(std::string_view name, const Signature& signature, CallPlan& plan) {
    for (const BufferCall& buffer : kBuffers)
        if (buffer.name == name) add_capture(plan, buffer.argument, buffer.kind);
    for (unsigned i = 0; i < signature.parameters.size() && i < kMostArguments; ++i) {
        if (has_capture(plan, i)) continue;
        switch (shape_of(signature.parameters[i])) {
            case Shape::kText: add_capture(plan, i, CaptureKind::kText); break;
            case Shape::kWide: add_capture(plan, i, CaptureKind::kWideText); break;
            case Shape::kOutText: add_capture(plan, i, CaptureKind::kOutText); break;
            case Shape::kOutWide: add_capture(plan, i, CaptureKind::kOutWideText); break;
            case Shape::kUnicode: add_capture(plan, i, CaptureKind::kUnicodeString); break;
            case Shape::kObject: add_capture(plan, i, CaptureKind::kObjectAttributes); break;
            case Shape::kOut32: add_capture(plan, i, CaptureKind::kOutNumber32); break;
            case Shape::kOut64: add_capture(plan, i, CaptureKind::kOutNumber64); break;
            case Shape::kOther: break;
        }
    }
}

// Structures that do not fit a register are returned through a pointer that comes first.
bool returns_through_pointer(std::string_view type) {
    constexpr std::string_view kLarge[] = {"lldiv_t", "_Dcomplex", "_Lcomplex"};
    return contains(kLarge, type);
}

}  // namespace

Signature parse_signature(std::string_view text) {
    Signature out;
    size_t bar = text.find('|');
    out.result_type = trim(text.substr(0, bar));
    std::string_view list = bar == text.npos ? "" : text.substr(bar + 1);
    if (list.size() >= 2) list = list.substr(1, list.size() - 2);
    if (returns_through_pointer(out.result_type)) out.parameters.push_back({"void*", "result"});
    int depth = 0;
    size_t start = 0;
    for (size_t i = 0; i <= list.size(); ++i) {
        char c = i < list.size() ? list[i] : ',';
        if (c == '(' || c == '<') ++depth;
        if (c == ')' || c == '>') --depth;
        if (c != ',' || (depth > 0 && i < list.size())) continue;
        std::string_view part = trim(list.substr(start, i - start));
        start = i + 1;
        if (part.empty() || part == "void") continue;
        if (part == "...") out.variadic = true;
        else out.parameters.push_back(parse_parameter(part));
    }
    return out;
}

CallPlan make_plan(std::string_view name, CallClass call_class, const Signature& signature) {
    CallPlan plan{};
    size_t count = signature.parameters.size();
    plan.call_class = call_class;
    plan.argument_count = static_cast<uint8_t>(std::min<size_t>(count, kMostArguments));
    plan.stack_words = static_cast<uint8_t>(count > 4 ? count - 4 : 0);
    if (signature.variadic) plan.flags |= kVariadic;
    if (signature.result_type == "double" || signature.result_type == "float") plan.flags |= kFloatResult;
    if (contains(kSeesCaller, name)) plan.flags |= kNoReturnSeen;
    if (contains(kNever, name)) plan.flags |= kNeverTraced;
    for (size_t i = 0; i < count && i < 4; ++i)
        if (signature.parameters[i].type == "double" || signature.parameters[i].type == "float")
            plan.float_mask |= static_cast<uint8_t>(1u << i);
    plan.error = error_of(name, call_class, signature);
    plan_captures(name, signature, plan);
    return plan;
}

}  // namespace lsw::trace
