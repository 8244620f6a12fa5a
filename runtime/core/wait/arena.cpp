#include "core/wait/arena.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <map>
#include <mutex>

#include "abi/layout.h"
#include "core/wait/record_sleeper.h"

namespace lsw {
namespace {

// Sparse: only touched pages cost memory. A million objects is far more than any handle table seen.
constexpr uint64_t kArenaBytes = uint64_t{64} << 20;
constexpr uint64_t kRecords = kArenaBytes / sizeof(SyncRecord);

// The arena's first record: an allocator that works for every process that maps the memory.
struct ArenaHeader {
    std::atomic<uint64_t> next_unused;
    std::atomic<uint64_t> free_list;  // index in the low half, a counter against ABA in the high half
};
static_assert(sizeof(ArenaHeader) <= sizeof(SyncRecord));

struct Foreign {
    void* mapping;
    size_t size_bytes;
    UniqueFd fd;
    uint32_t holds;
    uint64_t offset;
    bool counted;  // one of record->users is ours
    void (*on_release)(int fd, void* page);
};

struct Arena {
    std::mutex lock;
    UniqueFd fd;
    SyncRecord* records = nullptr;
    std::map<SyncRecord*, Foreign> foreign;

    ArenaHeader& header() { return *reinterpret_cast<ArenaHeader*>(records); }
    bool owns(const SyncRecord* record) const { return records && record >= records && record < records + kRecords; }
};

Arena& arena() {
    static Arena& instance = *new Arena;
    return instance;
}

bool start(Arena& all) {
    UniqueFd fd(memfd_create("lsw-sync", MFD_CLOEXEC));
    if (!fd.valid() || ftruncate(fd.get(), kArenaBytes) != 0) return false;
    void* memory = mmap(nullptr, kArenaBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd.get(), 0);
    if (memory == MAP_FAILED) return false;
    all.fd = std::move(fd);
    static_cast<ArenaHeader*>(memory)->next_unused = 1;
    __atomic_store_n(&all.records, static_cast<SyncRecord*>(memory), __ATOMIC_RELEASE);
    return true;
}

uint64_t pop_free(ArenaHeader& header, SyncRecord* records) {
    uint64_t head = header.free_list.load();
    for (;;) {
        uint64_t index = head & 0xFFFFFFFF;
        if (index == 0) return 0;
        uint64_t next = ((head >> 32) + 1) << 32 | records[index].next_free;
        if (header.free_list.compare_exchange_weak(head, next)) return index;
    }
}

void push_free(Arena& all, SyncRecord* record) {
    state_of(*record);  // home again, if it was lent
    RecordSleeper::tell();
    record->kind = SyncKind::Free;
    uint64_t head = all.header().free_list.load(), next;
    do {
        record->next_free = head & 0xFFFFFFFF;
        next = ((head >> 32) + 1) << 32 | static_cast<uint64_t>(record - all.records);
    } while (!all.header().free_list.compare_exchange_weak(head, next));
}

}  // namespace

Result<SyncRecord*> allocate_record(SyncKind kind) {
    Arena& all = arena();
    if (!__atomic_load_n(&all.records, __ATOMIC_ACQUIRE)) {
        std::lock_guard guard(all.lock);
        if (!all.records && !start(all)) return Status(STATUS_NO_MEMORY);
    }
    uint64_t index = pop_free(all.header(), all.records);
    if (index == 0) index = all.header().next_unused.fetch_add(1);
    if (index >= kRecords) return Status(STATUS_NO_MEMORY);
    SyncRecord* record = new (&all.records[index]) SyncRecord;
    record->kind = kind;
    record->users = 1;
    return record;
}

void retain_record(SyncRecord* record) {
    Arena& all = arena();
    if (all.owns(record)) {
        record->users.fetch_add(1);
        return;
    }
    std::lock_guard guard(all.lock);
    ++all.foreign.at(record).holds;
}

void release_record(SyncRecord* record) {
    Arena& all = arena();
    if (all.owns(record)) {
        if (record->users.fetch_sub(1) == 1) push_free(all, record);
        return;
    }
    std::unique_lock guard(all.lock);
    auto found = all.foreign.find(record);
    if (found == all.foreign.end() || --found->second.holds > 0) return;
    Foreign last = std::move(found->second);
    all.foreign.erase(found);
    guard.unlock();
    // A record whose maker counts users elsewhere is not freed from here: its memory goes with the maker's arena.
    if (last.counted) record->users.fetch_sub(1);
    if (last.on_release) last.on_release(last.fd.get(), last.mapping);
    munmap(last.mapping, last.size_bytes);
}

Result<RecordLocation> locate_record(SyncRecord* record) {
    Arena& all = arena();
    record->shared = true;
    state_of(*record);  // home again, if it was lent
    if (all.owns(record))
        return RecordLocation{all.fd.get(), static_cast<uint64_t>(record - all.records) * sizeof(SyncRecord)};
    std::lock_guard guard(all.lock);
    auto found = all.foreign.find(record);
    if (found == all.foreign.end()) return Status(STATUS_INVALID_PARAMETER);
    return RecordLocation{found->second.fd.get(), found->second.offset};
}

Result<SyncRecord*> import_record(UniqueFd memory, uint64_t offset) {
    uint64_t page = offset / kPageSize * kPageSize;
    struct stat info;
    if (fstat(memory.get(), &info) != 0 || offset % sizeof(SyncRecord) != 0 ||
        offset + sizeof(SyncRecord) > static_cast<uint64_t>(info.st_size))
        return Status(STATUS_INVALID_PARAMETER);
    void* mapping = mmap(nullptr, kPageSize, PROT_READ | PROT_WRITE, MAP_SHARED, memory.get(), static_cast<off_t>(page));
    if (mapping == MAP_FAILED) return Status(STATUS_NO_MEMORY);
    auto* record = reinterpret_cast<SyncRecord*>(static_cast<std::byte*>(mapping) + (offset - page));
    record->users.fetch_add(1);
    Arena& all = arena();
    std::lock_guard guard(all.lock);
    all.foreign.emplace(record, Foreign{mapping, kPageSize, std::move(memory), 1, offset, true, nullptr});
    return record;
}

SyncRecord* adopt_mapped_record(void* page, uint64_t offset, UniqueFd fd, void (*on_release)(int fd, void* page)) {
    auto* record = reinterpret_cast<SyncRecord*>(static_cast<std::byte*>(page) + offset);
    Arena& all = arena();
    std::lock_guard guard(all.lock);
    all.foreign.emplace(record, Foreign{page, kPageSize, std::move(fd), 1, offset, false, on_release});
    return record;
}

void release_all_mapped_records() {
    Arena& all = arena();
    std::lock_guard guard(all.lock);
    for (auto& [record, foreign] : all.foreign)
        if (foreign.on_release) foreign.on_release(foreign.fd.get(), foreign.mapping);
}

}  // namespace lsw
