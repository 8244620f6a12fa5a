// windns.h: queries of the domain name system. Names of this machine and of the hosts file are answered for addresses, as Windows
// does; the rest is asked of the servers of resolv.conf, by the C library, on a host thread.
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <cstring>
#include <string>
#include <vector>

#include "abi/winerror.h"
#include "base/text.h"
#include "core/memory/heap.h"
#include "core/thread/host_call.h"
#include "dll/dnsapi/dnsapi.h"
#include "dll/ws2_32/resolver.h"

using namespace lsw;

namespace {

// windns.h, winerror.h
constexpr LONG kServerFailure = 9002, kNameError = 9003, kNoRecords = 9501, kInvalidName = 123, kTimedOut = 1460;
constexpr DWORD kAnswer = 1, kAdditional = 3, kUnicode = 1, kUtf8 = 2;
constexpr INT kFreeRecordList = 1;
constexpr int kInet = 2, kInet6 = 23;

enum Type : WORD { kA = 1, kNs = 2, kCname = 5, kSoa = 6, kPtr = 12, kMx = 15, kTxt = 16, kAaaa = 28, kSrv = 33 };

bool release(void* block) { return !block || process_heap().release(block); }

// Makes the list: records and all they point to are single blocks of the process heap.
class List {
public:
    explicit List(bool wide) : wide_(wide) {}

    DNS_RECORD& add(const std::string& name, WORD type, DWORD section, DWORD ttl, size_t extra_bytes = 0) {
        auto* record = static_cast<DNS_RECORD*>(process_heap().allocate(sizeof(DNS_RECORD) + extra_bytes, true));
        (last_ ? last_->pNext : first_) = record;
        last_ = record;
        record->pName = text(name);
        record->wType = type;
        record->Flags = section | (wide_ ? kUnicode : kUtf8) << 3;
        record->dwTtl = ttl;
        return *record;
    }

    void* text(const std::string& utf8) const {
        return wide_ ? block(utf16_from_utf8(utf8)) : block(utf8);
    }

    DNS_RECORD* first() const { return first_; }

private:
    template <class Text>
    static void* block(const Text& text) {
        size_t size = (text.size() + 1) * sizeof text[0];
        void* copy = process_heap().allocate(size, false);
        if (copy) memcpy(copy, text.c_str(), size);
        return copy;
    }

