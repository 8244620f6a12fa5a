// DirectoryScan: one pass over a directory for FindFirstFile and NtQueryDirectoryFile.
// The listing is read at once, filtered and sorted by upcased name, as NTFS returns it, with "." and "..";
// what each entry is gets asked when it is returned. Built-in directories of C: appear beside what is on disk.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/file/file_stat.h"

namespace lsw::file {

class DirectoryScan {
public:
    // `expression` as core/path/wildcard.h has it; empty means all. `path` is the directory's (Linux).
    // `fd` may be -1 for a built-in directory; `from_start`: it was opened for this.
    static Result<std::unique_ptr<DirectoryScan>> read(int fd, const std::string& path,
                                                       std::u16string_view expression, bool from_start = false);

    struct Entry {
        std::u16string_view name;  // lives as long as the scan
        FileStat stat;
    };
    // The entry at the cursor. Errors: STATUS_NO_MORE_FILES. Entries that vanished meanwhile are passed over. With
    // `names_alone` nothing is asked of the entry: `stat` says nothing, and it may have vanished.
    Result<const Entry*> current(int directory_fd, bool names_alone = false);
    void advance() { ++next_, loaded_ = false; }
    void restart() { next_ = 0, loaded_ = false; }
    bool is_empty() const { return names_.empty(); }
    const std::u16string& expression() const { return expression_; }

private:
    // A name is a piece of each of three texts, so that a directory of thousands costs few allocations.
    struct Name {
        uint64_t start;          // of the key, as far as it orders names
        uint32_t windows;        // offsets
        uint32_t linux_name;     // kNone: a built-in directory
        uint16_t length;         // of the Windows name
        bool is_dots;
    };
    static constexpr uint32_t kNone = ~0u;

    void add(std::string_view linux_name, bool builtin = false);
    void add_builtins();
    void sort();
    bool load(int directory_fd, const Name& name, bool names_alone);
    std::u16string_view windows_name(const Name& name) const { return {windows_.data() + name.windows, name.length}; }

    std::string path_;
    std::u16string expression_;
    bool all_match_ = false;
    std::vector<Name> names_;
    size_t used_ = 0;        // of the two that follow, which are longer
    std::u16string windows_;
    std::u16string keys_;    // the upcased names, at the same offsets
    std::string linux_;      // zero-terminated
    size_t next_ = 0;
    bool loaded_ = false;
    Entry entry_;
};

}  // namespace lsw::file
