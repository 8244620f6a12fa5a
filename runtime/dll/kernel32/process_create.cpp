// processthreadsapi.h: CreateProcess and its attribute lists. The work is in core/process.
// Doc: "CreateProcessW function (processthreadsapi.h)", "UpdateProcThreadAttribute function".
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "base/text.h"
#include "core/debug/session.h"
#include "core/file/current_directory.h"
#include "core/io/io_object.h"
#include "core/path/drive_map.h"
#include "core/path/linux_names.h"
#include "core/pipe/pipe_object.h"
#include "core/process/environment.h"
#include "core/process/inherit.h"
#include "core/process/job.h"
#include "core/process/remote_thread.h"
#include "core/process/spawn.h"
#include "core/runtime.h"
#include "core/security/token.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

constexpr DWORD_PTR kAttributeParent = 0x20000, kAttributeHandleList = 0x20002,
                    kAttributeJobList = 0x2000D;

// As big as programs are told it is; entries point to the caller's memory.
struct PROC_THREAD_ATTRIBUTE_LIST {
    DWORD capacity, count;
    struct Entry {
        DWORD_PTR attribute;
        SIZE_T size;
        PVOID value;
    } entries[1];
};

namespace {

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

std::span<const HANDLE> attribute_handles(const STARTUPINFOW& info, DWORD flags,
                                          DWORD_PTR attribute) {
    if (!(flags & EXTENDED_STARTUPINFO_PRESENT) || info.cb < sizeof(STARTUPINFOEXW)) return {};
    auto* list = static_cast<const STARTUPINFOEXW&>(info).lpAttributeList;
    for (DWORD i = 0; list && i < list->count; ++i)
        if (list->entries[i].attribute == attribute)
            return {static_cast<const HANDLE*>(list->entries[i].value),
                    list->entries[i].size / sizeof(HANDLE)};
    return {};
}

// Descriptors 0, 1, 2 of the child and the values of its standard handles.
void fill_std(SpawnRequest& request, const STARTUPINFOW& info, DWORD flags) {
    const RTL_USER_PROCESS_PARAMETERS& own = *current_peb()->ProcessParameters;
    bool given = info.dwFlags & STARTF_USESTDHANDLES;
    HANDLE handles[3] = {given ? info.hStdInput : own.StandardInput,
                         given ? info.hStdOutput : own.StandardOutput,
                         given ? info.hStdError : own.StandardError};
    for (int i = 0; i < 3; ++i) {
        auto value = reinterpret_cast<uint64_t>(handles[i]);
        auto object = runtime().handles.lookup(handles[i]);
        bool is_io = object.ok() && object->object->type() == ObjectType::File;
        if (is_io) {
            auto& io = static_cast<IoObject&>(*object->object);
            if (PipeObject* pipe = io.as_pipe()) pipe->mark_shared();
            request.std_fds[i] = io.fd();
            request.holders.push_back(object->object);
        }
        bool inherited = false;
        for (const InheritedHandle& handle : request.block.handles)
            inherited = inherited || handle.value == value;
        // A handle that is not inherited reaches a console program all the same, as a duplicate.
        bool open = request.std_fds[i] >= 0 && (given || !(flags & DETACHED_PROCESS));
        request.block.std_handles[i] = inherited ? value : open ? StartupBlock::kFromDescriptor : 0;
        if (!inherited && !open) request.std_fds[i] = -1;
    }
}

void fill_window(StartupBlock& block, const STARTUPINFOW& info) {
    block.window_flags = info.dwFlags;
    block.show_window = info.wShowWindow;
    block.fill_attribute = info.dwFillAttribute;
    block.x = info.dwX, block.y = info.dwY, block.width = info.dwXSize, block.height = info.dwYSize;
    block.columns = info.dwXCountChars, block.rows = info.dwYCountChars;
    block.title = info.lpTitle ? info.lpTitle : block.image_path.c_str();
    block.desktop = info.lpDesktop ? info.lpDesktop : u"WinSta0\\Default";
    if (info.lpReserved) block.shell_info = info.lpReserved;
    if (info.lpReserved2 && info.cbReserved2)
        block.runtime_data.assign(reinterpret_cast<const char*>(info.lpReserved2),
                                  info.cbReserved2);
}

std::u16string environment_of(LPVOID given, DWORD flags) {
    if (!given) return environment_block();
    if (flags & CREATE_UNICODE_ENVIRONMENT) {
        auto* block = static_cast<const char16_t*>(given);
        return sorted_environment_block({block, environment_block_length(block)});
    }
    auto* bytes = static_cast<const char*>(given);
    std::u16string wide;
    for (; *bytes; bytes += strlen(bytes) + 1) wide += utf16_from_utf8(bytes) + u'\0';
    return sorted_environment_block(wide + u'\0');
}

constexpr DWORD kPriorityClasses = IDLE_PRIORITY_CLASS | BELOW_NORMAL_PRIORITY_CLASS |
                                   ABOVE_NORMAL_PRIORITY_CLASS | HIGH_PRIORITY_CLASS |
                                   REALTIME_PRIORITY_CLASS;

// A directory of the built-in layer may stand nowhere on disk: a Windows program starts there by name alone, a
// Linux program has to find it.
Status prepare_builtin_directory(SpawnRequest& request) {
    if (access(request.directory.c_str(), F_OK) == 0 || !path::drives().is_builtin(request.directory)) return {};
    if (request.program.kind != ProgramKind::Windows) return path::drives().materialise(request.directory);
    request.directory.clear();
    return {};
}

Status fill_request(SpawnRequest& request, LPCWSTR application, LPCWSTR command_line, BOOL inherit,
                    DWORD flags, LPVOID environment, LPCWSTR directory, const STARTUPINFOW& info) {
    auto program = find_program(application ? application : u"", command_line ? command_line : u"");
    if (!program.ok()) return program.status();
    request.program = std::move(*program);
    request.block.program = request.program.linux_path;
    request.block.c_root = path::drives().settings().c_root;
    request.block.user = path::drives().settings().user;
    request.block.image_path = request.program.image_path;
    request.block.command_line =
        command_line && *command_line ? command_line : u"\"" + std::u16string(application) + u"\"";
    if (request.program.batch_file)
        request.block.command_line = request.program.image_path + u" /c \"" + request.block.command_line + u"\"";
    request.block.environment = environment_of(environment, flags);
    if (directory && *directory) {
        request.directory = linux_path_from_dos(directory);
        if (request.directory.empty()) return STATUS_NOT_A_DIRECTORY;
        request.block.directory = dos_path_from_linux(request.directory);
        if (Status made = prepare_builtin_directory(request); !made.ok()) return made;
    } else {
        request.block.directory = file::current_directory();
    }
    collect_inherited(inherit, attribute_handles(info, flags, kAttributeHandleList),
                      request.block.handles, request.holders);
    fill_std(request, info, flags);
    fill_window(request.block, info);
    describe_token(take_child_token()->state(), request.block);
    request.suspended = flags & CREATE_SUSPENDED;
    request.new_process_group = flags & CREATE_NEW_PROCESS_GROUP;
    request.block.process_group = request.new_process_group;
    request.detached =
        false;  // a terminal's own business is left alone: a detached child stays in the session
    request.priority_class = flags & kPriorityClasses;
    return {};
}

DWORD error_of(NTSTATUS status) {
    if (status == STATUS_NOT_A_DIRECTORY) return ERROR_DIRECTORY;
    return win32_from_status(status);
}

}  // namespace

