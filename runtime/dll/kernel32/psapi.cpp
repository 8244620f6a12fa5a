// psapi.h (K32 names) and tlhelp32.h: listing processes, modules and threads.
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "base/text_as.h"
#include "core/process/object_lookup.h"
#include "core/process/process_object.h"
#include "core/process/remote_modules.h"
#include "core/runtime.h"
#include "core/system/system_info.h"
#include "core/teb.h"
#include "core/thread/thread.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

const HANDLE kSelf = reinterpret_cast<HANDLE>(kCurrentProcessHandle);

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

Ref<ProcessObject> process_of(HANDLE handle) {
    auto process = process_from_handle(handle);
    if (process.ok()) return std::move(*process);
    set_last_error_from(process.status());
    return nullptr;
}

// The own process's modules, as others would see them.
std::vector<RemoteModule> own_modules() {
    std::vector<RemoteModule> out;
    ModuleTable& modules = runtime().modules;
    std::lock_guard guard(modules.loader_lock());
    for (const auto& module : modules.all()) {
        if (module->data_file) continue;
        auto at = module.get() == modules.program() ? out.begin() : out.end();
        out.insert(at, {reinterpret_cast<uint64_t>(module->base()), reinterpret_cast<uint64_t>(module->ldr.EntryPoint),
                        module->ldr.SizeOfImage, module->full_name, module->base_name});
    }
    return out;
}

// The program first.
bool modules_of(ProcessObject& process, std::vector<RemoteModule>& out) {
    if (process.is_current()) return out = own_modules(), true;
    auto listed = list_remote_modules(process);
    if (listed.ok()) return out = std::move(*listed), true;
    set_last_error_from(listed.status());
    return false;
}

// The module of a handle; none means the program.
bool module_of(HANDLE handle, HMODULE wanted, RemoteModule& out) {
    auto process = process_of(handle);
    std::vector<RemoteModule> all;
    if (!process || !modules_of(*process, all)) return false;
    for (RemoteModule& module : all)
        if (!wanted || module.base == reinterpret_cast<uint64_t>(wanted)) return out = std::move(module), true;
    return fail(ERROR_INVALID_HANDLE), false;
}

template <class Char>
DWORD copy_cut(const std::basic_string<Char>& text, Char* out, DWORD room) {
    if (room == 0) return 0;
    size_t copied = std::min<size_t>(text.size(), room - 1);
    memcpy(out, text.data(), copied * sizeof(Char));
    out[copied] = 0;
    return static_cast<DWORD>(copied);
}

uint64_t status_bytes(pid_t pid, const char* field) {
    std::string path = "/proc/" + std::to_string(pid) + "/status",
                format = std::string(field) + ": %lu kB";
    unsigned long value = 0;
    if (FILE* file = fopen(path.c_str(), "re")) {
        char line[128];
        while (fgets(line, sizeof line, file))
            if (sscanf(line, format.c_str(), &value) == 1) break;
        fclose(file);
    }
    return value * 1024;
}

// A frozen list of everything, walked by the First and Next functions.
class Snapshot final : public Object {
public:
    static constexpr ObjectType kType = ObjectType::Snapshot;
    Snapshot() : Object(kType) {}
    struct Process {
        ProcessFacts facts;
        std::u16string name;
    };
    struct ModuleItem {
        BYTE* base;
        DWORD size;
        std::u16string name, path;
    };
    struct ThreadItem {
        DWORD id, owner;
    };
    std::vector<Process> processes;
    std::vector<ModuleItem> modules;
    std::vector<ThreadItem> threads;
    DWORD process_id = static_cast<DWORD>(getpid());  // whose modules they are
    size_t process_at = 0, module_at = 0, thread_at = 0;
};

std::u16string image_name(const ProcessFacts& facts) {
    auto process = ProcessObject::open(facts.pid);
    std::u16string path = process.ok() ? process_image_path(**process) : u"";
    size_t slash = path.find_last_of(u'\\');
    if (path.empty()) return utf16_from_linux(facts.name);
    return slash == std::u16string::npos ? path : path.substr(slash + 1);
}

