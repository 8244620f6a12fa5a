#include "core/memory/remote_memory.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "abi/layout.h"
#include "base/status.h"
#include "base/unique_fd.h"
#include "core/thread/host_stack.h"

namespace lsw {
namespace {

std::string proc_path(pid_t pid, const char* file) { return "/proc/" + std::to_string(pid) + "/" + file; }

Result<size_t> moved(ssize_t done) {
    if (done > 0) return Result<size_t>(static_cast<size_t>(done));
    return Status(done < 0 && errno == EPERM ? STATUS_ACCESS_DENIED : STATUS_PARTIAL_COPY);
}

struct Mapping {
    uint64_t start = 0, end = 0;
    char mode[5] = {};
    bool file = false;
    std::string name;
};

bool parse(const char* line, Mapping& out) {
    unsigned long start, end, inode;
    int name = 0;
    if (sscanf(line, "%lx-%lx %4s %*x %*s %lu %n", &start, &end, out.mode, &inode, &name) < 4) return false;
    out.start = start;
    out.end = end;
    out.file = inode != 0;
    out.name = name ? line + name : "";
    return true;
}

DWORD protection_of(const Mapping& mapping) {
    bool read = mapping.mode[0] == 'r', write = mapping.mode[1] == 'w', run = mapping.mode[2] == 'x';
    if (run) return write ? PAGE_EXECUTE_READWRITE : read ? PAGE_EXECUTE_READ : PAGE_EXECUTE;
    return write ? PAGE_READWRITE : read ? PAGE_READONLY : PAGE_NOACCESS;
}

MEMORY_BASIC_INFORMATION free_pages(uint64_t from, uint64_t to) {
    MEMORY_BASIC_INFORMATION info{};
    info.BaseAddress = reinterpret_cast<PVOID>(from);
    info.RegionSize = to - from;
    info.State = MEM_FREE;
    info.Protect = PAGE_NOACCESS;
    return info;
}

MEMORY_BASIC_INFORMATION describe(const Mapping& mapping, uint64_t allocation, uint64_t page) {
    MEMORY_BASIC_INFORMATION info{};
    bool reserved = mapping.mode[0] == '-' && mapping.mode[1] == '-' && mapping.mode[2] == '-';
    info.BaseAddress = reinterpret_cast<PVOID>(page);
    info.AllocationBase = reinterpret_cast<PVOID>(allocation);
    info.AllocationProtect = protection_of(mapping);
    info.RegionSize = mapping.end - page;
    info.State = reserved ? MEM_RESERVE : MEM_COMMIT;
    info.Protect = reserved ? 0 : protection_of(mapping);
    info.Type = mapping.mode[3] == 's' ? MEM_MAPPED : mapping.file ? MEM_IMAGE : MEM_PRIVATE;
    return info;
}

MEMORY_BASIC_INFORMATION search(FILE* maps, uint64_t page) {
    uint64_t allocation = 0;
    Mapping before;
    char line[4400];
    while (fgets(line, sizeof line, maps)) {
        Mapping mapping;
        if (!parse(line, mapping)) continue;
        // Neighbours of one file, or without any, count as one allocation.
        bool joins = mapping.start == before.end && mapping.name == before.name;
        if (!joins) allocation = mapping.start;
        if (page < mapping.start) return free_pages(page, std::min(mapping.start, kGuestLimit));
        if (page < mapping.end) return describe(mapping, allocation, page);
        before = mapping;
    }
    return free_pages(page, kGuestLimit);
}

}  // namespace

Result<size_t> read_remote(pid_t pid, uint64_t address, void* out, size_t size) {
    iovec local{out, size}, remote{reinterpret_cast<void*>(address), size};
    return moved(process_vm_readv(pid, &local, 1, &remote, 1, 0));
}

Result<size_t> write_remote(pid_t pid, uint64_t address, const void* from, size_t size) {
    // Through the file: the kernel lets a tracer's write through where the pages are read-only.
    UniqueFd memory(open(proc_path(pid, "mem").c_str(), O_RDWR | O_CLOEXEC));
    if (!memory.valid()) return Status(errno == EACCES || errno == EPERM ? STATUS_ACCESS_DENIED : STATUS_PARTIAL_COPY);
    return moved(pwrite(memory.get(), from, size, static_cast<off_t>(address)));
}

Result<MEMORY_BASIC_INFORMATION> query_remote(pid_t pid, uint64_t address) {
    if (address >= kGuestLimit) return Status(STATUS_INVALID_PARAMETER);
    Result<MEMORY_BASIC_INFORMATION> found = Status(STATUS_ACCESS_DENIED);
    on_host_stack([&] {
        FILE* maps = fopen(proc_path(pid, "maps").c_str(), "re");
        if (!maps) return;
        found = search(maps, address & ~(kPageSize - 1));
        fclose(maps);
    });
    return found;
}

}  // namespace lsw
