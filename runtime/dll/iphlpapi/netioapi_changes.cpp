// netioapi.h: notifications of changes to interfaces, addresses and routes. One netlink socket per process, which the I/O engine
// watches, tells of them; the program's functions run on a worker of its thread pool, one change at a time per registration.
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "abi/winerror.h"
#include "base/touch.h"
#include "base/unique_fd.h"
#include "core/threadpool/items.h"
#include "dll/iphlpapi/interfaces.h"
#include "dll/iphlpapi/iphlpapi.h"
#include "iouring-io/engine.h"

using namespace lsw;
using namespace lsw::net;

namespace {

constexpr USHORT kUnspecified = 0, kInet = 2, kInet6 = 23;  // Windows' numbers

enum class What { Interfaces, Addresses, Routes };
enum Type : INT { kParameter = 0, kAdded = 1, kDeleted = 2, kInitial = 3 };

struct Change {
    What what;
    Type type;
    USHORT family;
    uint32_t index;
    SOCKADDR_INET address{}, next_hop{};
    uint8_t prefix_length = 0;
};

using Routine = void(WINAPI*)(PVOID context, PVOID row, INT type);

class Registration {
public:
    Registration(What what, USHORT family, Routine routine, PVOID context)
        : what_(what), family_(family), routine_(routine), context_(context) {
        item_ = make_object<WorkItem>(Ref<Pool>::share(&Pool::standard()), [this](const Fired&) { run(); });
    }

    void offer(const Change& change) {
        bool wanted = change.type == kInitial || (change.what == what_ && (family_ == kUnspecified || family_ == change.family));
        if (!wanted) return;
        {
            std::lock_guard guard(lock_);
            changes_.push_back(change);
        }
        item_->submit();
    }

    // No callback runs from here on.
    void stop() {
        item_->cancel_all();
        item_->wait_for_callbacks(true);
    }

private:
    // Of a row, only what says which one is filled in, as documented.
    void run() {
        Change change;
        {
            std::lock_guard guard(lock_);
            if (changes_.empty()) return;
            change = changes_.front();
            changes_.pop_front();
        }
        NET_LUID luid = luid_of(change.index);
        if (change.type == kInitial) return routine_(context_, nullptr, kInitial);
        if (what_ == What::Interfaces) {
            MIB_IPINTERFACE_ROW row{};
            row.Family = change.family, row.InterfaceLuid = luid, row.InterfaceIndex = change.index;
            routine_(context_, &row, change.type);
        } else if (what_ == What::Addresses) {
            MIB_UNICASTIPADDRESS_ROW row{};
            row.Address = change.address, row.InterfaceLuid = luid, row.InterfaceIndex = change.index;
            routine_(context_, &row, change.type);
        } else {
            MIB_IPFORWARD_ROW2 row{};
            row.InterfaceLuid = luid, row.InterfaceIndex = change.index, row.NextHop = change.next_hop;
            row.DestinationPrefix = change.address, row.DestinationPrefixLength = change.prefix_length;
            routine_(context_, &row, change.type);
        }
    }

    // One that is gone already is known by its index alone.
    static NET_LUID luid_of(uint32_t index) {
        for (const Interface& interface : interfaces())
            if (interface.index == index) return interface.luid();
        return uint64_t{index} << 24;
    }

