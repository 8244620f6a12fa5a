// See builtin_files.h.
#include "core/path/builtin_files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "core/path/builtin_image.h"
#include "core/path/drive_map.h"

namespace lsw::path {
namespace {

constexpr std::string_view kDirectory = "/Windows/System32";

BuiltinFileNames& names() {
    static BuiltinFileNames instance;
    return instance;
}

bool is_system_directory(std::string_view path) {
    if (!drives().below_c(path)) return false;
    return equal_ignore_case(path.substr(drives().c_root().size()), kDirectory);
}

}  // namespace

void set_builtin_files(BuiltinFileNames all) { names() = all; }

std::string_view builtin_file_name(std::string_view path) {
    size_t slash = path.rfind('/');
    if (!names().count || slash == std::string_view::npos ||
        !is_system_directory(path.substr(0, slash)))
        return {};
    std::string_view name = path.substr(slash + 1);
    for (size_t i = 0, count = names().count(); i < count; ++i)
        if (equal_ignore_case(names().at(i), name)) return names().at(i);
    return {};
}

bool is_builtin_file(std::string_view path, std::string* canonical) {
    std::string_view name = builtin_file_name(path);
    if (name.empty()) return false;
    if (canonical) (*canonical = drives().c_root()).append(kDirectory).append("/").append(name);
    return true;
}

std::vector<std::string_view> builtin_files_in(std::string_view path) {
    std::vector<std::string_view> out;
    if (!names().count || !is_system_directory(path)) return out;
    for (size_t i = 0, count = names().count(); i < count; ++i) out.push_back(names().at(i));
    return out;
}

Result<UniqueFd> open_builtin_file(std::string_view path) {
    std::string_view name = builtin_file_name(path);
    if (name.empty()) return Status(STATUS_OBJECT_NAME_NOT_FOUND);
    UniqueFd fd(memfd_create("lsw-builtin", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    std::string bytes = builtin_image(name);
    if (!fd.valid() ||
        write(fd.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
        return Status(STATUS_NO_MEMORY);
    lseek(fd.get(), 0, SEEK_SET);
    fchmod(fd.get(), 0755);
    fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    return fd;
}

}  // namespace lsw::path
