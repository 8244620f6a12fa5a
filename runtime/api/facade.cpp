#include "api/facade.h"

#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>

#include <cstring>

#include "base/guest_map.h"
#include "base/unique_fd.h"

extern "C" const std::byte lsw_facade_blob[];

namespace lsw::api {
namespace {

struct FacadeInfo {
    const char* dll;
    uint32_t offset, size_bytes, slots_rva, data_end_rva;
};

constexpr FacadeInfo kFacades[] = {
#define FACADE(dll, offset, size, slots, data_end) {dll, offset, size, slots, data_end},
#include "facade_index.inc"
#undef FACADE
};

const FacadeInfo* info_of(const ExportTable& table) {
    for (const FacadeInfo& info : kFacades)
        if (strcmp(info.dll, table.dll) == 0) return &info;
    return nullptr;
}

// Offset of the blob in the lsw binary, from the program headers that the kernel gave us; -1 when unknown.
int64_t blob_file_offset() {
    static const int64_t offset = [] {
        int64_t found = -1;
        auto visit = [](dl_phdr_info* info, size_t, void* result) {
            auto blob = reinterpret_cast<uint64_t>(lsw_facade_blob);
            for (int i = 0; i < info->dlpi_phnum; ++i) {
                const ElfW(Phdr)& header = info->dlpi_phdr[i];
                uint64_t start = info->dlpi_addr + header.p_vaddr;
                if (header.p_type != PT_LOAD || blob < start || blob >= start + header.p_filesz) continue;
                *static_cast<int64_t*>(result) = static_cast<int64_t>(blob - start + header.p_offset);
            }
            return 1;  // the first object is the program
        };
        dl_iterate_phdr(visit, &found);
        return found;
    }();
    return offset;
}

int own_binary() {
    static const UniqueFd fd(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    return fd.get();
}

// Mapped from the binary, so that untouched pages are shared; copied where /proc is not mounted.
Result<std::byte*> map_bytes(const FacadeInfo& info) {
    constexpr int kProtection = PROT_READ | PROT_EXEC;
    int64_t offset = blob_file_offset();
    if (offset >= 0 && offset % 4096 == 0 && own_binary() >= 0)
        return map_guest(nullptr, info.size_bytes, kProtection, MAP_PRIVATE, own_binary(), offset + info.offset);
    std::byte* base = LSW_TRY(
        map_guest(nullptr, info.size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    memcpy(base, lsw_facade_blob + info.offset, info.size_bytes);
    mprotect(base, info.size_bytes, kProtection);
    return base;
}

uint32_t align(uint32_t value, uint32_t to) { return (value + to - 1) / to * to; }

}  // namespace

Result<MappedFacade> map_facade(const ExportTable& table) {
    const FacadeInfo* info = info_of(table);
    if (!info) return Status(STATUS_DLL_NOT_FOUND);
    std::byte* base = LSW_TRY(map_bytes(*info));
    if (mprotect(base + info->slots_rva, info->size_bytes - info->slots_rva, PROT_READ | PROT_WRITE) != 0)
        return Status(STATUS_NO_MEMORY);
    auto* slot = reinterpret_cast<const void**>(base + info->slots_rva);
    uint32_t functions = 0;
    for (const Export row : table.rows)
        if (row.kind == Kind::Function || row.kind == Kind::Alias || row.kind == Kind::Stub) {
            *slot++ = row.target;
            ++functions;
        }
    // The same placement rule as facade_gen's.
    uint32_t data = info->slots_rva + functions * 8;
    for (const Export row : table.rows) {
        if (row.kind != Kind::Data) continue;
        data = align(data, row.data_alignment < 8 ? 8 : row.data_alignment);
        *static_cast<void**>(const_cast<void*>(row.target)) = base + data;
        data += row.data_size_bytes;
    }
    return MappedFacade{base, info->size_bytes};
}

}  // namespace lsw::api
