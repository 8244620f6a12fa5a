#include "base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/log.h"

namespace lsw {

void fill_random(void* buffer, size_t size_bytes) {
    auto* at = static_cast<unsigned char*>(buffer);
    while (size_bytes > 0) {
        ssize_t got = getrandom(at, std::min<size_t>(size_bytes, 1 << 20), 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            if (errno == EFAULT) memset(at, 0, size_bytes);  // faults where the program's own access would
            fatal(kExitInternal, "no random numbers from the kernel (getrandom)");
        }
        at += got;
        size_bytes -= static_cast<size_t>(got);
    }
}

}  // namespace lsw