BOOL kernel32::CreateProcessW(LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                              LPSECURITY_ATTRIBUTES lpProcessAttributes,
                              LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                              DWORD dwCreationFlags, LPVOID lpEnvironment,
                              LPCWSTR lpCurrentDirectory, LPSTARTUPINFOW lpStartupInfo,
                              LPPROCESS_INFORMATION lpProcessInformation) {
    if (!lpProcessInformation || !lpStartupInfo || (!lpApplicationName && !lpCommandLine))
        return fail(ERROR_INVALID_PARAMETER);
    *lpProcessInformation = {};
    SpawnRequest request;
    Status filled =
        fill_request(request, lpApplicationName, lpCommandLine, bInheritHandles, dwCreationFlags,
                     lpEnvironment, lpCurrentDirectory, *lpStartupInfo);
    if (filled.code != STATUS_SUCCESS) return fail(error_of(filled.code));
    constexpr DWORD kDebugFlags = 3;  // DEBUG_PROCESS, DEBUG_ONLY_THIS_PROCESS
    debug::SocketPair sockets;
    if (dwCreationFlags & kDebugFlags && request.program.kind == ProgramKind::Windows) {
        auto made = debug::make_sockets();
        if (!made.ok()) return fail(error_of(made.status()));
        sockets = std::move(*made);
        request.block.debug_fd = static_cast<uint32_t>(sockets.theirs.get());
    }
    // A process of a job starts suspended until it is in the job, so that its own children cannot
    // escape.
    auto process = spawn(request);
    if (!process.ok()) return fail(error_of(process.status()));
    if (sockets.ours.valid()) debug::add_debuggee(*process, std::move(sockets.ours));
    join_jobs_of_parent(**process,
                        attribute_handles(*lpStartupInfo, dwCreationFlags, kAttributeJobList),
                        dwCreationFlags & CREATE_BREAKAWAY_FROM_JOB);
    DWORD pid = static_cast<DWORD>((*process)->pid());
    auto thread = make_object<RemoteThread>(Ref<ProcessObject>(*process));
    auto inherits = [](LPSECURITY_ATTRIBUTES attributes) {
        return attributes && attributes->bInheritHandle;
    };
    auto process_handle = runtime().handles.insert(std::move(*process), PROCESS_ALL_ACCESS,
                                                   inherits(lpProcessAttributes));
    auto thread_handle =
        runtime().handles.insert(std::move(thread), 0x1FFFFF, inherits(lpThreadAttributes));
    if (!process_handle.ok() || !thread_handle.ok()) return fail(ERROR_NO_SYSTEM_RESOURCES);
    *lpProcessInformation = {*process_handle, *thread_handle, pid, pid};
    return TRUE;
}

