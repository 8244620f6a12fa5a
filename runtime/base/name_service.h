// The machine's users and the way its names are looked up, without the C library's plug-ins: a static lsw must not load them
// (they would bring a second C library in, see host_library.h). What the files do not know is asked of getent(1).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace lsw {

struct HostAccount {
    std::string name;
    unsigned id = 0;
};

std::optional<HostAccount> host_user(uid_t id);
std::optional<HostAccount> host_user(const std::string& name);
std::optional<HostAccount> host_group(gid_t id);
std::optional<HostAccount> host_group(const std::string& name);

// To be called before getaddrinfo and its like: has them use files and DNS alone.
void use_plain_name_service();

// What getent(1) prints for `database` and `key`; empty when it knows nothing either. For names that files and DNS do not know.
std::string ask_getent(const char* database, const std::string& key);

// True when /etc/nsswitch.conf names more sources for `database` than files and DNS.
bool has_more_sources(const char* database);

}  // namespace lsw
