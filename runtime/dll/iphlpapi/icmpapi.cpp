// icmpapi.h: echo requests, on a socket for pings where the system lets everybody have one (net.ipv4.ping_group_range), on a raw
// socket where the user may have that.
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <set>
#include <string>

#include "abi/winerror.h"
#include "base/unique_fd.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "core/thread/thread.h"
#include "core/wait/blocking.h"
#include "core/wait/clock.h"
#include "core/wait/futex.h"
#include "core/wait/sync_objects.h"
#include "dll/iphlpapi/iphlpapi.h"

using namespace lsw;

namespace {

// ipexport.h
constexpr ULONG IP_SUCCESS = 0, IP_BUF_TOO_SMALL = 11001, IP_DEST_NET_UNREACHABLE = 11002, IP_DEST_HOST_UNREACHABLE = 11003,
                IP_DEST_PROT_UNREACHABLE = 11004, IP_DEST_PORT_UNREACHABLE = 11005, IP_REQ_TIMED_OUT = 11010,
                IP_TTL_EXPIRED_TRANSIT = 11013, IP_GENERAL_FAILURE = 11050;

struct IP_OPTION_INFORMATION {
    UCHAR Ttl, Tos, Flags, OptionsSize;
    UCHAR* OptionsData;
};
struct ICMP_ECHO_REPLY {
    ULONG Address, Status, RoundTripTime;
    USHORT DataSize, Reserved;
    void* Data;
    IP_OPTION_INFORMATION Options;
};
static_assert(sizeof(ICMP_ECHO_REPLY) == 40);
constexpr UCHAR kDoNotFragment = 2;  // IP_FLAG_DF

class PingSocket final : public Object {
public:
    PingSocket(UniqueFd socket, bool raw) : Object(ObjectType::Other), fd(std::move(socket)), raw(raw) {
        std::lock_guard guard(known().lock);
        known().all.insert(this);
    }
    // Nothing else tells one from other objects of no type of their own.
    static Ref<PingSocket> find(HANDLE handle) {
        auto entry = runtime().handles.lookup(handle);
        if (!entry.ok()) return nullptr;
        std::lock_guard guard(known().lock);
        if (!known().all.contains(entry->object.get())) return nullptr;
        return Ref<PingSocket>::share(static_cast<PingSocket*>(entry->object.get()));
    }
    const UniqueFd fd;
    const bool raw;  // with the IP header, checksums ours, and everybody's answers
    std::atomic<uint16_t> sequence{0};

private:
    struct Known {
        std::mutex lock;
        std::set<const Object*> all;
    };
    static Known& known() {
        static Known& made = *new Known;
        return made;
    }
    ~PingSocket() override {
        std::lock_guard guard(known().lock);
        known().all.erase(this);
    }
};

uint16_t checksum(const std::string& bytes) {
    uint32_t sum = 0;
    for (size_t i = 0; i < bytes.size(); i += 2) {
        auto low = static_cast<uint8_t>(bytes[i]), high = i + 1 < bytes.size() ? static_cast<uint8_t>(bytes[i + 1]) : uint8_t{0};
        sum += static_cast<uint32_t>(low | high << 8);
    }
    while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
    return static_cast<uint16_t>(~sum);
}

struct Answer {
    ULONG address = 0, status = IP_REQ_TIMED_OUT;
    UCHAR ttl = 0;
    std::string data;
};

ULONG unreachable_status(uint8_t type, uint8_t code) {
    if (type == ICMP_TIME_EXCEEDED) return IP_TTL_EXPIRED_TRANSIT;
    switch (code) {
        case ICMP_NET_UNREACH: return IP_DEST_NET_UNREACHABLE;
        case ICMP_PROT_UNREACH: return IP_DEST_PROT_UNREACHABLE;
        case ICMP_PORT_UNREACH: return IP_DEST_PORT_UNREACHABLE;
        default: return IP_DEST_HOST_UNREACHABLE;
    }
}

ULONG status_of(int error) {
    return error == ENETUNREACH ? IP_DEST_NET_UNREACHABLE : error == EHOSTUNREACH ? IP_DEST_HOST_UNREACHABLE : IP_GENERAL_FAILURE;
}

// Whether this packet, from its ICMP header on, answers the request; then what it says.
bool answers(const PingSocket& ping, const char* packet, size_t size, uint16_t id, uint16_t sequence, Answer& out) {
    icmphdr head;
    if (size < sizeof head) return false;
    memcpy(&head, packet, sizeof head);
    bool unreachable = head.type == ICMP_DEST_UNREACH || head.type == ICMP_TIME_EXCEEDED;
    if (unreachable) {
        // The request that it is about follows, with its IP header.
        const char* inner = packet + sizeof head;
        size_t left = size - sizeof head;
        if (left < sizeof(iphdr)) return false;
        size_t skip = static_cast<size_t>(static_cast<uint8_t>(inner[0]) & 15) * 4;
        if (left < skip + sizeof head) return false;
        out.status = unreachable_status(head.type, head.code);
        memcpy(&head, inner + skip, sizeof head);
        if (head.type != ICMP_ECHO) return false;
    } else if (head.type != ICMP_ECHOREPLY) {
        return false;
    } else {
        out.status = IP_SUCCESS;
        out.data.assign(packet + sizeof head, size - sizeof head);
    }
    return head.un.echo.sequence == sequence && (!ping.raw || head.un.echo.id == id);
}

bool receive(const PingSocket& ping, uint16_t id, uint16_t sequence, Answer& out) {
    std::string packet(65536, '\0');
    sockaddr_in from{};
    socklen_t length = sizeof from;
    auto* sender = reinterpret_cast<sockaddr*>(&from);
    ssize_t got = recvfrom(ping.fd.get(), packet.data(), packet.size(), MSG_DONTWAIT, sender, &length);
    if (got <= 0) return false;
    size_t skip = 0;
    if (ping.raw) {
        skip = static_cast<size_t>(static_cast<uint8_t>(packet[0]) & 15) * 4;
        if (static_cast<size_t>(got) < skip) return false;
        out.ttl = static_cast<UCHAR>(packet[8]);
    }
    out.address = from.sin_addr.s_addr;
    return answers(ping, packet.data() + skip, static_cast<size_t>(got) - skip, id, sequence, out);
}

void set_options(int fd, const IP_OPTION_INFORMATION* options) {
    int ttl = options && options->Ttl ? options->Ttl : 128, tos = options ? options->Tos : 0;
    int discover = options && options->Flags & kDoNotFragment ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT;
    setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl);
    setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof tos);
    setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof discover);
}

