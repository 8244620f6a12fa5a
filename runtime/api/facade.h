// Façade images of built-in modules at run time (see README.md).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "api/export.h"
#include "base/result.h"

namespace lsw::api {

struct MappedFacade {
    std::byte* base;
    size_t size_bytes;
};

// The slots of a module's façade. Exports that are functions are numbered through all modules, in the order of the
// modules and their rows; tracing knows them by that number.
struct MappedSlots {
    const ExportTable* table;
    const void** slots;  // null while the module is not mapped
    size_t count;
    size_t first_call;
};
size_t facade_count();
// How many exports of all modules have slots.
size_t facade_calls();
// The image as it was built, before anything is mapped; empty for an unknown module.
std::span<const std::byte> facade_image(std::string_view dll);
// Tells the rows of one build from those of another.
uint64_t facade_hash();
// Async-signal-safe.
MappedSlots mapped_slots(size_t facade);
constexpr bool has_slot(Kind kind) { return kind == Kind::Function || kind == Kind::Alias || kind == Kind::Stub; }

// Maps the module's image below kGuestLimit, fills its slots and its data exports' pointers. Once per module.
// Errors: STATUS_NO_MEMORY.
Result<MappedFacade> map_facade(const ExportTable& table);

// Maps the page of service functions (abi/services.h) that ntdll's stubs jump through. `unimplemented` stands for services
// without a row and is entered with the number in EAX; `any` is the target of kAnyServiceSlot. After the room at 0x7FFE0000
// was reserved; makes system calls only, so that a fault handler can do it.
bool map_service_slots(const ExportTable& ntdll, const void* unimplemented, const void* any);
// Whether a function of ours is the body of a service. Not for hot paths.
bool is_service_function(const ExportTable& ntdll, uint64_t address);

}  // namespace lsw::api
