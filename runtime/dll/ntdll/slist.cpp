// Singly linked lists, pushed and popped without locks.
// The header is one 16-byte value swapped by cmpxchg16b: depth (16 bits) and sequence (48), address
// (60 bits above 4). Doc: "Interlocked Singly Linked Lists", SLIST_HEADER in winnt.h.
#include "dll/ntdll/ntdll.h"

namespace {

struct Value {
    ULONGLONG alignment, region;
};

bool exchange(PSLIST_HEADER head, Value& expected, Value wanted) {
    bool done;
    asm volatile("lock cmpxchg16b %1"
                 : "=@ccz"(done), "+m"(*head), "+a"(expected.alignment), "+d"(expected.region)
                 : "b"(wanted.alignment), "c"(wanted.region)
                 : "memory");
    return done;
}

Value load(PSLIST_HEADER head) {
    return {__atomic_load_n(&head->Alignment, __ATOMIC_ACQUIRE),
            __atomic_load_n(&head->Region, __ATOMIC_ACQUIRE)};
}

PSLIST_ENTRY first(const Value& value) {
    return reinterpret_cast<PSLIST_ENTRY>(value.region & ~0xFull);
}

ULONGLONG region_of(PSLIST_ENTRY entry, const Value& old) {
    return reinterpret_cast<ULONGLONG>(entry) | (old.region & 0xF);
}

// Depth changes by `by`; the sequence moves on with every change, so that a head seen twice is the
// same head.
ULONGLONG next_alignment(const Value& old, int by) {
    ULONGLONG depth = (old.alignment + static_cast<ULONGLONG>(by)) & 0xFFFF;
    return depth | ((old.alignment & ~0xFFFFull) + 0x10000);
}

}  // namespace

void ntdll::RtlInitializeSListHead(PSLIST_HEADER ListHead) {
    ListHead->Alignment = ListHead->Region = 0;
}

PSLIST_ENTRY ntdll::RtlInterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry) {
    return RtlInterlockedPushListSListEx(ListHead, ListEntry, ListEntry, 1);
}

PSLIST_ENTRY ntdll::RtlInterlockedPushListSListEx(PSLIST_HEADER ListHead, PSLIST_ENTRY List,
                                                  PSLIST_ENTRY ListEnd, ULONG Count) {
    Value old = load(ListHead);
    do {
        ListEnd->Next = first(old);
    } while (!exchange(ListHead, old,
                       {next_alignment(old, static_cast<int>(Count)), region_of(List, old)}));
    return first(old);
}

PSLIST_ENTRY ntdll::RtlInterlockedPopEntrySList(PSLIST_HEADER ListHead) {
    Value old = load(ListHead);
    for (;;) {
        PSLIST_ENTRY entry = first(old);
        if (!entry) return nullptr;
        if (exchange(ListHead, old, {next_alignment(old, -1), region_of(entry->Next, old)}))
            return entry;
    }
}

PSLIST_ENTRY ntdll::RtlInterlockedFlushSList(PSLIST_HEADER ListHead) {
    Value old = load(ListHead);
    do {
        if (!first(old)) return nullptr;
    } while (!exchange(ListHead, old, {(old.alignment & ~0xFFFFull) + 0x10000, old.region & 0xF}));
    return first(old);
}

USHORT ntdll::RtlQueryDepthSList(PSLIST_HEADER ListHead) {
    return static_cast<USHORT>(load(ListHead).alignment);
}