// Sends one request and waits for its answer. Large buffers are the heap's: the caller's stack may be small.
Answer exchange(PingSocket& ping, ULONG address, const void* data, WORD size, DWORD timeout_ms) {
    Answer answer;
    auto id = static_cast<uint16_t>(getpid()), sequence = htons(++ping.sequence);
    icmphdr head{};
    head.type = ICMP_ECHO;
    head.un.echo.id = id;
    head.un.echo.sequence = sequence;
    std::string packet(reinterpret_cast<char*>(&head), sizeof head);
    packet.append(static_cast<const char*>(data), size);
    head.checksum = checksum(packet);
    memcpy(packet.data(), &head, sizeof head);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = address;
    if (sendto(ping.fd.get(), packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to) < 0) {
        answer.status = status_of(errno);
        return answer;
    }
    int64_t deadline = monotonic_ns() + int64_t{timeout_ms} * 1'000'000;
    BlockingScope blocking;
    for (;;) {
        int64_t left = deadline - monotonic_ns();
        if (left <= 0) return Answer{};
        timespec limit = timespec_from_ns(left);
        pollfd entry{ping.fd.get(), POLLIN, 0};
        int ready = ppoll(&entry, 1, &limit, nullptr);
        if (ready < 0 && errno == EINTR) current_thread()->check_termination_in_wait();
        if (ready > 0 && receive(ping, id, sequence, answer)) return answer;
    }
}

DWORD fail(DWORD error) {
    set_last_error(error);
    return 0;
}

