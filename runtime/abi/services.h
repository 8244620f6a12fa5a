// The table of NT services (services.inc) as constants, indexed by service number.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lsw {

enum class ServiceTier : uint8_t { T1, T2, T3 };

struct ServiceFacts {
    uint8_t argument_count;
    ServiceTier tier;
};

inline constexpr ServiceFacts kServices[] = {
#define SERVICE(name, number, arguments, tier) {arguments, ServiceTier::tier},
#include "abi/services.inc"
#undef SERVICE
};
inline constexpr unsigned kServiceCount = sizeof kServices / sizeof *kServices;
inline constexpr unsigned kMostServiceArguments = 17;

// The rows are dense and in order, so that a number is an index.
inline constexpr uint16_t kServiceNumbers[] = {
#define SERVICE(name, number, arguments, tier) number,
#include "abi/services.inc"
#undef SERVICE
};
consteval bool services_are_dense() {
    for (unsigned i = 0; i < kServiceCount; ++i)
        if (kServiceNumbers[i] != i || kServices[i].argument_count > kMostServiceArguments) return false;
    return true;
}
static_assert(services_are_dense());

// All names, one behind the other: pointers to them would be relocated at every start.
inline constexpr char kServiceNames[] =
#define SERVICE(name, number, arguments, tier) #name "\0"
#include "abi/services.inc"
#undef SERVICE
    ;

// "NtClose" of a number; null beyond the table. Walks the names: not for hot paths.
constexpr const char* service_name(unsigned number) {
    if (number >= kServiceCount) return nullptr;
    const char* name = kServiceNames;
    for (; number; --number)
        while (*name++) {}
    return name;
}

// Where ntdll's stubs find the function of a service: a page of pointers, indexed by number, which lies behind
// KUSER_SHARED_DATA so that an instruction names it by an absolute address and a stub that a program copied still works.
inline constexpr uint64_t kServiceSlotsAddress = 0x7FFE'1000;
// The slot behind them all: where a call continues whose number is only known when it is made.
inline constexpr unsigned kAnyServiceSlot = 511;
static_assert(kServiceCount < kAnyServiceSlot);

}  // namespace lsw