    const bool wide_;
    DNS_RECORD* first_ = nullptr;
    DNS_RECORD* last_ = nullptr;
};

void put_address(DNS_RECORD& record, const void* bytes, WORD size_bytes) {
    record.wDataLength = size_bytes;
    memcpy(&record.Data, bytes, size_bytes);
}

struct Message {
    const unsigned char *begin, *end;
};

// A record as it stands in a message.
struct Wire {
    std::string owner;
    WORD type;
    DWORD ttl;
    const unsigned char* data;
    size_t size_bytes;
};

unsigned get16(const unsigned char* at) { return static_cast<unsigned>(at[0] << 8 | at[1]); }
DWORD get32(const unsigned char* at) { return DWORD{get16(at)} << 16 | get16(at + 2); }

// Where what follows the name at `at` begins; null past the end.
const unsigned char* behind_name(const Message& message, const unsigned char* at, size_t needed_bytes) {
    int used = at < message.end ? dn_skipname(at, message.end) : -1;
    return used >= 0 && static_cast<size_t>(message.end - at - used) >= needed_bytes ? at + used : nullptr;
}

std::string name_at(const Message& message, const unsigned char* at) {
    char name[NS_MAXDNAME];
    return dn_expand(message.begin, message.end, at, name, sizeof name) < 0 ? std::string() : std::string(name);
}

// The record at *at, which goes behind it. False where the message is broken.
bool next_record(const Message& message, const unsigned char** at, Wire* out) {
    const unsigned char* fixed = behind_name(message, *at, 10);
    if (!fixed) return false;
    *out = {name_at(message, *at), static_cast<WORD>(get16(fixed)), get32(fixed + 4), fixed + 10, get16(fixed + 8)};
    *at = out->data + out->size_bytes;
    return *at <= message.end;
}

void put_texts(List& list, const std::string& owner, DWORD section, DWORD ttl, const unsigned char* at, size_t size_bytes) {
    std::vector<std::string> texts;
    for (const unsigned char* end = at + size_bytes; at < end && at + 1 + *at <= end; at += 1 + *at)
        texts.emplace_back(reinterpret_cast<const char*>(at + 1), *at);
    DNS_RECORD& record = list.add(owner, kTxt, section, ttl, texts.size() * sizeof(void*));
    record.wDataLength = static_cast<WORD>(8 + texts.size() * sizeof(void*));
    record.Data.txt.count = static_cast<DWORD>(texts.size());
    for (size_t i = 0; i < texts.size(); ++i) record.Data.txt.texts[i] = list.text(texts[i]);
}

void put_soa(DNS_RECORD& record, const List& list, const Message& message, const unsigned char* at) {
    record.wDataLength = sizeof record.Data.soa;
    record.Data.soa.primary = list.text(name_at(message, at));
    if (!(at = behind_name(message, at, 1))) return;
    record.Data.soa.administrator = list.text(name_at(message, at));
    if (!(at = behind_name(message, at, 20))) return;
    DWORD* values[] = {&record.Data.soa.serial, &record.Data.soa.refresh, &record.Data.soa.retry, &record.Data.soa.expire,
                       &record.Data.soa.ttl};
    for (DWORD* value : values) *value = get32(at), at += 4;
}

void put(List& list, const Message& message, const Wire& from, DWORD section) {
    const unsigned char* data = from.data;
    size_t size = from.size_bytes;
    auto add = [&]() -> DNS_RECORD& { return list.add(from.owner, from.type, section, from.ttl); };
    switch (from.type) {
        case kA:
            if (size == 4) put_address(add(), data, 4);
            break;
        case kAaaa:
            if (size == 16) put_address(add(), data, 16);
            break;
        case kNs:
        case kCname:
        case kPtr: {
            DNS_RECORD& record = add();
            record.wDataLength = sizeof(void*);
            record.Data.name = list.text(name_at(message, data));
            break;
        }
        case kMx: {
            if (size < 3) break;
            DNS_RECORD& record = add();
            record.wDataLength = sizeof record.Data.mx;
            record.Data.mx.preference = static_cast<WORD>(get16(data));
            record.Data.mx.name = list.text(name_at(message, data + 2));
            break;
        }
        case kSrv: {
            if (size < 7) break;
            DNS_RECORD& record = add();
            record.wDataLength = sizeof record.Data.srv;
            record.Data.srv.priority = static_cast<WORD>(get16(data));
            record.Data.srv.weight = static_cast<WORD>(get16(data + 2));
            record.Data.srv.port = static_cast<WORD>(get16(data + 4));
            record.Data.srv.name = list.text(name_at(message, data + 6));
            break;
        }
        case kSoa: put_soa(add(), list, message, data); break;
        case kTxt: put_texts(list, from.owner, section, from.ttl, data, size); break;
    }
}

LONG failure(int error) {
    switch (error) {
        case HOST_NOT_FOUND: return kNameError;
        case NO_DATA: return kNoRecords;
        case TRY_AGAIN: return kTimedOut;
        default: return kServerFailure;
    }
}

// The message that answers, on a host thread.
LONG ask_servers(const std::string& name, WORD type, std::vector<unsigned char>* answer) {
    LONG result = kServerFailure;
    auto ask = [&] {
        struct __res_state state {};
        if (res_ninit(&state) != 0) return;
        answer->resize(65536);
        int got = res_nquery(&state, name.c_str(), ns_c_in, type, answer->data(), static_cast<int>(answer->size()));
        result = got < 0 ? failure(state.res_h_errno) : 0;
        answer->resize(got < 0 ? 0 : static_cast<size_t>(std::min(got, 65536)));
        res_nclose(&state);
    };
    on_host_thread(ask);
    return result;
}

LONG query_servers(const std::string& name, WORD type, List& list) {
    std::vector<unsigned char> answer;
    if (LONG error = ask_servers(name, type, &answer)) return error;
    constexpr size_t kHeader = 12;
    if (answer.size() < kHeader) return kServerFailure;
    Message message{answer.data(), answer.data() + answer.size()};
    const unsigned char* at = message.begin + kHeader;
    for (unsigned left = get16(message.begin + 4); left > 0; --left) {  // the question again
        if (!(at = behind_name(message, at, 4))) return kServerFailure;
        at += 4;
    }
    unsigned answers = get16(message.begin + 6), authority = get16(message.begin + 8), additional = get16(message.begin + 10);
    for (unsigned i = 0; i < answers + authority + additional; ++i) {
        Wire record;
        if (!next_record(message, &at, &record)) break;
        if (i < answers) put(list, message, record, kAnswer);
        else if (i >= answers + authority) put(list, message, record, kAdditional);
    }
    return list.first() ? 0 : kNoRecords;
}

// Addresses that the files or the servers know.
LONG query_addresses(const std::string& name, WORD type, List& list) {
    Question question;
    question.node = name.c_str();
    question.family = type == kA ? kInet : kInet6;
    question.type = 1;
    std::vector<Resolved> found;
    std::string canonical;
    int error = resolve(question, &found, &canonical);
    constexpr int kNoData = 11004, kTryAgain = 11002;
    if (error) return error == kNoData ? kNoRecords : error == kTryAgain ? kTimedOut : kNameError;
    for (const Resolved& one : found) {
        DNS_RECORD& record = list.add(name, type, kAnswer, 0);
        if (type == kA) put_address(record, &reinterpret_cast<const sockaddr_in&>(one.address).sin_addr, 4);
        else put_address(record, &reinterpret_cast<const sockaddr_in6&>(one.address).sin6_addr, 16);
    }
    return list.first() ? 0 : kNoRecords;
}

bool is_local(std::string_view name) { return name.find('.') == std::string_view::npos; }

// Names are the same whatever their case and whether or not they end in a dot.
std::string comparable(std::string name) {
    if (name.size() > 1 && name.back() == '.') name.pop_back();
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return name;
}

LONG query(std::string name, WORD type, bool wide, DNS_RECORD** out) {
    if (!out) return ERROR_INVALID_PARAMETER;
    *out = nullptr;
    if (name.size() > 1 && name.back() == '.') name.pop_back();
    if (name.empty() || name.size() > 255 || name.find("..") != std::string::npos) return kInvalidName;
    List list(wide);
    bool address = type == kA || type == kAaaa;
    // It has addresses and nothing else, and no server is asked ("Special-Use Domain Names", RFC 6761).
    if (!address && comparable(name) == "localhost") return kNoRecords;
    LONG error = kNameError;
    if (!address || !is_local(name)) error = query_servers(name, type, list);
    // The hosts file, and machines whose resolver has other sources than DNS.
    if (error && error != kNoRecords && address) error = query_addresses(name, type, list);
    if (error) return error;
    *out = list.first();
    return 0;
}

}  // namespace