Ref<Snapshot> snapshot_of(HANDLE handle) {
    auto snapshot = runtime().handles.get<Snapshot>(handle);
    if (snapshot.ok()) return std::move(*snapshot);
    set_last_error(ERROR_INVALID_HANDLE);
    return nullptr;
}

template <class Char>
BOOL next_process(HANDLE handle, ProcessEntry<Char>* out, bool first) {
    auto snapshot = snapshot_of(handle);
    if (!snapshot) return FALSE;
    if (out->dwSize < sizeof *out) return fail(ERROR_BAD_LENGTH);
    if (first) snapshot->process_at = 0;
    if (snapshot->process_at >= snapshot->processes.size()) return fail(ERROR_NO_MORE_FILES);
    auto& item = snapshot->processes[snapshot->process_at++];
    if (item.name.empty()) item.name = image_name(item.facts);
    *out = {};
    out->dwSize = sizeof *out;
    out->th32ProcessID = static_cast<DWORD>(item.facts.pid);
    out->th32ParentProcessID = static_cast<DWORD>(item.facts.parent);
    out->cntThreads = item.facts.threads;
    out->pcPriClassBase = 8;
    copy_cut(text_as<Char>(item.name), out->szExeFile, 260);
    return TRUE;
}

template <class Char>
BOOL next_module(HANDLE handle, ModuleEntry<Char>* out, bool first) {
    auto snapshot = snapshot_of(handle);
    if (!snapshot) return FALSE;
    if (out->dwSize < sizeof *out) return fail(ERROR_BAD_LENGTH);
    if (first) snapshot->module_at = 0;
    if (snapshot->module_at >= snapshot->modules.size()) return fail(ERROR_NO_MORE_FILES);
    const auto& item = snapshot->modules[snapshot->module_at++];
    *out = {};
    out->dwSize = sizeof *out;
    out->th32ModuleID = 1;
    out->th32ProcessID = snapshot->process_id;
    out->GlblcntUsage = out->ProccntUsage = 0xFFFF;
    out->modBaseAddr = item.base, out->hModule = item.base, out->modBaseSize = item.size;
    copy_cut(text_as<Char>(item.name), out->szModule, 256);
    copy_cut(text_as<Char>(item.path), out->szExePath, 260);
    return TRUE;
}

BOOL next_thread(HANDLE handle, LPTHREADENTRY32 out, bool first) {
    auto snapshot = snapshot_of(handle);
    if (!snapshot) return FALSE;
    if (first) snapshot->thread_at = 0;
    if (snapshot->thread_at >= snapshot->threads.size()) return fail(ERROR_NO_MORE_FILES);
    const auto& item = snapshot->threads[snapshot->thread_at++];
    *out = {sizeof *out, 0, item.id, item.owner, 8, 0, 0};
    return TRUE;
}

}  // namespace

BOOL kernel32::K32EnumProcesses(DWORD* lpidProcess, DWORD cb, DWORD* cbNeeded) {
    auto all = list_processes();
    size_t given = std::min<size_t>(all.size(), cb / sizeof(DWORD));
    for (size_t i = 0; i < given; ++i) lpidProcess[i] = static_cast<DWORD>(all[i]);
    *cbNeeded = static_cast<DWORD>(given * sizeof(DWORD));
    return TRUE;
}

BOOL kernel32::K32EnumProcessModules(HANDLE hProcess, HMODULE* lphModule, DWORD cb,
                                     LPDWORD lpcbNeeded) {
    auto process = process_of(hProcess);
    std::vector<RemoteModule> all;
    if (!process || !modules_of(*process, all)) return FALSE;
    DWORD count = 0;
    for (const RemoteModule& module : all) {
        if ((count + 1) * sizeof(HMODULE) <= cb) lphModule[count] = reinterpret_cast<HMODULE>(module.base);
        ++count;
    }
    *lpcbNeeded = static_cast<DWORD>(count * sizeof(HMODULE));
    return TRUE;
}

