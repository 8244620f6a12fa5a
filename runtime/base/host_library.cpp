// See host_library.h.
#include "base/host_library.h"

#include <dlfcn.h>

#ifdef LSW_STATIC
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "base/log.h"
#include "base/unique_fd.h"
#endif

namespace lsw {
namespace {

#ifdef LSW_STATIC

// "GNU C Library … release version 2.36." stands in every C library for those who run it as a program.
bool names_our_release(const char* path) {
    UniqueFd fd(open(path, O_RDONLY | O_CLOEXEC));
    struct stat info;
    if (fd.get() < 0 || fstat(fd.get(), &info) < 0 || info.st_size <= 0) return false;
    auto size = static_cast<size_t>(info.st_size);
    void* bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
    if (bytes == MAP_FAILED) return false;
    std::string wanted = std::string("release version ") + gnu_get_libc_version() + ".";
    bool found = memmem(bytes, size, wanted.data(), wanted.size()) != nullptr;
    munmap(bytes, size);
    return found;
}

bool same_c_library() {
    static const bool same = [] {
        for (const char* path : {"/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/x86_64-linux-gnu/libc.so.6",
                                 "/lib64/libc.so.6", "/usr/lib64/libc.so.6", "/usr/lib/libc.so.6"})
            if (access(path, R_OK) == 0) return names_our_release(path);
        return false;
    }();
    if (!same) log_debug("no libraries are loaded: lsw was linked with the C library's release %s", gnu_get_libc_version());
    return same;
}

#else

bool same_c_library() { return true; }

#endif

}  // namespace

void* open_host_library(std::initializer_list<const char*> names) {
    if (!same_c_library()) return nullptr;
    for (const char* name : names)
        if (void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL)) return library;
    return nullptr;
}

}  // namespace lsw