LONG dnsapi::DnsQuery_W(LPCWSTR pszName, WORD wType, DWORD, PVOID, DNS_RECORD** ppQueryResults, PVOID*) {
    return pszName ? query(utf8_from_utf16(pszName), wType, true, ppQueryResults) : ERROR_INVALID_PARAMETER;
}

LONG dnsapi::DnsQuery_A(LPCSTR pszName, WORD wType, DWORD, PVOID, DNS_RECORD** ppQueryResults, PVOID*) {
    return pszName ? query(pszName, wType, false, ppQueryResults) : ERROR_INVALID_PARAMETER;
}

LONG dnsapi::DnsQuery_UTF8(LPCSTR pszName, WORD wType, DWORD Options, PVOID pExtra, DNS_RECORD** ppQueryResults,
                           PVOID* pReserved) {
    return DnsQuery_A(pszName, wType, Options, pExtra, ppQueryResults, pReserved);
}

void dnsapi::DnsRecordListFree(DNS_RECORD* pRecordList, INT) {
    while (DNS_RECORD* record = pRecordList) {
        if (!process_heap().valid(record)) return;
        pRecordList = record->pNext;
        switch (record->wType) {
            case kNs:
            case kCname:
            case kPtr: release(record->Data.name); break;
            case kMx: release(record->Data.mx.name); break;
            case kSrv: release(record->Data.srv.name); break;
            case kSoa: release(record->Data.soa.primary), release(record->Data.soa.administrator); break;
            case kTxt:
                for (DWORD i = 0; i < record->Data.txt.count; ++i) release(record->Data.txt.texts[i]);
                break;
        }
        release(record->pName);
        release(record);
    }
}

void dnsapi::DnsFree(PVOID pData, INT FreeType) {
    if (FreeType == kFreeRecordList) return DnsRecordListFree(static_cast<DNS_RECORD*>(pData), FreeType);
    release(pData);
}

BOOL dnsapi::DnsNameCompare_W(LPCWSTR pName1, LPCWSTR pName2) {
    if (!pName1 || !pName2) return pName1 == pName2;
    return comparable(utf8_from_utf16(pName1)) == comparable(utf8_from_utf16(pName2));
}

BOOL dnsapi::DnsNameCompare_A(LPCSTR pName1, LPCSTR pName2) {
    if (!pName1 || !pName2) return pName1 == pName2;
    return comparable(pName1) == comparable(pName2);
}