BOOL kernel32::K32EnumProcessModulesEx(HANDLE hProcess, HMODULE* lphModule, DWORD cb,
                                       LPDWORD lpcbNeeded, DWORD) {
    return K32EnumProcessModules(hProcess, lphModule, cb, lpcbNeeded);
}

BOOL kernel32::K32GetModuleInformation(HANDLE hProcess, HMODULE hModule, LPMODULEINFO lpmodinfo,
                                       DWORD cb) {
    if (cb < sizeof *lpmodinfo) return fail(ERROR_INSUFFICIENT_BUFFER);
    RemoteModule module;
    if (!module_of(hProcess, hModule, module)) return FALSE;
    *lpmodinfo = {reinterpret_cast<LPVOID>(module.base), module.size, reinterpret_cast<LPVOID>(module.entry_point)};
    return TRUE;
}

DWORD kernel32::K32GetModuleFileNameExW(HANDLE hProcess, HMODULE hModule, LPWSTR lpFilename,
                                        DWORD nSize) {
    auto process = process_of(hProcess);
    if (process && !hModule) return copy_cut(process_image_path(*process), lpFilename, nSize);
    RemoteModule module;
    return module_of(hProcess, hModule, module) ? copy_cut(module.full_name, lpFilename, nSize) : 0;
}

DWORD kernel32::K32GetModuleFileNameExA(HANDLE hProcess, HMODULE hModule, LPSTR lpFilename,
                                        DWORD nSize) {
    auto process = process_of(hProcess);
    if (process && !hModule)
        return copy_cut(utf8_from_utf16(process_image_path(*process)), lpFilename, nSize);
    RemoteModule module;
    return module_of(hProcess, hModule, module) ? copy_cut(utf8_from_utf16(module.full_name), lpFilename, nSize) : 0;
}

DWORD kernel32::K32GetModuleBaseNameW(HANDLE hProcess, HMODULE hModule, LPWSTR lpBaseName,
                                      DWORD nSize) {
    RemoteModule module;
    return module_of(hProcess, hModule, module) ? copy_cut(module.base_name, lpBaseName, nSize) : 0;
}

DWORD kernel32::K32GetModuleBaseNameA(HANDLE hProcess, HMODULE hModule, LPSTR lpBaseName,
                                      DWORD nSize) {
    RemoteModule module;
    return module_of(hProcess, hModule, module) ? copy_cut(utf8_from_utf16(module.base_name), lpBaseName, nSize) : 0;
}

BOOL kernel32::K32GetProcessMemoryInfo(HANDLE Process, PPROCESS_MEMORY_COUNTERS ppsmemCounters,
                                       DWORD cb) {
    auto process = process_of(Process);
    if (!process) return FALSE;
    if (cb < sizeof *ppsmemCounters) return fail(ERROR_INSUFFICIENT_BUFFER);
    PROCESS_MEMORY_COUNTERS_EX all{};
    all.cb = cb >= sizeof all ? sizeof all : sizeof *ppsmemCounters;
    all.WorkingSetSize = status_bytes(process->pid(), "VmRSS");
    all.PeakWorkingSetSize = status_bytes(process->pid(), "VmHWM");
    all.PagefileUsage = all.PrivateUsage = status_bytes(process->pid(), "RssAnon");
    all.PeakPagefileUsage = std::max(all.PagefileUsage, all.PeakWorkingSetSize);
    memcpy(ppsmemCounters, &all, all.cb);
    return TRUE;
}

BOOL kernel32::K32GetPerformanceInfo(PPERFORMANCE_INFORMATION pPerformanceInformation, DWORD cb) {
    if (cb < sizeof *pPerformanceInformation) return fail(ERROR_BAD_LENGTH);
    MemoryInfo memory = memory_info();
    auto& out = *pPerformanceInformation;
    out = {};
    out.cb = sizeof out;
    out.PageSize = 4096;
    out.PhysicalTotal = memory.total / 4096, out.PhysicalAvailable = memory.available / 4096;
    out.SystemCache = memory.cached / 4096;
    out.CommitLimit = (memory.total + memory.swap_total) / 4096;
    out.CommitTotal = out.CommitPeak =
        (memory.total - memory.available + memory.swap_total - memory.swap_free) / 4096;
    out.ProcessCount = static_cast<DWORD>(list_processes().size());
    return TRUE;
}

