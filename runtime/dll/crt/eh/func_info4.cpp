// The compressed tables. Integers have the number of their bytes in the low bits of the first one; each
// optional part is announced by a bit of a header byte.
#include <cstring>

#include "dll/crt/eh/func_info.h"
#include "loader/unwind/function_table.h"

namespace lsw::crt {
namespace {

enum FunctionBits : uint8_t {
    kIsCatch = 0x01,
    kIsSeparated = 0x02,
    kHasFlags = 0x04,
    kHasUnwindMap = 0x08,
    kHasTryMap = 0x10,
    kOnlyCxx = 0x20,
    kIsNoexcept = 0x40,
};

enum HandlerBits : uint8_t {
    kHasAdjectives = 0x01,
    kHasType = 0x02,
    kHasCatchObject = 0x04,
    kContinuationIsRva = 0x08,
};

struct Reader {
    const uint8_t* at;

    uint32_t compressed() {
        static constexpr uint8_t kLength[16] = {1, 2, 1, 3, 1, 2, 1, 4, 1, 2, 1, 3, 1, 2, 1, 5};
        static constexpr uint8_t kShift[16] = {1, 2, 1, 3, 1, 2, 1, 4, 1, 2, 1, 3, 1, 2, 1, 0};
        uint8_t low = *at & 0x0F;
        uint32_t value = 0;
        if (kLength[low] == 5) {
            memcpy(&value, at + 1, 4);
        } else {
            memcpy(&value, at, kLength[low]);
            value >>= kShift[low];
        }
        at += kLength[low];
        return value;
    }
    uint32_t fixed() {
        uint32_t value;
        memcpy(&value, at, 4);
        at += 4;
        return value;
    }
};

struct MapEntry {
    const uint8_t* start;
    uint32_t distance;  // back to the entry of the next outer state
    uint32_t kind;
    uint32_t function = 0;
    uint32_t object = 0;
};

MapEntry read_unwind_entry(Reader* reader) {
    MapEntry entry;
    entry.start = reader->at;
    uint32_t packed = reader->compressed();
    entry.kind = packed & 3;
    entry.distance = packed >> 2;
    if (entry.kind != 0) entry.function = reader->fixed();
    if (entry.kind == 1 || entry.kind == 2) entry.object = reader->compressed();
    return entry;
}

}  // namespace

FuncInfoV4::FuncInfoV4(const DISPATCHER_CONTEXT& dispatcher)
    : base_(dispatcher.ImageBase),
      function_rva_(
          unwind::primary_function(base_, dispatcher.FunctionEntry)->BeginAddress) {
    uint32_t rva;
    memcpy(&rva, dispatcher.HandlerData, 4);
    Reader reader{reinterpret_cast<const uint8_t*>(base_ + rva)};
    header_ = *reader.at++;
    auto part = [&] { return reinterpret_cast<const uint8_t*>(base_ + reader.fixed()); };
    if (header_ & kHasFlags) reader.compressed();
    if (header_ & kHasUnwindMap) unwind_map_ = part();
    if (header_ & kHasTryMap) try_map_ = part();
    ip_map_ = part();
    if (header_ & kIsCatch) frame_offset_ = reader.compressed();
}

// The map of the part of the function that holds the address.
const uint8_t* FuncInfoV4::ip_map_of(uint32_t rva, uint32_t* start) const {
    *start = function_rva_;
    if (!(header_ & kIsSeparated)) return ip_map_;
    Reader reader{ip_map_};
    const uint8_t* map = nullptr;
    uint32_t best = 0;
    for (uint32_t count = reader.compressed(); count > 0; --count) {
        uint32_t segment = reader.fixed();
        uint32_t segment_map = reader.fixed();
        if (segment > rva || segment < best) continue;
        best = segment;
        map = reinterpret_cast<const uint8_t*>(base_ + segment_map);
    }
    *start = best;
    return map;
}

int FuncInfoV4::state_of(uint64_t pc) const {
    auto rva = static_cast<uint32_t>(pc - base_);
    uint32_t ip = 0;
    const uint8_t* map = ip_map_of(rva, &ip);
    int state = kEmptyState;
    if (!map) return state;
    Reader reader{map};
    for (uint32_t count = reader.compressed(); count > 0; --count) {
        ip += reader.compressed();
        int entered = static_cast<int>(reader.compressed()) - 1;
        if (rva < ip) break;
        state = entered;
    }
    return state;
}

UnwindAction FuncInfoV4::action(int state) const {
    UnwindAction result;
    if (!unwind_map_ || state < 0) return result;
    Reader reader{unwind_map_};
    auto count = static_cast<int>(reader.compressed());
    if (state >= count) return result;
    const uint8_t* first = reader.at;
    MapEntry entry = read_unwind_entry(&reader);
    for (int i = 0; i < state; ++i) entry = read_unwind_entry(&reader);
    static constexpr ActionKind kKinds[] = {ActionKind::kNone, ActionKind::kDestructor,
                                            ActionKind::kDestructorOfPointer, ActionKind::kFunclet};
    result.kind = kKinds[entry.kind];
    result.function = base_ + entry.function;
    result.object_offset = entry.object;
    const uint8_t* outer = entry.start - entry.distance;
    Reader search{first};
    for (int i = 0; i < state; ++i) {
        if (search.at == outer) {
            result.to_state = i;
            break;
        }
        read_unwind_entry(&search);
    }
    return result;
}

int FuncInfoV4::try_count() const {
    if (!try_map_) return 0;
    return static_cast<int>(Reader{try_map_}.compressed());
}

TryBlock FuncInfoV4::try_block(int index) const {
    Reader reader{try_map_};
    reader.compressed();
    TryBlock block;
    for (int i = 0; i <= index; ++i) {
        block.low = static_cast<int>(reader.compressed());
        block.high = static_cast<int>(reader.compressed());
        block.catch_high = static_cast<int>(reader.compressed());
        block.rva_handlers = reader.fixed();
    }
    Reader handlers{reinterpret_cast<const uint8_t*>(base_ + block.rva_handlers)};
    block.handler_count = static_cast<int>(handlers.compressed());
    return block;
}

CatchHandler FuncInfoV4::handler(const TryBlock& block, int index) const {
    Reader reader{reinterpret_cast<const uint8_t*>(base_ + block.rva_handlers)};
    reader.compressed();
    CatchHandler result;
    for (int i = 0; i <= index; ++i) {
        result = {};
        uint8_t bits = *reader.at++;
        if (bits & kHasAdjectives) result.adjectives = reader.compressed();
        if (bits & kHasType) {
            uint32_t type = reader.fixed();
            if (type) result.type = reinterpret_cast<const TypeDescriptor*>(base_ + type);
        }
        if (bits & kHasCatchObject) result.catch_object_offset = reader.compressed();
        result.rva_handler = reader.fixed();
        result.continuation_count = (bits >> 4) & 3;
        if (result.continuation_count > 2) result.continuation_count = 2;
        for (int j = 0; j < result.continuation_count; ++j)
            result.continuations[j] = bits & kContinuationIsRva
                                          ? base_ + reader.fixed()
                                          : base_ + function_rva_ + reader.compressed();
    }
    return result;
}

// A catch funclet has tables of its own, which hold its part of the function only.
bool FuncInfoV4::find_funclet(CatchFunclet* funclet) const {
    if (!(header_ & kIsCatch)) return false;
    *funclet = {frame_offset_, kEmptyState, INT32_MAX};
    return true;
}

bool FuncInfoV4::catches_only_cxx() const { return header_ & kOnlyCxx; }
bool FuncInfoV4::is_noexcept() const { return header_ & kIsNoexcept; }

}  // namespace lsw::crt
