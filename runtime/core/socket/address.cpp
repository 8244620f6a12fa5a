#include "core/socket/address.h"

#include <netinet/in.h>
#include <sys/un.h>

#include <cstring>

#include "base/text.h"
#include "core/file/current_directory.h"
#include "core/path/dos_path.h"
#include "core/path/lookup.h"

namespace lsw {
namespace {

// "AF_UNIX comes to Windows": sun_path is a UTF-8 path of this system, relative ones included.
socklen_t unix_address(const char* path, size_t room, sockaddr_un& to, std::string* unix_name) {
    to.sun_family = AF_UNIX;
    size_t length = strnlen(path, room);
    if (length == 0) return offsetof(sockaddr_un, sun_path);
    std::string name(path, length);
    auto full = path::full_path(utf16_from_utf8(name).c_str(), file::path_context());
    if (!full.ok()) return 0;
    auto target = path::target_of(*full);
    if (!target.ok() || target->kind != path::Target::kFile) return 0;
    path::Lookup found = path::search(target->linux_path);
    std::string linux_path = found.kind == path::Lookup::kFound || found.kind == path::Lookup::kNameMissing
                                 ? found.path
                                 : target->linux_path;
    if (linux_path.size() >= sizeof to.sun_path) return 0;
    memcpy(to.sun_path, linux_path.c_str(), linux_path.size() + 1);
    if (unix_name) *unix_name = std::move(name);
    return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + linux_path.size() + 1);
}

}  // namespace

int linux_family(int family) {
    switch (family) {
        case WIN_AF_UNSPEC: return AF_UNSPEC;
        case WIN_AF_UNIX: return AF_UNIX;
        case WIN_AF_INET: return AF_INET;
        case WIN_AF_INET6: return AF_INET6;
    }
    return -1;
}

int windows_family(int family) { return family == AF_INET6 ? WIN_AF_INET6 : family; }

socklen_t linux_address(const WinSockAddr* from, int length, sockaddr_storage& to, std::string* unix_name) {
    if (!from || length < 2) return 0;
    memset(&to, 0, sizeof to);
    int family = linux_family(from->family);
    if (family < 0) return 0;
    if (family == AF_UNIX)
        return unix_address(from->data, static_cast<size_t>(length) - 2, reinterpret_cast<sockaddr_un&>(to), unix_name);
    size_t needed = family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    if (static_cast<size_t>(length) < needed) return 0;
    memcpy(&to, from, needed);
    to.ss_family = static_cast<sa_family_t>(family);
    return static_cast<socklen_t>(needed);
}

int windows_address(const sockaddr_storage& from, socklen_t length, WinSockAddr* to, int room) {
    if (from.ss_family == AF_UNIX) return windows_unix_address({}, to, room);
    if (static_cast<int>(length) > room || !to) return 0;
    sockaddr_storage copy = from;
    copy.ss_family = static_cast<sa_family_t>(windows_family(from.ss_family));
    memcpy(to, &copy, length);
    return static_cast<int>(length);
}

int windows_unix_address(const std::string& name, WinSockAddr* to, int room) {
    constexpr int kSize = sizeof(sockaddr_un);
    if (!to || room < 2) return 0;
    sockaddr_un address{};
    address.sun_family = WIN_AF_UNIX;
    memcpy(address.sun_path, name.data(), name.size() < sizeof address.sun_path ? name.size() : sizeof address.sun_path);
    memcpy(to, &address, static_cast<size_t>(room < kSize ? room : kSize));
    // An unnamed address is the family alone.
    return name.empty() ? 2 : (room < kSize ? room : kSize);
}

}  // namespace lsw
