// winsock2.h: hosts, services and protocols by name, in buffers of the thread that asks, as documented.
#include <netdb.h>

#include <cstring>
#include <memory>

#include "base/name_service.h"
#include "core/thread/host_call.h"
#include "dll/ws2_32/resolver.h"
#include "dll/ws2_32/sockets.h"

using namespace lsw;

namespace {

// What the last call of each kind gave, per thread.
struct Answers {
    hostent_win host;
    std::string host_name;
    std::vector<std::string> addresses;
    std::vector<char*> address_pointers;
    servent_win service;
    protoent_win protocol;
    std::string names[3];
    char* no_aliases[1] = {nullptr};
};

Answers& answers() {
    thread_local std::unique_ptr<Answers> instance;
    if (!instance) instance = std::make_unique<Answers>();
    return *instance;
}

hostent_win* give_host(std::string name, int family, std::vector<std::string> addresses) {
    Answers& all = answers();
    all.host_name = std::move(name);
    all.addresses = std::move(addresses);
    all.address_pointers.clear();
    for (std::string& address : all.addresses) all.address_pointers.push_back(address.data());
    all.address_pointers.push_back(nullptr);
    all.host = {all.host_name.data(), all.no_aliases, static_cast<SHORT>(family),
                static_cast<SHORT>(family == WIN_AF_INET6 ? 16 : 4), all.address_pointers.data()};
    return &all.host;
}

// glibc's data base functions on a host thread; `find` returns what getXbyY_r found.
template <class Entry, class Find>
bool look_up(Entry* entry, std::vector<char>& buffer, Find find) {
    buffer.resize(8192);
    Entry* found = nullptr;
    auto ask = [&] { find(entry, buffer.data(), buffer.size(), &found); };
    on_host_thread(ask);
    return found != nullptr;
}

servent_win* give_service(const servent& from) {
    Answers& all = answers();
    all.names[0] = from.s_name;
    all.names[1] = from.s_proto;
    all.service = {all.names[0].data(), all.no_aliases, all.names[1].data(), static_cast<SHORT>(from.s_port)};
    return &all.service;
}

struct Known {
    const char* name;
    int number;
};
constexpr Known kProtocols[] = {{"ip", 0}, {"icmp", 1}, {"ggp", 3}, {"tcp", 6}, {"egp", 8}, {"pup", 12}, {"udp", 17},
                                {"hmp", 20}, {"xns-idp", 22}, {"rdp", 27}, {"ipv6", 41}, {"ipv6-route", 43},
                                {"ipv6-frag", 44}, {"esp", 50}, {"ah", 51}, {"ipv6-icmp", 58}, {"ipv6-nonxt", 59},
                                {"ipv6-opts", 60}, {"rvd", 66}};

protoent_win* give_protocol(const Known* known) {
    if (!known) return set_last_error(WSANO_DATA), nullptr;
    Answers& all = answers();
    all.names[2] = known->name;
    all.protocol = {all.names[2].data(), all.no_aliases, static_cast<SHORT>(known->number)};
    return &all.protocol;
}

}  // namespace

hostent_win* ws2_32::gethostbyname(const char* name) {
    if (!winsock_started()) return nullptr;
    Question question;
    question.node = name ? name : "";
    question.family = WIN_AF_INET;
    std::vector<Resolved> found;
    std::string canonical;
    if (int error = resolve(question, &found, &canonical)) return set_last_error(static_cast<DWORD>(error)), nullptr;
    std::vector<std::string> addresses;
    for (Resolved& one : found)
        addresses.emplace_back(reinterpret_cast<const char*>(&reinterpret_cast<sockaddr_in&>(one.address).sin_addr), 4);
    return give_host(name && *name ? canonical : local_host_name(), WIN_AF_INET, std::move(addresses));
}

hostent_win* ws2_32::gethostbyaddr(const char* addr, int len, int type) {
    constexpr int kNameRequired = 4;
    if (!winsock_started()) return nullptr;
    sockaddr_storage address{};
    socklen_t length;
    if (!addr) return set_last_error(WSAEFAULT), nullptr;
    if (type == WIN_AF_INET && len >= 4) {
        auto& four = reinterpret_cast<sockaddr_in&>(address);
        four.sin_family = AF_INET;
        memcpy(&four.sin_addr, addr, 4);
        length = sizeof four;
        len = 4;
    } else if (type == WIN_AF_INET6 && len >= 16) {
        auto& six = reinterpret_cast<sockaddr_in6&>(address);
        six.sin6_family = AF_INET6;
        memcpy(&six.sin6_addr, addr, 16);
        length = sizeof six;
        len = 16;
    } else {
        return set_last_error(WSAEFAULT), nullptr;
    }
    std::string name, bytes(addr, static_cast<size_t>(len));
    if (int error = resolve_name(address, length, kNameRequired, &name, nullptr))
        return set_last_error(static_cast<DWORD>(error)), nullptr;
    return give_host(std::move(name), type, {std::move(bytes)});
}

servent_win* ws2_32::getservbyname(const char* name, const char* proto) {
    if (!name) return set_last_error(WSAEFAULT), nullptr;
    // Copies: the program's memory is not for the host's stack, where a bad pointer would end the process.
    const std::string wanted = name, protocol = proto ? proto : "";
    servent entry{};
    std::vector<char> buffer;
    bool found = look_up(&entry, buffer, [&](servent* to, char* room, size_t size, servent** out) {
        use_plain_name_service();
        getservbyname_r(wanted.c_str(), proto ? protocol.c_str() : nullptr, to, room, size, out);
    });
    return found ? give_service(entry) : (set_last_error(WSANO_DATA), nullptr);
}

servent_win* ws2_32::getservbyport(int port, const char* proto) {
    const std::string protocol = proto ? proto : "";
    servent entry{};
    std::vector<char> buffer;
    bool found = look_up(&entry, buffer, [&](servent* to, char* room, size_t size, servent** out) {
        use_plain_name_service();
        getservbyport_r(port, proto ? protocol.c_str() : nullptr, to, room, size, out);
    });
    return found ? give_service(entry) : (set_last_error(WSANO_DATA), nullptr);
}

protoent_win* ws2_32::getprotobyname(const char* name) {
    if (!name) return set_last_error(WSAEFAULT), nullptr;
    for (const Known& known : kProtocols)
        if (strcasecmp(known.name, name) == 0) return give_protocol(&known);
    return give_protocol(nullptr);
}

protoent_win* ws2_32::getprotobynumber(int number) {
    for (const Known& known : kProtocols)
        if (known.number == number) return give_protocol(&known);
    return give_protocol(nullptr);
}
