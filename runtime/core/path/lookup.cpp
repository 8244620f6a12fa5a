// See lookup.h.
#include "core/path/lookup.h"

#include <linux/limits.h>

#include <atomic>
#include <cstring>

#include "base/text.h"
#include "core/path/at.h"
#include "core/path/builtin_files.h"
#include "core/path/dir_index.h"
#include "core/path/dos_path.h"
#include "core/path/name_map.h"
#include "core/path/stream_name.h"

namespace lsw::path {
namespace {

bool starts_ignoring_case(std::u16string_view text, std::u16string_view prefix) {
    return text.size() >= prefix.size() && equal_ignore_case(text.substr(0, prefix.size()), prefix);
}

// Removes `prefix` where `text` is it or goes on with a backslash.
bool take_name(std::u16string_view& text, std::u16string_view name) {
    if (!starts_ignoring_case(text, name)) return false;
    if (text.size() > name.size() && text[name.size()] != u'\\') return false;
    text.remove_prefix(std::min(text.size(), name.size() + 1));
    return true;
}

Target device(Target::Kind kind, std::u16string_view rest) {
    Target target;
    target.kind = kind;
    target.rest = rest;
    return target;
}

// `text` is X:, X:\ or X:\a\b.
Result<Target> drive_target(std::u16string_view text, const DriveMap& map) {
    const std::string* root = map.root(text[0]);
    if (!root) return STATUS_OBJECT_PATH_NOT_FOUND;
    Target target;
    target.linux_path = *root;
    if (text.size() == 2) {
        target.kind = Target::kVolume;
    } else {
        if (text[2] != u'\\') return STATUS_OBJECT_NAME_INVALID;
        target.wants_directory = text.back() == u'\\';
        target.linux_path.reserve(root->size() + text.size());
        std::u16string_view names = text.substr(3);
        LSW_CHECK(Result<void>(take_stream(names, target.stream)));
        LSW_CHECK(Result<void>(append_linux_path(target.linux_path, names)));
    }
    if (target.linux_path.empty()) target.linux_path.push_back('/');
    return target;
}

// What stands behind \\.\ or \??\ .
Result<Target> device_target(std::u16string_view text, const DriveMap& map) {
    if (text.size() >= 2 && text[1] == u':') return drive_target(text, map);
    std::u16string_view rest = text;
    if (char16_t letter = take_volume_name(rest)) {
        std::u16string named{letter, u':'};
        return drive_target(named.append(rest), map);
    }
    if (take_name(rest, u"UNC")) return STATUS_BAD_NETWORK_PATH;
    if (take_name(rest, u"GLOBALROOT")) return target_of(u"\\" + std::u16string(rest), map);
    if (take_name(rest, u"pipe")) return device(Target::kPipe, rest);
    if (take_name(rest, u"mailslot")) return device(Target::kMailslot, rest);
    if (equal_ignore_case(text, u"NUL")) return device(Target::kNull, text);
    for (std::u16string_view name : {u"CON", u"CONIN$", u"CONOUT$"})
        if (equal_ignore_case(text, name)) return device(Target::kConsole, text);
    return device(Target::kOtherDevice, text);
}

Result<Target> nt_device_target(std::u16string_view text, const DriveMap& map) {
    std::u16string_view rest = text;
    // The volumes' devices, as GetFinalPathNameByHandle and QueryDosDevice name them.
    if (take_name(rest, u"HarddiskVolume1")) return drive_target(u"C:\\" + std::u16string(rest), map);
    if (take_name(rest, u"HarddiskVolume2")) return drive_target(u"Z:\\" + std::u16string(rest), map);
    if (take_name(rest, u"Null")) return device(Target::kNull, rest);
    if (take_name(rest, u"NamedPipe")) return device(Target::kPipe, rest);
    if (take_name(rest, u"Mailslot")) return device(Target::kMailslot, rest);
    if (take_name(rest, u"Afd")) return device(Target::kAfd, rest);
    if (take_name(rest, u"ConDrv")) return device(Target::kConsole, rest);
    return device(Target::kOtherDevice, text);
}

}  // namespace

Result<Target> target_of(std::u16string_view full, const DriveMap& map) {
    if (full.size() >= 3 && full[1] == u':') return drive_target(full, map);
    if (full.size() >= 4 && full[0] == u'\\' && full[3] == u'\\') {
        std::u16string_view prefix = full.substr(0, 4);
        if (prefix == u"\\??\\" || prefix == u"\\\\.\\" || prefix == u"\\\\?\\")
            return device_target(full.substr(4), map);
    }
    if (full.starts_with(u"\\\\")) return STATUS_BAD_NETWORK_PATH;
    if (!full.starts_with(u'\\')) return STATUS_OBJECT_PATH_SYNTAX_BAD;
    std::u16string_view rest = full.substr(1);
    if (take_name(rest, u"DosDevices") || take_name(rest, u"GLOBAL??"))
        return device_target(rest, map);
    if (take_name(rest, u"Device")) return nt_device_target(rest, map);
    if (take_name(rest, u"SystemRoot"))
        return target_of(u"\\??\\C:\\Windows\\" + std::u16string(rest), map);
    return STATUS_OBJECT_PATH_NOT_FOUND;
}

Lookup search(const std::string& linux_path, const DriveMap& map) {
    if (std::string canonical; map.is_builtin(linux_path, &canonical)) {
        // On disk or not, a built-in directory has one spelling.
        At at(canonical);
        bool on_disk = faccessat(at.fd(), at.name(), 0, 0) == 0;
        return {on_disk ? Lookup::kFound : Lookup::kBuiltin, canonical};
    }
    if (linux_path.size() <= 1) return {Lookup::kFound, linux_path};
    std::string parent(parent_of(linux_path));
    std::string_view name = name_of(linux_path);
    auto joined = [&](std::string_view entry) {
        std::string path = parent;
        if (path.back() != '/') path.push_back('/');
        return path.append(entry);
    };
    IndexAnswer answer = find_in_directory(parent, name);
    if (answer.kind == IndexAnswer::kNoDirectory) {
        Lookup above = search(parent, map);
        if (above.kind == Lookup::kNameMissing) above.kind = Lookup::kPathMissing;
        if (above.kind == Lookup::kBuiltinFile) return {Lookup::kPathMissing, linux_path};
        if (above.kind == Lookup::kPathMissing || above.kind == Lookup::kFailed) return above;
        if (above.kind == Lookup::kFound && above.path == parent)
            return {Lookup::kPathMissing, linux_path};  // it exists and is no directory
        parent = above.path;
        if (above.kind == Lookup::kBuiltin) {
            if (std::string canonical; is_builtin_file(joined(name), &canonical))
                return {Lookup::kBuiltinFile, canonical};
            return {Lookup::kNameMissing, joined(name), 0, true};
        }
        answer = find_in_directory(parent, name);
    }
    switch (answer.kind) {
        case IndexAnswer::kFound: return {Lookup::kFound, joined(answer.name)};
        case IndexAnswer::kNoEntry: {
            std::string canonical;
            if (map.below_c(parent) && is_builtin_file(joined(name), &canonical))
                return {Lookup::kBuiltinFile, canonical};
            bool as_given = parent.size() == parent_of(linux_path).size() && linux_path.starts_with(parent);
            return {Lookup::kNameMissing, as_given ? linux_path : joined(name), 0, false, answer.complete};
        }
        case IndexAnswer::kNoDirectory: return {Lookup::kPathMissing, linux_path};
        default: return {Lookup::kFailed, linux_path, answer.error};
    }
}

namespace {

constexpr size_t kGuesses = 512;
constexpr uint8_t kSure = 2, kMost = 7;

// How often names in a directory, and directories themselves, were missing of late: two that share a place disturb each
// other's guesses.
struct Guesses {
    std::atomic<uint8_t> names[kGuesses];
    std::atomic<uint8_t> directories[kGuesses];
    std::atomic<bool> any{false};  // something was missing, ever
};
Guesses& guesses() {
    static Guesses instance;
    return instance;
}

size_t place_of(std::string_view directory) {
    // The end tells directories apart.
    uint64_t end = directory.size();
    for (size_t at = directory.size() < 16 ? 0 : directory.size() - 16; at < directory.size(); at += 8) {
        uint64_t part = 0;
        memcpy(&part, directory.data() + at, std::min<size_t>(8, directory.size() - at));
        end = (end ^ part) * 0x9E3779B97F4A7C15;
    }
    return end >> 32 & (kGuesses - 1);
}

void was_missing(std::atomic<uint8_t>& count) {
    uint8_t now = count.load(std::memory_order_relaxed);
    if (now < kMost) count.store(now + 1, std::memory_order_relaxed);
}

void was_there(std::atomic<uint8_t>& count) {
    uint8_t now = count.load(std::memory_order_relaxed);
    count.store(now > 2 ? now - 2 : 0, std::memory_order_relaxed);
}

bool seems_missing(const std::atomic<uint8_t>& count) { return count.load(std::memory_order_relaxed) >= kSure; }

bool name_is_missing(const std::string& linux_path, std::string_view directory) {
    std::string_view name = name_of(linux_path);
    if (name.size() > NAME_MAX) return false;  // the kernel has its own answer to that
    if (drives().below_c(linux_path)) {
        Lookup found = search(linux_path);
        return found.kind == Lookup::kNameMissing && found.certain;
    }
    IndexAnswer answer = find_in_directory(directory, name);
    return answer.kind == IndexAnswer::kNoEntry && answer.complete;
}

}  // namespace

Missing known_missing(const std::string& linux_path) {
    Guesses& all = guesses();
    if (!all.any.load(std::memory_order_relaxed)) return Missing::kUnknown;
    std::string_view directory = parent_of(linux_path);
    size_t place = place_of(directory);
    if (directory.size() > 1 && seems_missing(all.directories[place])) {
        if (known_missing(std::string(directory)) != Missing::kUnknown) return Missing::kPath;
        was_there(all.directories[place]);
    }
    if (!seems_missing(all.names[place])) return Missing::kUnknown;
    if (name_is_missing(linux_path, directory)) return Missing::kName;
    was_there(all.names[place]);
    return Missing::kUnknown;
}

void note_missing(std::string_view linux_path, const Lookup& found) {
    if (!found.certain) return;
    Guesses& all = guesses();
    all.any.store(true, std::memory_order_relaxed);
    // From the path up to the first name that is missing.
    for (; found.kind == Lookup::kPathMissing && linux_path.size() > found.path.size(); linux_path = parent_of(linux_path))
        was_missing(all.directories[place_of(parent_of(linux_path))]);
    was_missing(all.names[place_of(parent_of(linux_path))]);
}

}  // namespace lsw::path