    const What what_;
    const USHORT family_;
    const Routine routine_;
    const PVOID context_;
    Ref<WorkItem> item_;
    std::mutex lock_;
    std::deque<Change> changes_;
};

struct Watcher {
    std::mutex lock;
    std::map<uintptr_t, std::unique_ptr<Registration>> registrations;
    uintptr_t last_handle = 0;
    UniqueFd netlink;
    io::Operation poll;
};

Watcher& watcher() {
    static Watcher& instance = *new Watcher;
    return instance;
}

SOCKADDR_INET address_of(int family, const void* bytes) {
    SOCKADDR_INET out{};
    auto* raw = reinterpret_cast<unsigned char*>(&out);
    USHORT windows = family == AF_INET ? kInet : kInet6;
    memcpy(raw, &windows, sizeof windows);
    if (bytes) memcpy(raw + (family == AF_INET ? 4 : 8), bytes, family == AF_INET ? 4 : 16);
    return out;
}

const void* attribute(rtattr* first, int size_bytes, unsigned short type) {
    for (rtattr* at = first; RTA_OK(at, size_bytes); at = RTA_NEXT(at, size_bytes))
        if (at->rta_type == type) return RTA_DATA(at);
    return nullptr;
}

std::optional<Change> link_change(nlmsghdr* header) {
    auto* link = static_cast<ifinfomsg*>(NLMSG_DATA(header));
    Type type = header->nlmsg_type == RTM_DELLINK ? kDeleted : link->ifi_change == ~0u ? kAdded : kParameter;
    return Change{What::Interfaces, type, kInet, static_cast<uint32_t>(link->ifi_index)};
}

std::optional<Change> address_change(nlmsghdr* header) {
    auto* message = static_cast<ifaddrmsg*>(NLMSG_DATA(header));
    if (message->ifa_family != AF_INET && message->ifa_family != AF_INET6) return {};
    int size = static_cast<int>(IFA_PAYLOAD(header));
    const void* bytes = attribute(IFA_RTA(message), size, IFA_LOCAL);
    if (!bytes) bytes = attribute(IFA_RTA(message), size, IFA_ADDRESS);
    Change change{What::Addresses, header->nlmsg_type == RTM_DELADDR ? kDeleted : kAdded,
                  message->ifa_family == AF_INET ? kInet : kInet6, message->ifa_index};
    change.address = address_of(message->ifa_family, bytes);
    return change;
}

std::optional<Change> route_change(nlmsghdr* header) {
    auto* message = static_cast<rtmsg*>(NLMSG_DATA(header));
    if ((message->rtm_family != AF_INET && message->rtm_family != AF_INET6) || message->rtm_flags & RTM_F_CLONED) return {};
    int size = static_cast<int>(RTM_PAYLOAD(header));
    Change change{What::Routes, header->nlmsg_type == RTM_DELROUTE ? kDeleted : kAdded,
                  message->rtm_family == AF_INET ? kInet : kInet6, 0};
    if (const void* index = attribute(RTM_RTA(message), size, RTA_OIF)) memcpy(&change.index, index, sizeof change.index);
    change.address = address_of(message->rtm_family, attribute(RTM_RTA(message), size, RTA_DST));
    change.next_hop = address_of(message->rtm_family, attribute(RTM_RTA(message), size, RTA_GATEWAY));
    change.prefix_length = message->rtm_dst_len;
    return change;
}

void tell(const Change& change) {
    std::lock_guard guard(watcher().lock);
    for (auto& [handle, registration] : watcher().registrations) registration->offer(change);
}

void tell(nlmsghdr* header) {
    std::optional<Change> change;
    switch (header->nlmsg_type) {
        case RTM_NEWLINK:
        case RTM_DELLINK: change = link_change(header); break;
        case RTM_NEWADDR:
        case RTM_DELADDR: change = address_change(header); break;
        case RTM_NEWROUTE:
        case RTM_DELROUTE: change = route_change(header); break;
    }
    if (!change) return;
    tell(*change);
    if (change->what != What::Interfaces) return;
    change->family = kInet6;  // Windows has an interface for each family
    tell(*change);
}

void watch() {
    Watcher& all = watcher();
    io::prepare_poll(all.poll, all.netlink.get(), POLLIN);
    all.poll.done = [](io::Operation&, int32_t) {
        alignas(nlmsghdr) char bytes[8192];
        ssize_t got;
        while ((got = recv(watcher().netlink.get(), bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
            auto left = static_cast<unsigned>(got);
            for (auto* at = reinterpret_cast<nlmsghdr*>(bytes); NLMSG_OK(at, left); at = NLMSG_NEXT(at, left)) tell(at);
        }
        watch();
    };
    io::engine().start(all.poll);
}

// Under the lock.
bool start_watching(Watcher& all) {
    if (all.netlink.valid()) return true;
    all.netlink.reset(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
    if (!all.netlink.valid() || bind(all.netlink.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        all.netlink.reset();
        return false;
    }
    watch();
    return true;
}

DWORD register_for(What what, USHORT family, void* routine, PVOID context, BOOLEAN initial, HANDLE* handle) {
    if (!routine || !handle || (family != kUnspecified && family != kInet && family != kInet6)) return ERROR_INVALID_PARAMETER;
    touch_writable(handle, sizeof *handle);
    Watcher& all = watcher();
    std::lock_guard guard(all.lock);
    if (!start_watching(all)) return ERROR_NOT_SUPPORTED;
    auto made = std::make_unique<Registration>(what, family, reinterpret_cast<Routine>(routine), context);
    uintptr_t value = ++all.last_handle;
    *handle = reinterpret_cast<HANDLE>(value);
    if (initial) made->offer({what, kInitial, family, 0});
    all.registrations.emplace(value, std::move(made));
    return ERROR_SUCCESS;
}

}  // namespace

DWORD iphlpapi::NotifyIpInterfaceChange(USHORT Family, void* Callback, PVOID CallerContext, BOOLEAN InitialNotification,
                                        HANDLE* NotificationHandle) {
    return register_for(What::Interfaces, Family, Callback, CallerContext, InitialNotification, NotificationHandle);
}

DWORD iphlpapi::NotifyUnicastIpAddressChange(USHORT Family, void* Callback, PVOID CallerContext, BOOLEAN InitialNotification,
                                             HANDLE* NotificationHandle) {
    return register_for(What::Addresses, Family, Callback, CallerContext, InitialNotification, NotificationHandle);
}

DWORD iphlpapi::NotifyRouteChange2(USHORT AddressFamily, void* Callback, PVOID CallerContext, BOOLEAN InitialNotification,
                                   HANDLE* NotificationHandle) {
    return register_for(What::Routes, AddressFamily, Callback, CallerContext, InitialNotification, NotificationHandle);
}

DWORD iphlpapi::CancelMibChangeNotify2(HANDLE NotificationHandle) {
    std::unique_ptr<Registration> gone;
    {
        std::lock_guard guard(watcher().lock);
        auto found = watcher().registrations.find(reinterpret_cast<uintptr_t>(NotificationHandle));
        if (found == watcher().registrations.end()) return ERROR_INVALID_PARAMETER;
        gone = std::move(found->second);
        watcher().registrations.erase(found);
    }
    gone->stop();
    return ERROR_SUCCESS;
}