BOOL kernel32::K32EmptyWorkingSet(HANDLE hProcess) { return process_of(hProcess) ? TRUE : FALSE; }

HANDLE kernel32::CreateToolhelp32Snapshot(DWORD dwFlags, DWORD th32ProcessID) {
    constexpr DWORD kProcesses = 2, kThreads = 4, kModules = 8;
    auto snapshot = make_object<Snapshot>();
    if (dwFlags & (kProcesses | kThreads))
        for (pid_t pid : list_processes()) {
            ProcessFacts facts;
            if (!read_process(pid, facts)) continue;
            if (dwFlags & kProcesses) snapshot->processes.push_back({facts, {}});
            if (dwFlags & kThreads && pid != getpid())
                for (pid_t thread : visible_threads_of(pid))
                    snapshot->threads.push_back({static_cast<DWORD>(thread), static_cast<DWORD>(pid)});
        }
    if (dwFlags & kThreads)
        for (const auto& thread : all_threads())
            snapshot->threads.push_back({thread->id(), static_cast<DWORD>(getpid())});
    if (dwFlags & kModules) {
        auto process = th32ProcessID ? ProcessObject::open(static_cast<pid_t>(th32ProcessID)) : process_from_handle(kSelf);
        std::vector<RemoteModule> all;
        if (!process.ok()) return set_last_error_from(process.status()), INVALID_HANDLE_VALUE;
        if (!modules_of(**process, all)) return INVALID_HANDLE_VALUE;
        snapshot->process_id = static_cast<DWORD>((*process)->pid());
        for (RemoteModule& module : all)
            snapshot->modules.push_back({reinterpret_cast<BYTE*>(module.base), module.size, std::move(module.base_name),
                                         std::move(module.full_name)});
    }
    auto handle = runtime().handles.insert(std::move(snapshot), GENERIC_READ, dwFlags & 0x80000000);
    if (handle.ok()) return *handle;
    set_last_error_from(handle.status());
    return INVALID_HANDLE_VALUE;
}

BOOL kernel32::Process32FirstW(HANDLE hSnapshot, LPPROCESSENTRY32W lppe) {
    return next_process(hSnapshot, lppe, true);
}
BOOL kernel32::Process32NextW(HANDLE hSnapshot, LPPROCESSENTRY32W lppe) {
    return next_process(hSnapshot, lppe, false);
}
BOOL kernel32::Process32First(HANDLE hSnapshot, LPPROCESSENTRY32 lppe) {
    return next_process(hSnapshot, lppe, true);
}
BOOL kernel32::Process32Next(HANDLE hSnapshot, LPPROCESSENTRY32 lppe) {
    return next_process(hSnapshot, lppe, false);
}
BOOL kernel32::Module32FirstW(HANDLE hSnapshot, LPMODULEENTRY32W lpme) {
    return next_module(hSnapshot, lpme, true);
}
BOOL kernel32::Module32NextW(HANDLE hSnapshot, LPMODULEENTRY32W lpme) {
    return next_module(hSnapshot, lpme, false);
}
BOOL kernel32::Module32First(HANDLE hSnapshot, LPMODULEENTRY32 lpme) {
    return next_module(hSnapshot, lpme, true);
}
BOOL kernel32::Module32Next(HANDLE hSnapshot, LPMODULEENTRY32 lpme) {
    return next_module(hSnapshot, lpme, false);
}
BOOL kernel32::Thread32First(HANDLE hSnapshot, LPTHREADENTRY32 lpte) {
    return next_thread(hSnapshot, lpte, true);
}
BOOL kernel32::Thread32Next(HANDLE hSnapshot, LPTHREADENTRY32 lpte) {
    return next_thread(hSnapshot, lpte, false);
}
