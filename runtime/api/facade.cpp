#include "api/facade.h"

#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>

#include <atomic>
#include <cstring>
#include <iterator>
#include <string_view>

#include "abi/services.h"
#include "api/trace/trace.h"
#include "base/guest_map.h"
#include "base/own_program.h"
#include "facade_calls.h"

extern "C" const std::byte lsw_facade_blob[];

namespace lsw::api {
namespace {

struct FacadeInfo {
    const char* dll;
    uint32_t offset, size_bytes, slots_rva, first_call;
    uint32_t first_data;  // in kDataExports
};

constexpr FacadeInfo kFacades[] = {
#define FACADE(dll, offset, size, slots, call, data) {dll, offset, size, slots, call, data},
#define DATA_EXPORT(row, rva)
#define SERVICE_FUNCTION(function, number, stub_rva)
#include "facade_index.inc"
#undef FACADE
#undef DATA_EXPORT
};

// The data exports of all façades, one façade's after the other's.
struct DataExport {
    uint32_t row, rva;
};
constexpr DataExport kDataExports[] = {
#define FACADE(dll, offset, size, slots, call, data)
#define DATA_EXPORT(row, rva) {row, rva},
#include "facade_index.inc"
#undef DATA_EXPORT
#undef SERVICE_FUNCTION
};

// Which of ntdll's functions, counted in the order of its rows, are services; ascending.
struct ServiceFunction {
    uint16_t function, number;
    uint32_t stub_rva;
};
constexpr ServiceFunction kServiceFunctions[] = {
#define DATA_EXPORT(row, rva)
#define SERVICE_FUNCTION(function, number, stub_rva) {function, number, stub_rva},
#include "facade_index.inc"
#undef FACADE
#undef DATA_EXPORT
#undef SERVICE_FUNCTION
};

// Where each façade of the list is mapped.
struct Mapped {
    const ExportTable* table;
    std::atomic<const void**> slots;
};
constinit Mapped g_mapped[std::size(kFacades)];

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

// Mapped from the binary, so that untouched pages are shared; copied where /proc is not mounted.
Result<std::byte*> map_bytes(const FacadeInfo& info) {
    constexpr int kProtection = PROT_READ | PROT_EXEC;
    int64_t offset = blob_file_offset();
    if (offset >= 0 && offset % 4096 == 0 && own_file() >= 0 && !trace::wants_own_pages())
        return map_guest(nullptr, info.size_bytes, kProtection, MAP_PRIVATE, own_file(), offset + info.offset);
    std::byte* base = LSW_TRY(
        map_guest(nullptr, info.size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    memcpy(base, lsw_facade_blob + info.offset, info.size_bytes);
    mprotect(base, info.size_bytes, kProtection);
    return base;
}

size_t slot_count(size_t facade) {
    size_t next = facade + 1 < std::size(kFacades) ? kFacades[facade + 1].first_call : LSW_FACADE_CALLS;
    return next - kFacades[facade].first_call;
}

template <class Visit>
void for_each_service(const ExportTable& ntdll, Visit visit) {
    const ServiceFunction* next = kServiceFunctions;
    unsigned function = 0;
    for (const Export row : ntdll.rows) {
        if (!has_slot(row.kind)) continue;
        if (next == std::end(kServiceFunctions)) return;
        if (next->function == function) visit(*next++, row.target);
        ++function;
    }
}

// Slots, and the stubs that jump through them, lie in the façade of ntdll.
const Mapped* mapped_ntdll() {
    for (const Mapped& mapped : g_mapped)
        if (mapped.table && strcmp(mapped.table->dll, "ntdll.dll") == 0) return &mapped;
    return nullptr;
}

}  // namespace

size_t facade_count() { return std::size(kFacades); }

std::span<const std::byte> facade_image(std::string_view dll) {
    for (const FacadeInfo& info : kFacades)
        if (dll == info.dll) return {lsw_facade_blob + info.offset, info.size_bytes};
    return {};
}

size_t facade_calls() { return LSW_FACADE_CALLS; }

uint64_t facade_hash() { return LSW_FACADE_HASH; }

MappedSlots mapped_slots(size_t facade) {
    Mapped& mapped = g_mapped[facade];
    return {mapped.table, mapped.slots.load(std::memory_order_acquire), slot_count(facade), kFacades[facade].first_call};
}

// The page's functions are ntdll's plain stubs, which jump through its slots: whoever exchanges a slot sees raw calls too.
bool map_service_slots(const ExportTable& ntdll, const void* unimplemented, const void* any) {
    void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return false;
    auto slots = static_cast<const void**>(page);
    for (unsigned number = 0; number < kServiceCount; ++number) slots[number] = unimplemented;
    slots[kAnyServiceSlot] = any;
    const Mapped* mapped = mapped_ntdll();
    const std::byte* base =
        mapped ? reinterpret_cast<const std::byte*>(mapped->slots.load()) - info_of(ntdll)->slots_rva : nullptr;
    for_each_service(ntdll, [&](const ServiceFunction& service, const void* target) {
        slots[service.number] = base ? base + service.stub_rva : target;
    });
    // It appears filled: other threads may be looking.
    constexpr int kFlags = MREMAP_MAYMOVE | MREMAP_FIXED;
    return mprotect(page, 4096, PROT_READ) == 0 &&
           mremap(page, 4096, 4096, kFlags, reinterpret_cast<void*>(kServiceSlotsAddress)) != MAP_FAILED;
}

bool is_service_function(const ExportTable& ntdll, uint64_t address) {
    bool found = false;
    for_each_service(ntdll, [&](const ServiceFunction&, const void* target) {
        found |= reinterpret_cast<uint64_t>(target) == address;
    });
    return found;
}

Result<MappedFacade> map_facade(const ExportTable& table) {
    const FacadeInfo* info = info_of(table);
    if (!info) return Status(STATUS_DLL_NOT_FOUND);
    std::byte* base = LSW_TRY(map_bytes(*info));
    auto* slots = reinterpret_cast<const void**>(base + info->slots_rva);
    auto facade = static_cast<size_t>(info - kFacades);
    size_t end = facade + 1 < std::size(kFacades) ? kFacades[facade + 1].first_data : std::size(kDataExports);
    bool has_data = info->first_data < end;
    if (has_data && mprotect(slots, info->size_bytes - info->slots_rva, PROT_READ | PROT_WRITE) != 0)
        return Status(STATUS_NO_MEMORY);
    g_mapped[facade].table = &table;
    trace::fill_slots(facade, slots);
    g_mapped[facade].slots.store(slots, std::memory_order_release);
    for (size_t i = info->first_data; i < end; ++i)
        *static_cast<void**>(const_cast<void*>(table.rows[kDataExports[i].row].target)) = base + kDataExports[i].rva;
    return MappedFacade{base, info->size_bytes};
}

}  // namespace lsw::api
