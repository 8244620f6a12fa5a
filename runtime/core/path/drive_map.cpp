// See drive_map.h.
#include "core/path/drive_map.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/status.h"
#include "base/text.h"
#include "core/path/at.h"
#include "core/path/name_map.h"

namespace lsw::path {
namespace {

constexpr std::string_view kBuiltin[] = {
    "Program Files",
    "Program Files/Common Files",
    "Program Files (x86)",
    "Program Files (x86)/Common Files",
    "ProgramData",
    "Users",
    "Users/Public",
    "Windows",
    "Windows/Fonts",
    "Windows/System",
    "Windows/System32",
    "Windows/System32/drivers",
    "Windows/System32/drivers/etc",
    "Windows/SysWOW64",
    "Windows/Temp",
};

constexpr std::string_view kBuiltinOfUser[] = {
    "",
    "/AppData",
    "/AppData/Local",
    "/AppData/Local/Programs",
    "/AppData/Local/Temp",
    "/AppData/LocalLow",
    "/AppData/Roaming",
    "/Desktop",
    "/Documents",
    "/Downloads",
};

constexpr std::string_view kDirectoryName = "/drive_c";

std::string variable(const char* name) {
    const char* value = getenv(name);
    return value ? value : "";
}

// Whether `path` is there, or what is there of it lets us make the rest.
bool can_exist(std::string path) {
    struct stat info;
    if (stat(path.c_str(), &info) == 0) return S_ISDIR(info.st_mode);
    while (path.size() > 1) {
        path = parent_of(path);
        if (stat(path.c_str(), &info) == 0)
            return S_ISDIR(info.st_mode) && access(path.c_str(), W_OK | X_OK) == 0;
        if (errno != ENOENT) return false;
    }
    return false;
}

// A directory in /tmp that another user made is not ours to use.
bool is_foreign(const std::string& path) {
    struct stat info;
    return lstat(path.c_str(), &info) == 0 && info.st_uid != getuid();
}

std::string choose_c_root() {
    constexpr const char* kTail = "/lsw/default/drive_c";
    std::string data = variable("XDG_DATA_HOME");
    std::string home = variable("HOME");
    if (data.empty() && !home.empty()) data = home + "/.local/share";
    if (data.starts_with('/') && can_exist(data + kTail)) return data + kTail;
    std::string runtime = variable("XDG_RUNTIME_DIR");
    if (runtime.starts_with('/') && can_exist(runtime + kTail)) return runtime + kTail;
    std::string shared("/tmp/lsw-");
    shared.append(std::to_string(getuid()));
    if (is_foreign(shared)) shared.append("-").append(std::to_string(getpid()));
    return shared + "/default/drive_c";
}

std::string choose_user() {
    for (const char* name : {"USER", "LOGNAME"}) {
        std::string value = variable(name);
        if (!value.empty() && value.find_first_of("/\\:*?\"<>|.") == std::string::npos) return value;
    }
    return getuid() == 0 ? "root" : "user";
}

}  // namespace

DriveMap::DriveMap(Settings settings) : settings_(std::move(settings)) {}

const DriveMap::Settings& DriveMap::ready() const {
    if (is_ready_.load(std::memory_order_acquire)) return settings_;
    std::call_once(once_, [this] {
        if (settings_.c_root.empty()) settings_ = {choose_c_root(), choose_user()};
        builtin_.emplace_back();
        for (std::string_view name : kBuiltin) builtin_.emplace_back(name);
        for (std::string_view name : kBuiltinOfUser)
            builtin_.emplace_back("Users/").append(settings_.user).append(name);
        is_ready_.store(true, std::memory_order_release);
    });
    return settings_;
}

const std::string* DriveMap::root(char16_t letter) const {
    static const std::string linux_root;
    switch (upcase(letter)) {
        case u'C': return &ready().c_root;
        case u'Z': return &linux_root;
        default: return nullptr;
    }
}

bool DriveMap::below_c(std::string_view path) const {
    // Wherever the environment is, its path says so; others need not find out where.
    if (!is_ready_.load(std::memory_order_acquire) && path.find(kDirectoryName) == std::string_view::npos)
        return false;
    const std::string& c = c_root();
    return path.starts_with(c) && (path.size() == c.size() || path[c.size()] == '/');
}

std::u16string DriveMap::windows_from_linux(std::string_view path) const {
    bool on_c = below_c(path);
    std::u16string out(on_c ? u"C:\\" : u"Z:\\");
    path.remove_prefix(on_c ? settings_.c_root.size() : 0);
    while (path.starts_with('/')) path.remove_prefix(1);
    append_windows_path(out, path);
    return out;
}

std::u16string DriveMap::temp_directory() const {
    std::string directory = variable("TMPDIR");
    struct stat info;
    if (!directory.starts_with('/') || stat(directory.c_str(), &info) != 0) directory = "/tmp";
    std::u16string out = windows_from_linux(directory);
    if (out.back() != u'\\') out.push_back(u'\\');
    return out;
}

bool DriveMap::is_builtin(std::string_view path, std::string* canonical) const {
    if (!below_c(path)) return false;
    std::string_view tail = path.substr(settings_.c_root.size());
    while (tail.starts_with('/')) tail.remove_prefix(1);
    for (const std::string& entry : builtin_) {
        if (!equal_ignore_case(entry, tail)) continue;
        if (canonical) *canonical = settings_.c_root + (entry.empty() ? "" : "/") + entry;
        return true;
    }
    return false;
}

std::vector<std::string_view> DriveMap::builtin_children(std::string_view path) const {
    std::vector<std::string_view> names;
    std::string canonical;
    if (!is_builtin(path, &canonical)) return names;
    std::string prefix = canonical.substr(settings_.c_root.size());
    if (!prefix.empty()) prefix = prefix.substr(1) + "/";
    for (const std::string& entry : builtin_) {
        if (entry.size() <= prefix.size() || !entry.starts_with(prefix)) continue;
        std::string_view name = std::string_view(entry).substr(prefix.size());
        if (name.find('/') == std::string_view::npos) names.push_back(name);
    }
    return names;
}

Status DriveMap::materialise(std::string_view canonical) const {
    std::string path(canonical);
    if (mkdir(path.c_str(), 0777) == 0 || errno == EEXIST) return {};
    if (errno != ENOENT) return status_from_errno(errno);
    // Parents first; only the environment's own directories keep others out.
    for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
        std::string part = path.substr(0, at);
        mode_t mode = at <= settings_.c_root.size() ? 0700 : 0777;
        if (mkdir(part.c_str(), mode) != 0 && errno != EEXIST) return status_from_errno(errno);
    }
    if (mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) return status_from_errno(errno);
    return {};
}

constexpr std::u16string_view kVolume = u"Volume{4c535700-0000-0000-0000-0000000000";

std::u16string volume_name(char16_t letter) {
    std::u16string name(kVolume);
    return name.append(upcase(letter) == u'C' ? u"43}" : u"5a}");
}

char16_t take_volume_name(std::u16string_view& text) {
    for (char16_t letter : {u'C', u'Z'}) {
        std::u16string name = volume_name(letter);
        if (text.size() < name.size() || !equal_ignore_case(text.substr(0, name.size()), name)) continue;
        if (text.size() > name.size() && text[name.size()] != u'\\') continue;
        text.remove_prefix(name.size());
        return letter;
    }
    return 0;
}

DriveMap& drives() {
    static DriveMap map;
    return map;
}

}  // namespace lsw::path
