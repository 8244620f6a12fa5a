#include "core/thread/thread_data.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "core/runtime.h"
#include "core/teb.h"
#include "core/thread/thread.h"

namespace lsw {
namespace {

// One fiber's or thread's values; grows as indices are set.
struct FlsTable {
    std::vector<void*> values;
};

struct Slots {
    std::mutex lock;
    bool fls_taken[kFlsSlots] = {};
    FlsCallback fls_callbacks[kFlsSlots] = {};
    DWORD fls_high = 0;
    std::vector<FlsTable*> fls_tables;
};

Slots& slots() {
    static Slots& instance = *new Slots;
    return instance;
}

DWORD take_bit(ULONG* bits, DWORD words) {
    for (DWORD i = 0; i < words; ++i)
        if (~bits[i] != 0) {
            DWORD bit = static_cast<DWORD>(__builtin_ctz(~bits[i]));
            bits[i] |= 1u << bit;
            return i * 32 + bit;
        }
    return TLS_OUT_OF_INDEXES;
}

bool clear_bit(ULONG* bits, DWORD index) {
    ULONG mask = 1u << index % 32;
    bool was = bits[index / 32] & mask;
    bits[index / 32] &= ~mask;
    return was;
}

FlsTable* fls_table(bool create) {
    TEB* teb = current_teb();
    if (!teb->FlsData && create) {
        auto* table = new FlsTable;
        std::lock_guard guard(slots().lock);
        slots().fls_tables.push_back(table);
        teb->FlsData = table;
    }
    return static_cast<FlsTable*>(teb->FlsData);
}

}  // namespace

DWORD tls_alloc() {
    PEB* peb = current_peb();
    std::lock_guard guard(slots().lock);
    // Slot 0 is left free: programs take index 0 for "none".
    peb->TlsBitmapBits[0] |= 1;
    DWORD index = take_bit(peb->TlsBitmapBits, 2);
    if (index == TLS_OUT_OF_INDEXES) {
        index = take_bit(peb->TlsExpansionBitmapBits, kTlsExpansionSlots / 32);
        if (index == TLS_OUT_OF_INDEXES) return index;
        index += TLS_MINIMUM_AVAILABLE;
    }
    return index;
}

bool tls_free(DWORD index) {
    if (index >= TLS_MINIMUM_AVAILABLE + kTlsExpansionSlots) return false;
    PEB* peb = current_peb();
    {
        std::lock_guard guard(slots().lock);
        if (!(index < TLS_MINIMUM_AVAILABLE ? clear_bit(peb->TlsBitmapBits, index)
                                            : clear_bit(peb->TlsExpansionBitmapBits, index - TLS_MINIMUM_AVAILABLE)))
            return false;
    }
    // The next owner of the index finds it empty in every thread.
    for_each_thread_teb([](TEB* teb, void* argument) {
        DWORD slot = *static_cast<DWORD*>(argument);
        if (slot < TLS_MINIMUM_AVAILABLE)
            teb->TlsSlots[slot] = nullptr;
        else if (teb->TlsExpansionSlots)
            teb->TlsExpansionSlots[slot - TLS_MINIMUM_AVAILABLE] = nullptr;
    }, &index);
    return true;
}

void** tls_slot(DWORD index, bool create) {
    TEB* teb = current_teb();
    if (index < TLS_MINIMUM_AVAILABLE) return &teb->TlsSlots[index];
    index -= TLS_MINIMUM_AVAILABLE;
    if (index >= kTlsExpansionSlots) return nullptr;
    if (!teb->TlsExpansionSlots) {
        if (!create) return nullptr;
        teb->TlsExpansionSlots = static_cast<PVOID*>(calloc(kTlsExpansionSlots, sizeof(PVOID)));
        if (!teb->TlsExpansionSlots) return nullptr;
    }
    return &teb->TlsExpansionSlots[index];
}

DWORD fls_alloc(FlsCallback callback) {
    Slots& all = slots();
    std::lock_guard guard(all.lock);
    for (DWORD i = 1; i < kFlsSlots; ++i)
        if (!all.fls_taken[i]) {
            all.fls_taken[i] = true;
            all.fls_callbacks[i] = callback;
            all.fls_high = std::max(all.fls_high, i + 1);
            return i;
        }
    return TLS_OUT_OF_INDEXES;
}

bool fls_is_allocated(DWORD index) {
    std::lock_guard guard(slots().lock);
    return index < kFlsSlots && slots().fls_taken[index];
}

bool fls_free(DWORD index) {
    Slots& all = slots();
    std::vector<void*> values;
    FlsCallback callback;
    {
        std::lock_guard guard(all.lock);
        if (index >= kFlsSlots || !all.fls_taken[index]) return false;
        callback = all.fls_callbacks[index];
        for (FlsTable* table : all.fls_tables)
            if (index < table->values.size() && table->values[index]) {
                values.push_back(table->values[index]);
                table->values[index] = nullptr;
            }
        all.fls_taken[index] = false;
        all.fls_callbacks[index] = nullptr;
    }
    if (callback)
        for (void* value : values) callback(value);
    return true;
}

void** fls_slot(DWORD index, bool create) {
    if (index >= kFlsSlots) return nullptr;
    FlsTable* table = fls_table(create);
    if (!table) return nullptr;
    if (index >= table->values.size()) {
        if (!create) return nullptr;
        std::lock_guard guard(slots().lock);
        table->values.resize(std::max<size_t>(index + 1, 16));
    }
    return &table->values[index];
}

void fls_end(void*& fls_data) {
    auto* table = static_cast<FlsTable*>(fls_data);
    if (!table) return;
    Slots& all = slots();
    for (DWORD i = 0; i < table->values.size(); ++i) {
        FlsCallback callback = nullptr;
        void* value;
        {
            std::lock_guard guard(all.lock);
            value = std::exchange(table->values[i], nullptr);
            if (value && all.fls_taken[i]) callback = all.fls_callbacks[i];
        }
        if (callback) callback(value);
    }
    {
        std::lock_guard guard(all.lock);
        std::erase(all.fls_tables, table);
    }
    fls_data = nullptr;
    delete table;
}

void run_fls_callbacks() { fls_end(current_teb()->FlsData); }

void free_thread_data(TEB* teb) {
    runtime().modules.free_tls_blocks(teb);
    free(teb->TlsExpansionSlots);
    teb->TlsExpansionSlots = nullptr;
    if (auto* table = static_cast<FlsTable*>(teb->FlsData)) {  // a terminated thread: no callbacks
        std::lock_guard guard(slots().lock);
        std::erase(slots().fls_tables, table);
        delete table;
        teb->FlsData = nullptr;
    }
}

}  // namespace lsw