DWORD send_echo(HANDLE handle, ULONG address, const void* data, WORD size, const void* options, void* reply, DWORD reply_size,
                DWORD timeout_ms) {
    Ref<PingSocket> ping = PingSocket::find(handle);
    if (!ping) return fail(ERROR_INVALID_HANDLE);
    if (!reply || (size && !data)) return fail(ERROR_INVALID_PARAMETER);
    if (reply_size < sizeof(ICMP_ECHO_REPLY)) return fail(ERROR_INSUFFICIENT_BUFFER);
    if (reply_size < sizeof(ICMP_ECHO_REPLY) + size) return fail(IP_BUF_TOO_SMALL);
    set_options(ping->fd.get(), static_cast<const IP_OPTION_INFORMATION*>(options));
    int64_t begin = monotonic_ns();
    Answer answer = exchange(*ping, address, data, size, timeout_ms);
    auto* out = static_cast<ICMP_ECHO_REPLY*>(reply);
    *out = {};
    out->Status = answer.status;
    if (answer.status == IP_REQ_TIMED_OUT || answer.status == IP_GENERAL_FAILURE) return fail(answer.status);
    out->Address = answer.address;
    out->RoundTripTime = static_cast<ULONG>((monotonic_ns() - begin) / 1'000'000);
    out->DataSize = static_cast<USHORT>(std::min<size_t>(answer.data.size(), reply_size - sizeof *out));
    out->Data = out + 1;
    out->Options.Ttl = answer.ttl;
    memcpy(out->Data, answer.data.data(), out->DataSize);
    return 1;
}

}  // namespace

HANDLE iphlpapi::IcmpCreateFile() {
    bool raw = false;
    UniqueFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP));
    if (!fd.valid()) {
        fd = UniqueFd(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
        raw = true;
    }
    if (!fd.valid()) return set_last_error(ERROR_ACCESS_DENIED), INVALID_HANDLE_VALUE;
    auto handle = runtime().handles.insert(make_object<PingSocket>(std::move(fd), raw), 0x12019F);
    return handle.ok() ? *handle : (set_last_error(ERROR_NOT_ENOUGH_MEMORY), INVALID_HANDLE_VALUE);
}

BOOL iphlpapi::IcmpCloseHandle(HANDLE IcmpHandle) {
    if (PingSocket::find(IcmpHandle) && runtime().handles.close(IcmpHandle).ok()) return TRUE;
    return set_last_error(ERROR_INVALID_HANDLE), FALSE;
}

DWORD iphlpapi::IcmpSendEcho(HANDLE IcmpHandle, ULONG DestinationAddress, LPVOID RequestData, WORD RequestSize,
                             void* RequestOptions, LPVOID ReplyBuffer, DWORD ReplySize, DWORD Timeout) {
    return send_echo(IcmpHandle, DestinationAddress, RequestData, RequestSize, RequestOptions, ReplyBuffer, ReplySize, Timeout);
}

DWORD iphlpapi::IcmpSendEcho2(HANDLE IcmpHandle, HANDLE Event, void* ApcRoutine, PVOID, ULONG DestinationAddress,
                              LPVOID RequestData, WORD RequestSize, void* RequestOptions, LPVOID ReplyBuffer, DWORD ReplySize,
                              DWORD Timeout) {
    if (ApcRoutine) return fail(ERROR_NOT_SUPPORTED);
    DWORD replies = send_echo(IcmpHandle, DestinationAddress, RequestData, RequestSize, RequestOptions, ReplyBuffer, ReplySize,
                              Timeout);
    if (!Event) return replies;
    auto event = runtime().handles.get<lsw::Event>(Event);
    if (!event.ok()) return fail(ERROR_INVALID_HANDLE);
    set_event(*(*event)->record());
    return fail(ERROR_IO_PENDING);
}

DWORD iphlpapi::IcmpSendEcho2Ex(HANDLE IcmpHandle, HANDLE Event, void* ApcRoutine, PVOID ApcContext, ULONG,
                                ULONG DestinationAddress, LPVOID RequestData, WORD RequestSize, void* RequestOptions,
                                LPVOID ReplyBuffer, DWORD ReplySize, DWORD Timeout) {
    return IcmpSendEcho2(IcmpHandle, Event, ApcRoutine, ApcContext, DestinationAddress, RequestData, RequestSize, RequestOptions,
                         ReplyBuffer, ReplySize, Timeout);
}

DWORD iphlpapi::IcmpParseReplies(LPVOID ReplyBuffer, DWORD ReplySize) {
    if (!ReplyBuffer || ReplySize < sizeof(ICMP_ECHO_REPLY)) return fail(ERROR_INVALID_PARAMETER);
    ULONG status = static_cast<const ICMP_ECHO_REPLY*>(ReplyBuffer)->Status;
    return status == IP_REQ_TIMED_OUT || status == IP_GENERAL_FAILURE ? fail(status) : 1;
}
