// See directory.h.
#include "core/file/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "abi/file.h"
#include "base/status.h"
#include "base/text.h"
#include "core/file/open.h"
#include "core/path/builtin_files.h"
#include "core/path/drive_map.h"
#include "core/path/name_map.h"
#include "core/path/wildcard.h"

namespace lsw::file {
namespace {

struct RawEntry {  // struct linux_dirent64
    uint64_t inode;
    int64_t next;
    uint16_t length;
    uint8_t type;
    char name[];
};

FileStat builtin_stat(const std::string& path) {
    path::Target file;
    file.linux_path = path;
    if (path::is_builtin_file(path))
        if (auto info = query_path(file); info.ok()) return *info;
    FileStat out;
    out.mode = S_IFDIR | 0755;
    out.attributes = FILE_ATTRIBUTE_DIRECTORY;
    out.creation_time = out.access_time = out.write_time = out.change_time = 132514272000000000;
    out.links = 1;
    out.file_id = std::hash<std::string>()(path) | 1ull << 63;
    return out;
}

}  // namespace

void DirectoryScan::add(std::string_view linux_name, std::u16string_view expression, bool builtin) {
    size_t at = windows_.size();
    path::append_windows_name(windows_, linux_name);
    std::u16string_view name = std::u16string_view(windows_).substr(at);
    // "." and ".." have no extension, whatever their dots look like to "*." (DOS_STAR).
    bool dots = linux_name == "." || linux_name == "..";
    bool matches = expression.empty() || path::name_matches(expression, name, true) || (dots && expression == u"<");
    if (!matches) {
        windows_.resize(at);
        return;
    }
    Name made{0, static_cast<uint32_t>(at), kNone, static_cast<uint16_t>(name.size()), dots};
    keys_.resize(windows_.size());
    for (size_t i = 0; i < name.size(); ++i) keys_[at + i] = upcase(name[i]);
    for (size_t i = 0; i < 4; ++i) made.first_units = made.first_units << 16 | (i < name.size() ? keys_[at + i] : 0);
    if (!builtin) {
        made.linux_name = static_cast<uint32_t>(linux_.size());
        linux_.append(linux_name).push_back('\0');
    }
    names_.push_back(made);
}

// By upcased name, as NTFS returns entries; "." and ".." come first whatever sorts before a dot.
void DirectoryScan::sort() {
    std::sort(names_.begin(), names_.end(), [this](const Name& a, const Name& b) {
        if (a.is_dots != b.is_dots) return a.is_dots;
        if (a.first_units != b.first_units) return a.first_units < b.first_units;
        size_t shared = std::min(a.length, b.length);
        const char16_t *left = keys_.data() + a.windows, *right = keys_.data() + b.windows;
        for (size_t i = 4; i < shared; ++i)
            if (left[i] != right[i]) return left[i] < right[i];
        if (a.length != b.length) return a.length < b.length;
        return windows_name(a) < windows_name(b);
    });
}

Result<std::unique_ptr<DirectoryScan>> DirectoryScan::read(int fd, const std::string& path,
                                                           std::u16string_view expression) {
    auto scan = std::make_unique<DirectoryScan>();
    scan->path_ = path;
    scan->expression_ = expression;
    if (fd >= 0) {
        constexpr size_t kBufferBytes = 32 * 1024;
        auto buffer = std::make_unique_for_overwrite<char[]>(kBufferBytes);
        lseek(fd, 0, SEEK_SET);
        for (;;) {
            long got = syscall(SYS_getdents64, fd, buffer.get(), kBufferBytes);
            if (got < 0) return Status(status_from_errno(errno));
            if (got == 0) break;
            for (long at = 0; at < got;) {
                auto* entry = reinterpret_cast<const RawEntry*>(buffer.get() + at);
                at += entry->length;
                scan->add(entry->name, expression, false);
            }
        }
    } else {
        scan->add(".", expression, false);
        scan->add("..", expression, false);
    }
    size_t on_disk = scan->names_.size();
    std::vector<std::string_view> builtin = path::drives().builtin_children(path);
    for (std::string_view file : path::builtin_files_in(path)) builtin.push_back(file);
    for (std::string_view child : builtin) {
        std::u16string wide(child.begin(), child.end());
        bool known = std::any_of(scan->names_.begin(), scan->names_.begin() + static_cast<ptrdiff_t>(on_disk),
                                 [&](const Name& name) { return equal_ignore_case(scan->windows_name(name), wide); });
        if (!known) scan->add(child, expression, true);
    }
    scan->sort();
    return scan;
}

bool DirectoryScan::load(int directory_fd, const Name& name) {
    entry_.name = windows_name(name);
    if (name.linux_name == kNone || directory_fd < 0) {
        entry_.stat = builtin_stat(path_ + "/" + linux_from_utf16(entry_.name));
        return true;
    }
    return stat_entry(directory_fd, linux_.c_str() + name.linux_name, entry_.stat) == 0;
}

Result<const DirectoryScan::Entry*> DirectoryScan::current(int directory_fd) {
    while (!loaded_) {
        if (next_ >= names_.size()) return Status(STATUS_NO_MORE_FILES);
        loaded_ = load(directory_fd, names_[next_]);
        if (!loaded_) ++next_;
    }
    return &entry_;
}

}  // namespace lsw::file
