#include "core/exception/hijack.h"

#include "core/exception/suspension.h"

namespace lsw::seh {
namespace {

constexpr int kMostPending = 8;

struct Pending {
    uint64_t slot;
    uint64_t original;
};

// Slots whose frames were unwound past are never asked for again; their entries are reused, oldest first.
struct ThreadHijacks {
    Pending entries[kMostPending] = {};
    unsigned next = 0;
};
thread_local ThreadHijacks t_hijacks;

Pending* find(uint64_t slot) {
    for (Pending& entry : t_hijacks.entries)
        if (entry.slot == slot) return &entry;
    return nullptr;
}

uint64_t stub_address() { return reinterpret_cast<uint64_t>(lsw_suspend_return); }

}  // namespace

bool hijack_return(uint64_t slot) {
    auto where = reinterpret_cast<uint64_t*>(slot);
    if (*where == stub_address()) return true;
    Pending* entry = find(slot);  // left behind by a frame that was unwound past
    if (!entry) entry = find(0);
    if (!entry) {
        entry = &t_hijacks.entries[t_hijacks.next];
        // Still in place: its frame was not unwound past.
        if (*reinterpret_cast<uint64_t*>(entry->slot) == stub_address()) return false;
        t_hijacks.next = (t_hijacks.next + 1) % kMostPending;
    }
    *entry = {slot, *where};
    *where = stub_address();
    return true;
}

void show_original_return(CONTEXT* context) {
    if (context->Rip != stub_address()) return;
    if (Pending* entry = find(context->Rsp - 8)) context->Rip = entry->original;
}

// What the stub returns to, from here on without the disguise.
extern "C" [[gnu::used]] uint64_t lsw_take_hijack(uint64_t slot) {
    Pending* entry = find(slot);
    uint64_t original = entry ? entry->original : 0;
    if (entry) *entry = {};
    return original;
}

}  // namespace lsw::seh
