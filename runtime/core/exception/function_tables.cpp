#include "core/exception/function_tables.h"

#include <algorithm>
#include <mutex>

#include "abi/layout.h"
#include "loader/unwind/function_table.h"

namespace lsw::seh {
namespace {

thread_local bool t_impatient = false;

const RUNTIME_FUNCTION* search(const RUNTIME_FUNCTION* table, uint32_t count, bool sorted,
                               uint64_t offset) {
    if (offset > UINT32_MAX) return nullptr;
    auto rva = static_cast<uint32_t>(offset);
    if (sorted) return unwind::find_function(table, count, rva);
    for (uint32_t i = 0; i < count; ++i)
        if (rva >= table[i].BeginAddress && rva < table[i].EndAddress) return &table[i];
    return nullptr;
}

}  // namespace

FunctionTables& function_tables() {
    static FunctionTables* tables = new FunctionTables;  // outlives the threads that exit() leaves
    return *tables;
}

void FunctionTables::insert(const Range& range) {
    std::vector<Range>& list = range.kind == Kind::kImage ? images_ : dynamic_;
    auto at = std::lower_bound(list.begin(), list.end(), range.begin,
                               [](const Range& r, uint64_t begin) { return r.begin < begin; });
    list.insert(at, range);
}

template <class Matches>
bool FunctionTables::erase(Matches matches) {
    std::unique_lock guard(lock_);
    for (std::vector<Range>* list : {&images_, &dynamic_}) {
        auto found = std::find_if(list->begin(), list->end(), matches);
        if (found == list->end()) continue;
        list->erase(found);
        return true;
    }
    return false;
}

void FunctionTables::add_image(uint64_t base, uint64_t size_bytes, const RUNTIME_FUNCTION* table,
                               uint32_t count) {
    std::unique_lock guard(lock_);
    insert({base, base + size_bytes, base, base, table, count, Kind::kImage, true, nullptr, nullptr});
}

void FunctionTables::remove_image(uint64_t base) {
    erase([&](const Range& r) { return r.kind == Kind::kImage && r.base == base; });
}

bool FunctionTables::add_table(const RUNTIME_FUNCTION* table, uint32_t count, uint64_t base) {
    if (!table || count == 0) return false;
    uint64_t begin = UINT64_MAX, end = 0;
    bool sorted = true;
    for (uint32_t i = 0; i < count; ++i) {
        begin = std::min<uint64_t>(begin, table[i].BeginAddress);
        end = std::max<uint64_t>(end, table[i].EndAddress);
        if (i && table[i].BeginAddress < table[i - 1].BeginAddress) sorted = false;
    }
    std::unique_lock guard(lock_);
    insert({base + begin, base + end, base, reinterpret_cast<uint64_t>(table), table, count,
            Kind::kTable, sorted, nullptr, nullptr});
    return true;
}

bool FunctionTables::add_callback(uint64_t identifier, uint64_t base, uint32_t length,
                                  GET_RUNTIME_FUNCTION_CALLBACK* callback, void* context) {
    // "The two low-order bits of the identifier must be set."
    if ((identifier & 3) != 3 || !callback) return false;
    std::unique_lock guard(lock_);
    insert({base, base + length, base, identifier, nullptr, 0, Kind::kCallback, false, callback,
            context});
    return true;
}

bool FunctionTables::remove_table(uint64_t identifier) {
    return erase([&](const Range& r) {
        return (r.kind == Kind::kTable || r.kind == Kind::kCallback) && r.identifier == identifier;
    });
}

Result<void*> FunctionTables::add_growable(const RUNTIME_FUNCTION* table, uint32_t count,
                                           uint64_t base, uint64_t end) {
    std::unique_lock guard(lock_);
    uint64_t handle = next_growable_++ * 16;
    insert({base, end, base, handle, table, count, Kind::kGrowable, true, nullptr, nullptr});
    return reinterpret_cast<void*>(handle);
}

void FunctionTables::grow(void* handle, uint32_t count) {
    std::unique_lock guard(lock_);
    for (Range& range : dynamic_)
        if (range.kind == Kind::kGrowable && range.identifier == reinterpret_cast<uint64_t>(handle))
            range.count = count;
}

void FunctionTables::remove_growable(void* handle) {
    erase([&](const Range& r) {
        return r.kind == Kind::kGrowable && r.identifier == reinterpret_cast<uint64_t>(handle);
    });
}

uint64_t FunctionTables::image_of(uint64_t pc) {
    std::shared_lock guard(lock_);
    auto after = std::upper_bound(images_.begin(), images_.end(), pc,
                                  [](uint64_t value, const Range& r) { return value < r.begin; });
    if (after == images_.begin() || pc >= after[-1].end) return 0;
    return after[-1].base;
}

FunctionTables::Impatient::Impatient() { t_impatient = true; }
FunctionTables::Impatient::~Impatient() { t_impatient = false; }

const RUNTIME_FUNCTION* FunctionTables::lookup(uint64_t pc, uint64_t* image_base) {
    GET_RUNTIME_FUNCTION_CALLBACK* callback = nullptr;
    void* context = nullptr;
    {
        std::shared_lock guard(lock_, std::defer_lock);
        if (!t_impatient) guard.lock();
        else if (!guard.try_lock()) return nullptr;
        auto begins_above = [](uint64_t value, const Range& r) { return value < r.begin; };
        auto after = std::upper_bound(images_.begin(), images_.end(), pc, begins_above);
        if (after != images_.begin() && pc < after[-1].end) {
            const Range& image = after[-1];
            *image_base = image.base;
            return search(image.table, image.count, image.sorted, pc - image.base);
        }
        // Ranges of one allocator may lie inside another's, so every one that begins below is asked.
        auto last = std::upper_bound(dynamic_.begin(), dynamic_.end(), pc, begins_above);
        while (last != dynamic_.begin() && !callback) {
            const Range& range = *--last;
            if (pc >= range.end) continue;
            *image_base = range.base;
            callback = range.callback;
            if (callback && t_impatient) return nullptr;
            context = range.context;
            if (callback) break;
            auto found = search(range.table, range.count, range.sorted, pc - range.base);
            if (found) return found;
        }
    }
    return callback ? callback(pc, context) : nullptr;
}

}  // namespace lsw::seh
