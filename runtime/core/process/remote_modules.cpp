#include "core/process/remote_modules.h"

#include <algorithm>

#include "abi/peb.h"
#include "core/memory/remote_memory.h"
#include "core/process/remote_calls.h"

namespace lsw {
namespace {

constexpr size_t kMostModules = 4096, kLongestName = 32767;

template <class T>
bool read_at(pid_t pid, uint64_t address, T& out) {
    auto moved = read_remote(pid, address, &out, sizeof out);
    return moved.ok() && *moved == sizeof out;
}

std::u16string text_at(pid_t pid, const UNICODE_STRING& text) {
    std::u16string out(std::min<size_t>(text.Length / sizeof(char16_t), kLongestName), u'\0');
    auto moved = read_remote(pid, reinterpret_cast<uint64_t>(text.Buffer), out.data(), out.size() * sizeof(char16_t));
    if (!moved.ok()) return {};
    out.resize(*moved / sizeof(char16_t));
    return out;
}

}  // namespace

Result<std::vector<RemoteModule>> list_remote_modules(ProcessObject& process) {
    uint64_t address = LSW_TRY(remote_peb(process));
    pid_t pid = process.pid();
    PEB peb;
    PEB_LDR_DATA loader;
    std::vector<RemoteModule> modules;
    if (!read_at(pid, address, peb) || !read_at(pid, reinterpret_cast<uint64_t>(peb.Ldr), loader))
        return Status(STATUS_PARTIAL_COPY);
    uint64_t head = reinterpret_cast<uint64_t>(peb.Ldr) + offsetof(PEB_LDR_DATA, InLoadOrderModuleList);
    auto at = reinterpret_cast<uint64_t>(loader.InLoadOrderModuleList.Flink);
    while (at != head && modules.size() < kMostModules) {
        LDR_DATA_TABLE_ENTRY entry;
        if (!read_at(pid, at, entry)) break;
        modules.push_back({reinterpret_cast<uint64_t>(entry.DllBase), reinterpret_cast<uint64_t>(entry.EntryPoint),
                           entry.SizeOfImage, text_at(pid, entry.FullDllName), text_at(pid, entry.BaseDllName)});
        at = reinterpret_cast<uint64_t>(entry.InLoadOrderLinks.Flink);
    }
    if (modules.empty()) return Status(STATUS_PARTIAL_COPY);
    auto program = std::find_if(modules.begin(), modules.end(), [&](const RemoteModule& module) {
        return module.base == reinterpret_cast<uint64_t>(peb.ImageBaseAddress);
    });
    if (program != modules.end()) std::rotate(modules.begin(), program, program + 1);
    return modules;
}

}  // namespace lsw
