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
    std::u16string name = path::windows_name_from_linux(linux_name);
    // "." and ".." have no extension, whatever their dots look like to "*." (DOS_STAR).
    bool dots = linux_name == "." || linux_name == "..";
    bool matches = expression.empty() || path::name_matches(expression, name, true) || (dots && expression == u"<");
    if (!matches) return;
    names_.push_back({std::move(name), builtin ? std::string() : std::string(linux_name)});
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
    auto& names = scan->names_;
    size_t on_disk = names.size();
    for (std::string_view child : path::drives().builtin_children(path)) {
        std::u16string wide(child.begin(), child.end());
        bool known = std::any_of(names.begin(), names.begin() + static_cast<ptrdiff_t>(on_disk),
                                 [&](const Name& name) { return equal_ignore_case(name.windows, wide); });
        if (!known) scan->add(child, expression, true);
    }
    std::sort(names.begin(), names.end(), [](const Name& a, const Name& b) {
        int order = compare_ignore_case(a.windows, b.windows);
        return order != 0 ? order < 0 : a.windows < b.windows;
    });
    // "." and ".." come first whatever sorts before a dot.
    std::stable_partition(names.begin(), names.end(), [](const Name& name) {
        return name.windows == u"." || name.windows == u"..";
    });
    return scan;
}

bool DirectoryScan::load(int directory_fd, const Name& name) {
    entry_.name = name.windows;
    if (name.linux_name.empty() || directory_fd < 0) {
        entry_.stat = builtin_stat(path_ + "/" + linux_from_utf16(name.windows));
        return true;
    }
    return stat_path(name.linux_name, /*follow=*/false, entry_.stat, directory_fd) == 0;
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
