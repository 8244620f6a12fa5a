// rpcdce.h: UUIDs and their text. Doc: "UuidCreate function (rpcdce.h)" and its neighbours.
#include <time.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <string>

#include "base/random.h"
#include "base/text.h"
#include "core/memory/heap.h"
#include "dll/rpcrt4/rpcrt4.h"

using namespace lsw;

namespace {

constexpr RPC_STATUS kOk = 0, kOutOfMemory = 14, kInvalidStringUuid = 1705, kLocalOnly = 1824;
constexpr GUID kNil{};

bool parse(std::string_view text, GUID* out) {
    unsigned a, b, c, d[8];
    int used = 0;
    std::string copy(text);
    int fields = sscanf(copy.c_str(), "%8x-%4x-%4x-%2x%2x-%2x%2x%2x%2x%2x%2x%n", &a, &b, &c, &d[0], &d[1], &d[2], &d[3],
                        &d[4], &d[5], &d[6], &d[7], &used);
    if (fields != 11 || used != 36 || text.size() != 36) return false;
    *out = {a, static_cast<USHORT>(b), static_cast<USHORT>(c), {}};
    for (int i = 0; i < 8; ++i) out->Data4[i] = static_cast<BYTE>(d[i]);
    return true;
}

std::string text_of(const GUID& id) {
    char text[40];
    snprintf(text, sizeof text, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x", id.Data1, id.Data2, id.Data3,
             id.Data4[0], id.Data4[1], id.Data4[2], id.Data4[3], id.Data4[4], id.Data4[5], id.Data4[6], id.Data4[7]);
    return text;
}

const GUID& or_nil(const GUID* id) { return id ? *id : kNil; }

template <class Unit, class Text>
RPC_STATUS give(const Text& text, Unit** out) {
    size_t size = (text.size() + 1) * sizeof(Unit);
    *out = static_cast<Unit*>(process_heap().allocate(size, false));
    if (!*out) return kOutOfMemory;
    memcpy(*out, text.c_str(), size);
    return kOk;
}

template <class Unit>
RPC_STATUS free_string(Unit** string) {
    if (*string) process_heap().release(*string);
    *string = nullptr;
    return kOk;
}

}  // namespace

RPC_STATUS rpcrt4::UuidCreate(GUID* Uuid) {
    fill_random(Uuid, sizeof *Uuid);
    Uuid->Data3 = (Uuid->Data3 & 0x0FFF) | 0x4000;
    Uuid->Data4[0] = static_cast<BYTE>((Uuid->Data4[0] & 0x3F) | 0x80);
    return kOk;
}

// Version 1: 100 ns since 15 October 1582, and a random node with the multicast bit, as RFC 4122 asks of those without a card.
RPC_STATUS rpcrt4::UuidCreateSequential(GUID* Uuid) {
    static std::atomic<uint64_t> last{0};
    static const uint64_t node = [] {
        uint64_t value;
        fill_random(&value, sizeof value);
        return value | 0x01'0000;  // the third byte in memory is the first of the node
    }();
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    constexpr uint64_t kUnixEpoch = 0x01B2'1DD2'1381'4000;
    uint64_t wanted = kUnixEpoch + static_cast<uint64_t>(now.tv_sec) * 10'000'000 + static_cast<uint64_t>(now.tv_nsec) / 100;
    uint64_t before = last.load(), stamp;
    do stamp = wanted > before ? wanted : before + 1;
    while (!last.compare_exchange_weak(before, stamp));
    Uuid->Data1 = static_cast<ULONG>(stamp);
    Uuid->Data2 = static_cast<USHORT>(stamp >> 32);
    Uuid->Data3 = static_cast<USHORT>(((stamp >> 48) & 0x0FFF) | 0x1000);
    memcpy(Uuid->Data4, &node, 8);
    Uuid->Data4[0] = static_cast<BYTE>((Uuid->Data4[0] & 0x3F) | 0x80);
    return kLocalOnly;
}

RPC_STATUS rpcrt4::UuidCreateNil(GUID* NilUuid) { return *NilUuid = kNil, kOk; }

RPC_STATUS rpcrt4::UuidToStringA(const GUID* Uuid, UCHAR** StringUuid) { return give(text_of(or_nil(Uuid)), StringUuid); }

RPC_STATUS rpcrt4::UuidToStringW(const GUID* Uuid, WCHAR** StringUuid) {
    return give(utf16_from_utf8(text_of(or_nil(Uuid))), StringUuid);
}

RPC_STATUS rpcrt4::UuidFromStringA(UCHAR* StringUuid, GUID* Uuid) {
    if (!StringUuid) return UuidCreateNil(Uuid);
    return parse(reinterpret_cast<const char*>(StringUuid), Uuid) ? kOk : kInvalidStringUuid;
}

RPC_STATUS rpcrt4::UuidFromStringW(WCHAR* StringUuid, GUID* Uuid) {
    if (!StringUuid) return UuidCreateNil(Uuid);
    return parse(utf8_from_utf16(StringUuid), Uuid) ? kOk : kInvalidStringUuid;
}

RPC_STATUS rpcrt4::RpcStringFreeA(UCHAR** String) { return free_string(String); }
RPC_STATUS rpcrt4::RpcStringFreeW(WCHAR** String) { return free_string(String); }

int rpcrt4::UuidCompare(GUID* Uuid1, GUID* Uuid2, RPC_STATUS* Status) {
    const GUID &a = or_nil(Uuid1), &b = or_nil(Uuid2);
    *Status = kOk;
    if (a.Data1 != b.Data1) return a.Data1 < b.Data1 ? -1 : 1;
    if (a.Data2 != b.Data2) return a.Data2 < b.Data2 ? -1 : 1;
    if (a.Data3 != b.Data3) return a.Data3 < b.Data3 ? -1 : 1;
    int tail = memcmp(a.Data4, b.Data4, 8);
    return tail < 0 ? -1 : tail > 0;
}

int rpcrt4::UuidEqual(GUID* Uuid1, GUID* Uuid2, RPC_STATUS* Status) { return UuidCompare(Uuid1, Uuid2, Status) == 0; }
int rpcrt4::UuidIsNil(GUID* Uuid, RPC_STATUS* Status) { return UuidEqual(Uuid, nullptr, Status); }
