#include "base/own_program.h"

#include <limits.h>
#include <unistd.h>

#include <cstdlib>

namespace lsw {

std::string own_program(const char* name) {
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self);
    if (length <= 0 || length == sizeof self) return {};
    std::string directory(self, static_cast<size_t>(length));
    directory.resize(directory.rfind('/') + 1);
    for (const char* place : {"", "../libexec/lsw/", "../../bin/"}) {
        char path[PATH_MAX];
        if (realpath((directory + place + name).c_str(), path) && access(path, X_OK) == 0) return path;
    }
    return {};
}

}  // namespace lsw
