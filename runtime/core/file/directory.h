// DirectoryScan: one pass over a directory for FindFirstFile and NtQueryDirectoryFile.
// The listing is read at once, filtered and sorted by upcased name, as NTFS returns it, with "." and "..";
// what each entry is gets asked when it is returned. Built-in directories of C: appear beside what is on disk.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/file/file_stat.h"

namespace lsw::file {

class DirectoryScan {
public:
    // `expression` as core/path/wildcard.h has it; empty means all. `path` is the directory's (Linux).
    // `fd` may be -1 for a built-in directory.
    static Result<std::unique_ptr<DirectoryScan>> read(int fd, const std::string& path,
                                                       std::u16string_view expression);

    struct Entry {
        std::u16string name;
        FileStat stat;
    };
    // The entry at the cursor. Errors: STATUS_NO_MORE_FILES. Entries that vanished meanwhile are passed over.
    Result<const Entry*> current(int directory_fd);
    void advance() { ++next_, loaded_ = false; }
    void restart() { next_ = 0, loaded_ = false; }
    bool is_empty() const { return names_.empty(); }
    const std::u16string& expression() const { return expression_; }

private:
    struct Name {
        std::u16string windows;
        std::string linux_name;  // empty: a built-in directory
    };
    void add(std::string_view linux_name, std::u16string_view expression, bool builtin);
    bool load(int directory_fd, const Name& name);

    std::string path_;
    std::u16string expression_;
    std::vector<Name> names_;
    size_t next_ = 0;
    bool loaded_ = false;
    Entry entry_;
};

}  // namespace lsw::file