BOOL kernel32::CreateProcessA(LPCSTR lpApplicationName, LPSTR lpCommandLine,
                              LPSECURITY_ATTRIBUTES lpProcessAttributes,
                              LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                              DWORD dwCreationFlags, LPVOID lpEnvironment,
                              LPCSTR lpCurrentDirectory, LPSTARTUPINFOA lpStartupInfo,
                              LPPROCESS_INFORMATION lpProcessInformation) {
    if (!lpStartupInfo) return fail(ERROR_INVALID_PARAMETER);
    auto wide = [](LPCSTR text) { return utf16_from_utf8(text ? text : ""); };
    std::u16string application = wide(lpApplicationName), command = wide(lpCommandLine),
                   directory = wide(lpCurrentDirectory);
    std::u16string title = wide(lpStartupInfo->lpTitle), desktop = wide(lpStartupInfo->lpDesktop);
    STARTUPINFOEXW info{};
    static_assert(sizeof(STARTUPINFOA) == sizeof(STARTUPINFOW));
    bool extended = dwCreationFlags & EXTENDED_STARTUPINFO_PRESENT &&
                    lpStartupInfo->cb >= sizeof(STARTUPINFOEXW);
    memcpy(&info, lpStartupInfo, extended ? sizeof(STARTUPINFOEXW) : sizeof(STARTUPINFOA));
    info.lpReserved = nullptr;
    info.lpTitle = lpStartupInfo->lpTitle ? title.data() : nullptr;
    info.lpDesktop = lpStartupInfo->lpDesktop ? desktop.data() : nullptr;
    return CreateProcessW(
        lpApplicationName ? application.c_str() : nullptr, lpCommandLine ? command.data() : nullptr,
        lpProcessAttributes, lpThreadAttributes, bInheritHandles, dwCreationFlags, lpEnvironment,
        lpCurrentDirectory ? directory.c_str() : nullptr, &info, lpProcessInformation);
}

BOOL kernel32::InitializeProcThreadAttributeList(LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList,
                                                 DWORD dwAttributeCount, DWORD dwFlags,
                                                 PSIZE_T lpSize) {
    if (dwFlags || !lpSize || dwAttributeCount > 64) return fail(ERROR_INVALID_PARAMETER);
    SIZE_T needed = sizeof(PROC_THREAD_ATTRIBUTE_LIST) +
                    dwAttributeCount * sizeof(PROC_THREAD_ATTRIBUTE_LIST::Entry);
    SIZE_T room = *lpSize;
    *lpSize = needed;
    if (!lpAttributeList || room < needed) return fail(ERROR_INSUFFICIENT_BUFFER);
    lpAttributeList->capacity = dwAttributeCount;
    lpAttributeList->count = 0;
    return TRUE;
}

BOOL kernel32::UpdateProcThreadAttribute(LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList,
                                         DWORD dwFlags, DWORD_PTR Attribute, PVOID lpValue,
                                         SIZE_T cbSize, PVOID lpPreviousValue, PSIZE_T) {
    if (dwFlags || lpPreviousValue) return fail(ERROR_INVALID_PARAMETER);
    bool handles = Attribute == kAttributeParent || Attribute == kAttributeHandleList ||
                   Attribute == kAttributeJobList;
    if (handles && (cbSize == 0 || cbSize % sizeof(HANDLE) != 0)) return fail(ERROR_BAD_LENGTH);
    for (DWORD i = 0; i < lpAttributeList->count; ++i)
        if (lpAttributeList->entries[i].attribute == Attribute)
            return fail(ERROR_OBJECT_NAME_EXISTS);
    if (lpAttributeList->count >= lpAttributeList->capacity) return fail(ERROR_INSUFFICIENT_BUFFER);
    lpAttributeList->entries[lpAttributeList->count++] = {Attribute, cbSize, lpValue};
    return TRUE;
}

void kernel32::DeleteProcThreadAttributeList(LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList) {
    if (lpAttributeList) lpAttributeList->count = 0;
}
