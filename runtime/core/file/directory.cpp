// See directory.h.
#include "core/file/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

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

// The first eight units of a key, a byte each, the first one highest: most names differ there. From a unit beyond ASCII on,
// which is above all that is ASCII, nothing is told apart.
static uint64_t start_of(size_t length, const char16_t* key) {
    uint64_t start = 0;
    for (size_t i = 0; i < 8; ++i) {
        if (i < length && key[i] >= 0x80) return (start << 8 | 0x80) << 8 * (7 - i);
        start = start << 8 | (i < length ? key[i] : 0);
    }
    return start;
}

void DirectoryScan::add(std::string_view linux_name, bool builtin) {
    constexpr size_t kMostUnits = 3;  // of one byte, in the worst case
    if (used_ + linux_name.size() * kMostUnits > windows_.size()) {
        windows_.resize(std::max<size_t>(windows_.size() * 2, used_ + 1024));
        keys_.resize(windows_.size());
    }
    char16_t* text = windows_.data() + used_;
    size_t length = path::plain_windows_name(linux_name, text);
    const bool plain = length > 0;
    bool dots = !plain && (linux_name == "." || linux_name == "..");
    if (!plain) {
        std::u16string careful = path::windows_name_from_linux(linux_name);
        length = careful.size();
        memcpy(text, careful.data(), length * sizeof(char16_t));
    }
    std::u16string_view name(text, length);
    // "." and ".." have no extension, whatever their dots look like to "*." (DOS_STAR).
    if (!all_match_ && !path::name_matches(expression_, name, true) && !(dots && expression_ == u"<")) return;
    char16_t* key = keys_.data() + used_;
    for (size_t i = 0; i < length; ++i) {
        unsigned unit = text[i];
        key[i] = unit >= 0x80 ? upcase(text[i]) : static_cast<char16_t>(unit - (unit - 'a' < 26 ? 0x20 : 0));
    }
    uint64_t start = 0;
    if (plain && length >= sizeof start) {
        memcpy(&start, linux_name.data(), sizeof start);
        start = __builtin_bswap64(path::upcase_ascii(start));
    } else {
        start = start_of(length, key);
    }
    Name made{start, static_cast<uint32_t>(used_), kNone, static_cast<uint16_t>(length), dots};
    if (!builtin) {
        made.linux_name = static_cast<uint32_t>(linux_.size());
        linux_.append(linux_name).push_back('\0');
    }
    used_ += length;
    names_.push_back(made);
}

// By upcased name, as NTFS returns entries; "." and ".." come first whatever sorts before a dot.
void DirectoryScan::sort() {
    std::sort(names_.begin(), names_.end(), [this](const Name& a, const Name& b) {
        if (a.is_dots != b.is_dots) return a.is_dots;
        if (a.start != b.start) return a.start < b.start;
        size_t shared = std::min(a.length, b.length);
        const char16_t *left = keys_.data() + a.windows, *right = keys_.data() + b.windows;
        for (size_t i = 0; i < shared; ++i)
            if (left[i] != right[i]) return left[i] < right[i];
        if (a.length != b.length) return a.length < b.length;
        return windows_name(a) < windows_name(b);
    });
}

Result<std::unique_ptr<DirectoryScan>> DirectoryScan::read(int fd, const std::string& path,
                                                           std::u16string_view expression, bool from_start) {
    auto scan = std::make_unique<DirectoryScan>();
    scan->path_ = path;
    scan->expression_ = expression;
    scan->all_match_ = expression.empty() || expression == u"*";
    if (fd >= 0) {
        constexpr size_t kBufferBytes = 32 * 1024;
        auto buffer = std::make_unique_for_overwrite<char[]>(kBufferBytes);
        if (!from_start) lseek(fd, 0, SEEK_SET);
        for (;;) {
            long got = syscall(SYS_getdents64, fd, buffer.get(), kBufferBytes);
            if (got < 0) return Status(status_from_errno(errno));
            if (got == 0) break;
            for (long at = 0; at < got;) {
                auto* entry = reinterpret_cast<const RawEntry*>(buffer.get() + at);
                at += entry->length;
                scan->add(entry->name);
            }
        }
    } else {
        scan->add(".");
        scan->add("..");
    }
    scan->add_builtins();
    scan->sort();
    return scan;
}

void DirectoryScan::add_builtins() {
    if (!path::drives().below_c(path_)) return;
    size_t on_disk = names_.size();
    std::vector<std::string_view> builtin = path::drives().builtin_children(path_);
    for (std::string_view file : path::builtin_files_in(path_)) builtin.push_back(file);
    for (std::string_view child : builtin) {
        std::u16string wide(child.begin(), child.end());
        bool known = std::any_of(names_.begin(), names_.begin() + static_cast<ptrdiff_t>(on_disk),
                                 [&](const Name& name) { return equal_ignore_case(windows_name(name), wide); });
        if (!known) add(child, true);
    }
}

bool DirectoryScan::load(int directory_fd, const Name& name, bool names_alone) {
    entry_.name = windows_name(name);
    if (names_alone) return true;
    if (name.linux_name == kNone || directory_fd < 0) {
        entry_.stat = builtin_stat(path_ + "/" + linux_from_utf16(entry_.name));
        return true;
    }
    return stat_entry(directory_fd, linux_.c_str() + name.linux_name, entry_.stat) == 0;
}

Result<const DirectoryScan::Entry*> DirectoryScan::current(int directory_fd, bool names_alone) {
    while (!loaded_) {
        if (next_ >= names_.size()) return Status(STATUS_NO_MORE_FILES);
        loaded_ = load(directory_fd, names_[next_], names_alone);
        if (!loaded_) ++next_;
    }
    return &entry_;
}

}  // namespace lsw::file
