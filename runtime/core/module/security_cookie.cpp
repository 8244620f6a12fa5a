#include "core/module/security_cookie.h"

#include <sys/auxv.h>
#include <x86intrin.h>

#include <cstring>

#include "loader/pe/load_config.h"

namespace lsw {
namespace {

constexpr uint64_t kDefaultCookie = 0x00002B992DDFA232;

// The kernel gives every process 16 random bytes: no system call is spent on a cookie.
uint64_t new_cookie(const void* address) {
    uint64_t random[2] = {};
    if (auto* bytes = reinterpret_cast<const void*>(getauxval(AT_RANDOM))) memcpy(random, bytes, sizeof random);
    uint64_t mixed = random[0] ^ random[1] * 0x9E3779B97F4A7C15 ^ __rdtsc() ^ reinterpret_cast<uint64_t>(address);
    uint64_t cookie = mixed & 0x0000FFFFFFFFFFFF;  // the top bytes are zero: a string copy cannot write it
    return cookie == kDefaultCookie || cookie == 0 ? kDefaultCookie + 1 : cookie;
}

}  // namespace

void initialise_security_cookie(const Module& module) {
    auto config = pe::read_load_config(module.image.view);
    if (!config.ok() || !*config || (*config)->security_cookie_rva == 0) return;
    std::byte* at = module.base() + (*config)->security_cookie_rva;
    uint64_t cookie = 0;
    memcpy(&cookie, at, sizeof cookie);
    if (cookie != kDefaultCookie) return;
    cookie = new_cookie(at);
    memcpy(at, &cookie, sizeof cookie);
}

}  // namespace lsw
