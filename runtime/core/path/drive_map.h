// What the drive letters mean. Z: is the Linux root. C: is the environment's drive: a directory that is
// made only by the first write to it, over a built-in layer of directories (C:\Windows, C:\Users\…) that
// exist without being anywhere on disk. A built-in directory cannot be removed; writing below one
// makes it in the environment's directory first ("copy-on-write", materialise()).
//
// The directory is ${XDG_DATA_HOME:-~/.local/share}/lsw/default/drive_c; where that neither exists nor can be
// made (no home, read-only root) it is lsw/default/drive_c below $XDG_RUNTIME_DIR, or below /tmp/lsw-UID.
// The host's temporary directory is Z:\tmp (or what TMPDIR says): TEMP and TMP name it, so that temporary
// files always work, are shared with Linux programs and never make the environment.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lsw::path {

class DriveMap {
public:
    struct Settings {
        std::string c_root;  // absolute, without a slash at its end
        std::string user;    // the name under C:\Users
    };
    explicit DriveMap(Settings settings);
    // With the settings of the environment, which are looked up (by a few system calls) when C: is first spoken of: most
    // programs never do.
    DriveMap() = default;

    // Before C: is first spoken of: a child's environment is its parent's, whatever variables it was given.
    void adopt(Settings settings) { settings_ = std::move(settings); }
    const Settings& settings() const { return ready(); }

    // Bit 0 is A:.
    ULONG mask() const { return (1u << ('C' - 'A')) | (1u << ('Z' - 'A')); }
    // Linux directory of a drive without a slash at its end ("" for Z:), or nullptr.
    const std::string* root(char16_t letter) const;
    const std::string& c_root() const { return ready().c_root; }
    const std::string& user() const { return ready().user; }

    // Z:\a\b or, below the environment's directory, C:\a\b.
    std::u16string windows_from_linux(std::string_view path) const;
    // Where GetTempPath points: with a backslash at its end.
    std::u16string temp_directory() const;

    // Whether `path` (Linux, any case) is a built-in directory; `canonical` receives its spelling.
    bool is_builtin(std::string_view path, std::string* canonical = nullptr) const;
    // Names of the built-in directories directly in `path` (canonical); empty where there are none.
    std::vector<std::string_view> builtin_children(std::string_view path) const;
    // Makes a built-in directory and those above it exist on disk. Errors: of mkdir.
    Status materialise(std::string_view canonical) const;

    bool below_c(std::string_view path) const;

private:
    const Settings& ready() const;

    mutable std::once_flag once_;
    mutable std::atomic<bool> is_ready_{false};
    mutable Settings settings_;
    mutable std::vector<std::string> builtin_;  // relative to C:, '/' between, "" is the root
};

// The name of a drive's volume behind \\?\ , without a backslash: its last digits are the drive letter. And back: the letter
// of a volume that `text` starts with, as a whole component, with its name taken off; 0 for another text.
std::u16string volume_name(char16_t letter);
char16_t take_volume_name(std::u16string_view& text);

// The process's map, set up on first use.
DriveMap& drives();

}  // namespace lsw::path
