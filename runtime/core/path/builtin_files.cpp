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

constexpr std::string_view kDirectory = "/Windows/System32", kNetworkDirectory = "/Windows/System32/drivers/etc";

// What Windows keeps in drivers\etc is what Linux keeps in /etc, line for line.
struct NetworkFile {
    std::string_view name;
    const char* linux_path;
    std::string_view otherwise;  // where Linux has none
};
constexpr NetworkFile kNetworkFiles[] = {
    {"hosts", "/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n"},
    {"networks", "/etc/networks", "loopback 127.0.0.0\n"},
    {"protocol", "/etc/protocols", "ip 0 IP\nicmp 1 ICMP\ntcp 6 TCP\nudp 17 UDP\nipv6 41 IPv6\nipv6-icmp 58 IPv6-ICMP\n"},
    {"services", "/etc/services",
     "echo 7/tcp\necho 7/udp\nftp 21/tcp\nssh 22/tcp\nsmtp 25/tcp mail\ndomain 53/tcp\ndomain 53/udp\n"
     "http 80/tcp www\nntp 123/udp\nimap 143/tcp imap4\nhttps 443/tcp\n"},
};

BuiltinFileNames& names() {
    static BuiltinFileNames instance;
    return instance;
}

bool is_directory(std::string_view path, std::string_view below_c) {
    if (!drives().below_c(path)) return false;
    return equal_ignore_case(path.substr(drives().c_root().size()), below_c);
}

const NetworkFile* network_file(std::string_view path) {
    size_t slash = path.rfind('/');
    if (slash == std::string_view::npos || !is_directory(path.substr(0, slash), kNetworkDirectory)) return nullptr;
    for (const NetworkFile& file : kNetworkFiles)
        if (equal_ignore_case(file.name, path.substr(slash + 1))) return &file;
    return nullptr;
}

Result<UniqueFd> memory_file(std::string_view bytes) {
    UniqueFd fd(memfd_create("lsw-builtin", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!fd.valid() || write(fd.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
        return Status(STATUS_NO_MEMORY);
    lseek(fd.get(), 0, SEEK_SET);
    fchmod(fd.get(), 0755);
    fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    return fd;
}

}  // namespace

void set_builtin_files(BuiltinFileNames all) { names() = all; }

std::string_view builtin_file_name(std::string_view path) {
    size_t slash = path.rfind('/');
    if (!names().count || slash == std::string_view::npos || !is_directory(path.substr(0, slash), kDirectory))
        return {};
    std::string_view name = path.substr(slash + 1);
    for (size_t i = 0, count = names().count(); i < count; ++i)
        if (equal_ignore_case(names().at(i), name)) return names().at(i);
    return {};
}

bool is_builtin_file(std::string_view path, std::string* canonical) {
    std::string_view directory = kDirectory, name = builtin_file_name(path);
    if (name.empty()) {
        const NetworkFile* file = network_file(path);
        if (!file) return false;
        directory = kNetworkDirectory, name = file->name;
    }
    if (canonical) (*canonical = drives().c_root()).append(directory).append("/").append(name);
    return true;
}

std::vector<std::string_view> builtin_files_in(std::string_view path) {
    std::vector<std::string_view> out;
    if (is_directory(path, kNetworkDirectory))
        for (const NetworkFile& file : kNetworkFiles) out.push_back(file.name);
    if (!names().count || !is_directory(path, kDirectory)) return out;
    for (size_t i = 0, count = names().count(); i < count; ++i) out.push_back(names().at(i));
    return out;
}

Result<UniqueFd> open_builtin_file(std::string_view path) {
    if (const NetworkFile* file = network_file(path)) {
        UniqueFd fd(open(file->linux_path, O_RDONLY | O_CLOEXEC));
        return fd.valid() ? Result<UniqueFd>(std::move(fd)) : memory_file(file->otherwise);
    }
    std::string_view name = builtin_file_name(path);
    if (name.empty()) return Status(STATUS_OBJECT_NAME_NOT_FOUND);
    return memory_file(builtin_image(name));
}

}  // namespace lsw::path
