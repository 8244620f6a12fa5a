#include "core/exception/call_sites.h"

#include <fcntl.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <optional>

#include "abi/layout.h"
#include "abi/services.h"
#include "base/log.h"
#include "core/exception/call_trampolines.h"
#include "core/exception/kernel_calls.h"
#include "core/memory/address_space.h"
#include "loader/image/late_sections.h"

namespace lsw::seh {
namespace {

constexpr unsigned kSites = 2048;  // a power of two
constexpr unsigned kPages = 512;
constexpr uint8_t kBreakpoint = 0xCC, kJump = 0xE9, kMoveEax = 0xB8;

// Refused: by T0. Final: the program looked at it, or it has its other number: nothing more is tried.
enum class State : uint32_t { Free, Refused, Patched, Final };

// A site that trapped once. Never moves; found by hash of `after`.
struct Site {
    std::atomic<uint64_t> after{0};
    std::atomic<State> state{State::Free};
    uint64_t start = 0;  // of the mov
    uint32_t number = 0;
};

struct Page {
    std::atomic<uint64_t> address{0};
    std::atomic<State> state{State::Free};
};

struct Sites {
    std::atomic<uint32_t> lock{0};
    uint64_t generation = 0;  // of protections, under the lock
    std::atomic<uint64_t> rewriting{0};
    std::atomic<uint32_t> rewriting_number{0};
    int memory_fd = -1;
    Site sites[kSites];
    Page pages[kPages];
};

// Whether a site was ever looked at: most programs never make a raw call, and pay for none of this.
std::atomic<bool>& used() {
    static std::atomic<bool> value{false};
    return value;
}

Sites& all() {
    static Sites& instance = *new Sites;
    return instance;
}

// Held for microseconds with every signal blocked, so that no thread is stopped or interrupted while it holds it.
class Lock {
public:
    Lock() {
        sigset_t every;
        sigfillset(&every);
        sigprocmask(SIG_SETMASK, &every, &before_);
        while (all().lock.exchange(1, std::memory_order_acquire) != 0) sched_yield();
    }
    ~Lock() {
        all().lock.store(0, std::memory_order_release);
        sigprocmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t before_;
};

void synchronise_cores() { syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0); }

uint64_t page_of(uint64_t address) { return address & ~(kPageSize - 1); }

// The entry of a call, or the free one that would be its; null when the table is full.
Site* site_of(uint64_t after) {
    auto hash = static_cast<unsigned>((after * 0x9E37'79B9'7F4A'7C15) >> 40);
    for (unsigned i = 0; i < 32; ++i) {
        Site& site = all().sites[(hash + i) % kSites];
        uint64_t there = site.after.load(std::memory_order_acquire);
        if (there == after || there == 0) return &site;
    }
    return nullptr;
}

Page* page_entry(uint64_t address, bool make) {
    for (Page& page : all().pages) {
        if (page.address.load(std::memory_order_acquire) == address) return &page;
        if (page.address.load(std::memory_order_acquire) != 0) continue;
        if (!make) return nullptr;
        page.address = address;
        return &page;
    }
    return nullptr;
}

// Whatever the protection of the page: /proc/self/mem writes through it, into a private copy.
bool write_code(uint64_t address, const void* bytes, size_t size_bytes) {
    return pwrite(all().memory_fd, bytes, size_bytes, static_cast<off_t>(address)) == static_cast<ssize_t>(size_bytes);
}

// Turns the five bytes at a site into others, with other threads running through them.
bool rewrite(const Site& site, const uint8_t (&bytes)[5]) {
    all().rewriting_number = site.number;
    all().rewriting = site.start;
    bool written = write_code(site.start, &kBreakpoint, 1);
    synchronise_cores();
    if (written) {
        written = write_code(site.start + 1, bytes + 1, 4);
        synchronise_cores();
        written = write_code(site.start, bytes, 1) && written;
        synchronise_cores();
    }
    all().rewriting = 0;
    return written;
}

// With the lock. For good: who looked at its code once will look again.
void restore_page(Page& page) {
    uint64_t address = page.address.load();
    for (Site& site : all().sites) {
        if (site.after.load() == 0 || page_of(site.start) != address) continue;
        uint8_t bytes[5] = {kMoveEax};
        memcpy(bytes + 1, &site.number, 4);
        if (site.state.load() == State::Patched) rewrite(site, bytes);
        site.state = State::Final;
    }
    mprotect(reinterpret_cast<void*>(address), kPageSize, PROT_READ | PROT_EXEC);
    page.state = State::Refused;
}

bool has_protection_keys() {
    static const bool has = [] {
        int key = pkey_alloc(0, 0);
        if (key >= 0) pkey_free(key);
        return key >= 0;
    }();
    return has;
}

bool prepare() {
    static const bool possible = [] {
        all().memory_fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
        return all().memory_fd >= 0 &&
               syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0) == 0;
    }();
    return possible;
}

// What stands before and at a `syscall` that is one of the shapes in the head comment.
std::optional<CallShape> shape_of(uint64_t after, uint32_t number) {
    static const uint8_t kTest[] = {0xF6, 0x04, 0x25, 0x08, 0x03, 0xFE, 0x7F, 0x01, 0x75, 0x03};
    constexpr size_t kBefore = 24;
    uint8_t code[kBefore + 1];  // and the byte behind the call
    if (page_of(after - kBefore) != page_of(after)) return std::nullopt;  // too near the start of its page
    // Not by reading it, which would be taken for the program's look at a watched page.
    auto from = static_cast<off_t>(after - kBefore);
    if (pread(all().memory_fd, code, sizeof code, from) != static_cast<ssize_t>(sizeof code)) return std::nullopt;
    const uint8_t* end = code + kBefore;
    auto moves_r10 = [](const uint8_t* at) {
        return (at[0] == 0x4C && at[1] == 0x8B && at[2] == 0xD1) || (at[0] == 0x49 && at[1] == 0x89 && at[2] == 0xCA);
    };
    auto moves_number = [&](const uint8_t* at) { return *at == kMoveEax && memcmp(at + 1, &number, 4) == 0; };
    if (end[-2] != 0x0F || end[-1] != 0x05) return std::nullopt;
    CallShape shape{.start = 0, .after = after, .number = number, .moves_r10 = false, .returns = *end == 0xC3};
    if (moves_number(end - 7) && moves_r10(end - 10)) {
        shape.start = after - 7;
    } else if (memcmp(end - 12, kTest, sizeof kTest) == 0 && moves_number(end - 17) && moves_r10(end - 20)) {
        shape.start = after - 17;
    } else if (moves_r10(end - 5) && moves_number(end - 10)) {
        // Nothing before it says that the mov is where an instruction starts, but a function's start.
        bool starts_function = (after - 10) % 16 == 0 || end[-11] == 0xC3 || end[-11] == 0xCC || end[-11] == 0x90;
        if (!starts_function) return std::nullopt;
        shape.start = after - 10;
        shape.moves_r10 = true;
    } else {
        return std::nullopt;
    }
    return shape;
}

// Memory that is the program's own, and how it is protected; 0 for all other.
DWORD protection_of(uint64_t address, bool everywhere) {
    auto info = address_space().query(address);
    if (!info.ok() || info->State != MEM_COMMIT || info->Type == MEM_MAPPED) return 0;
    return everywhere || info->Type == MEM_PRIVATE ? info->Protect : 0;
}

bool is_fixed_code(DWORD protection) { return protection == PAGE_EXECUTE_READ || protection == PAGE_EXECUTE; }

// Code the program does not write to.
bool may_change(uint64_t address) { return is_fixed_code(protection_of(address, true)); }

void refuse(uint64_t after) {
    Lock lock;
    Site* site = site_of(after);
    if (!site || site->state.load() != State::Free) return;
    site->state = State::Refused;
    site->after = after;
}

// With the lock: the page shall be executed and not read.
bool watch_page(uint64_t address) {
    Page* page = page_entry(address, true);
    if (!page || page->state.load() == State::Refused) return false;
    page->state = State::Patched;
    return mprotect(reinterpret_cast<void*>(address), kPageSize, PROT_EXEC) == 0;
}

bool install(const CallShape& shape, const uint8_t (&bytes)[5], bool watched) {
    Site* site = site_of(shape.after);
    if (!site || (site->state.load() != State::Free && site->state.load() != State::Refused)) return false;
    site->start = shape.start;
    site->number = shape.number;
    site->after.store(shape.after, std::memory_order_release);
    site->state = State::Refused;
    if (watched && !watch_page(page_of(shape.start))) return false;
    if (!rewrite(*site, bytes)) return false;
    site->state = State::Patched;
    return true;
}

// What the lock protects, as it was before a look at the page.
uint64_t current_generation() {
    Lock lock;
    return all().generation;
}

// Not when the protection changed since: the page may be another by now, and the next trap tries again.
bool install_at(uint64_t generation, const CallShape& shape, const uint8_t (&bytes)[5], bool watched) {
    Lock lock;
    return all().generation == generation && install(shape, bytes, watched);
}

}  // namespace

bool can_patch_call_sites() { return prepare() && has_protection_keys(); }

void patch_call_site(uint64_t after, uint32_t number) {
    if (Site* known = site_of(after); !known || known->state.load(std::memory_order_relaxed) != State::Free) return;
    if (!can_patch_call_sites()) return;
    used() = true;
    uint64_t generation = current_generation();
    auto shape = shape_of(after, number);
    bool possible = shape && may_change(shape->start);
    uint64_t trampoline = possible ? make_call_trampoline(*shape) : 0;
    if (!trampoline) return refuse(after);
    uint8_t bytes[5] = {kJump};
    auto displacement = static_cast<int32_t>(trampoline - (shape->start + 5));
    memcpy(bytes + 1, &displacement, 4);
    if (install_at(generation, *shape, bytes, true))
        log_debug("raw calls: %s at 0x%llx is patched", service_name(number), static_cast<unsigned long long>(after));
}

bool renumber_call_site(uint64_t after, uint32_t number, uint32_t other, bool everywhere, bool* for_good) {
    Site* known = site_of(after);
    *for_good = true;
    if (!known || known->state.load() == State::Final || known->state.load() == State::Patched || !prepare()) return false;
    used() = true;
    uint64_t generation = current_generation();
    auto shape = shape_of(after, number);
    DWORD protection = shape ? protection_of(shape->start, true) : 0;
    bool watched = is_fixed_code(protection) && has_protection_keys();
    if (!shape || (!watched && protection_of(shape->start, everywhere) == 0)) return false;
    uint8_t bytes[5] = {kMoveEax};
    memcpy(bytes + 1, &other, 4);
    *for_good = false;
    return install_at(generation, *shape, bytes, watched);
}

void restore_call_sites(uint64_t start, uint64_t end, bool gone) {
    if (!used().load(std::memory_order_acquire)) return;
    if (gone) forget_kernel_calls(start, end);
    Lock lock;
    ++all().generation;
    for (Page& page : all().pages) {
        uint64_t address = page.address.load();
        if (address == 0) break;
        if (address < start || address >= end) continue;
        if (gone) page.state = State::Free;
        else if (page.state.load() == State::Patched) restore_page(page);
    }
    if (!gone) return;
    for (Site& site : all().sites) {
        uint64_t after = site.after.load();
        if (after > start && after <= end) site.state = State::Free;
    }
}

void show_call_sites(const void* bytes, uint64_t size_bytes) {
    image::fill_late_sections(reinterpret_cast<uint64_t>(bytes), reinterpret_cast<uint64_t>(bytes) + size_bytes);
    if (!used().load(std::memory_order_acquire)) return;
    auto start = page_of(reinterpret_cast<uint64_t>(bytes)), end = reinterpret_cast<uint64_t>(bytes) + size_bytes;
    for (const Page& page : all().pages) {
        uint64_t address = page.address.load(std::memory_order_acquire);
        if (address == 0) return;
        if (address >= start && address < end && page.state.load() == State::Patched)
            return restore_call_sites(start, end, false);
    }
}

bool call_site_read_fault(uint64_t address, int si_code) {
    constexpr int kProtectionKey = 4;  // SEGV_PKUERR
    if (si_code != kProtectionKey || !used().load()) return false;
    Lock lock;
    Page* page = page_entry(page_of(address), false);
    if (!page) return false;
    if (page->state.load() == State::Patched) restore_page(*page);
    return true;
}

bool call_site_breakpoint(mcontext_t& machine) {
    if (!used().load()) return false;
    auto at = static_cast<uint64_t>(machine.gregs[REG_RIP]) - 1;
    if (at >= kGuestLimit) return false;
    uint32_t number = all().rewriting_number.load();
    if (all().rewriting.load() == at) {
        machine.gregs[REG_RAX] = number;
        machine.gregs[REG_RIP] = static_cast<greg_t>(at + 5);
        return true;
    }
    for (const Site& site : all().sites)
        if (site.state.load() != State::Free && site.start == at) {
            machine.gregs[REG_RIP] = static_cast<greg_t>(at);  // it is done by now
            return true;
        }
    return false;
}

}  // namespace lsw::seh
