#include "core/path/environment_directory.h"

#include <sys/stat.h>

#include "core/path/drive_map.h"

namespace lsw::path {

std::string environment_directory() {
    const std::string& drive = drives().c_root();
    return drive.substr(0, drive.rfind('/'));
}

void make_directories(const std::string& path) {
    for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1))
        mkdir(path.substr(0, at).c_str(), 0700);
    mkdir(path.c_str(), 0700);
}

}  // namespace lsw::path
