#include "core/exception/call_trampolines.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <vector>

#include "abi/layout.h"
#include "abi/memory.h"
#include "abi/services.h"
#include "base/guest_map.h"
#include "core/memory/address_space.h"

namespace lsw::seh {
namespace {

constexpr uint64_t kPieceBytes = 64;
constexpr uint64_t kReach = 0x7000'0000;

// Mapped twice, so that code is added while other threads run what is there, and nothing is both written and run.
struct Room {
    uint64_t code;
    uint8_t* writable;
    uint64_t used_bytes;
};

struct Rooms {
    std::mutex lock;
    std::vector<Room> rooms;
};

Rooms& rooms() {
    static Rooms& instance = *new Rooms;
    return instance;
}

bool reaches(const Room& room, uint64_t site) {
    return room.code < site ? site - room.code < kReach : room.code - site < kReach;
}

bool add_room(uint64_t site) {
    uint64_t lowest = site > kReach + kGuestFirst ? site - kReach : kGuestFirst;
    auto near = map_guest_between(lowest, site + kReach, 0, kAllocationGranularity, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS);
    if (!near.ok()) return false;
    auto code = reinterpret_cast<uint64_t>(*near);
    int fd = memfd_create("lsw-call-sites", MFD_CLOEXEC);
    bool sized = fd >= 0 && ftruncate(fd, static_cast<off_t>(kAllocationGranularity)) == 0;
    void* writable = sized ? mmap(nullptr, kAllocationGranularity, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    bool mapped = writable != MAP_FAILED && mmap(*near, kAllocationGranularity, PROT_READ | PROT_EXEC,
                                                 MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED;
    if (fd >= 0) close(fd);
    if (!mapped) return false;
    address_space().adopt(code, kAllocationGranularity, RegionType::Private, PAGE_EXECUTE_READ, {}, {}, true);
    rooms().rooms.push_back({code, static_cast<uint8_t*>(writable), 0});
    return true;
}

class Writer {
public:
    explicit Writer(uint8_t* at) : at_(at) {}
    void bytes(std::initializer_list<uint8_t> list) { at_ = std::copy(list.begin(), list.end(), at_); }
    template <class T>
    void value(T value) {
        memcpy(at_, &value, sizeof value);
        at_ += sizeof value;
    }

private:
    uint8_t* at_;
};

uint32_t slot_address(unsigned slot) { return static_cast<uint32_t>(kServiceSlotsAddress + slot * 8); }

void write_piece(uint8_t* at, const CallShape& shape) {
    Writer code(at);
    code.bytes({0xB8});  // mov eax, number
    code.value(shape.number);
    if (shape.moves_r10) code.bytes({0x4C, 0x8B, 0xD1});  // mov r10, rcx
    if (shape.returns && kServices[shape.number].tier != ServiceTier::T3) {
        // The stack is as a function's at its start, so the service returns where the stub would have; unless it is not
        // aligned as compiled code wants it, which hand-written code may well have.
        code.bytes({0x40, 0xF6, 0xC4, 0x08, 0x74, 0x0A});      // test spl, 8; jz past the jump
        code.bytes({0x4C, 0x89, 0xD1, 0xFF, 0x24, 0x25});      // mov rcx, r10; jmp [slot of the service]
        code.value(slot_address(shape.number));
    }
    code.bytes({0xFF, 0x35});  // push [address behind the syscall]
    code.value(uint32_t{7});
    code.bytes({0xFF, 0x24, 0x25});  // jmp [slot of the common entry]
    code.value(slot_address(kAnyServiceSlot));
    code.value(shape.after);
}

}  // namespace

uint64_t make_call_trampoline(const CallShape& shape) {
    std::lock_guard guard(rooms().lock);
    auto usable = [&](const Room& room) {
        return reaches(room, shape.start) && room.used_bytes + kPieceBytes <= kAllocationGranularity;
    };
    auto& all = rooms().rooms;
    auto room = std::ranges::find_if(all, usable);
    if (room == all.end()) {
        if (!add_room(shape.start)) return 0;
        room = std::prev(all.end());
        if (!usable(*room)) return 0;
    }
    write_piece(room->writable + room->used_bytes, shape);
    uint64_t address = room->code + room->used_bytes;
    room->used_bytes += kPieceBytes;
    return address;
}

}  // namespace lsw::seh
