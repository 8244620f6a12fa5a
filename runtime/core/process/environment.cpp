#include "core/process/environment.h"

#include <sys/utsname.h>

#include <algorithm>
#include <mutex>

#include "base/text.h"
#include "core/path/drive_map.h"
#include "core/path/linux_names.h"
#include "core/runtime.h"
#include "core/system/system_info.h"

namespace lsw {
namespace {

constexpr std::u16string_view kSystemPath = u"C:\\Windows\\system32;C:\\Windows";

// Set afresh in every Windows process; a Linux child has no use for them.
constexpr std::u16string_view kWindowsOnly[] = {
    u"ALLUSERSPROFILE",
    u"APPDATA",
    u"CommonProgramFiles",
    u"CommonProgramFiles(x86)",
    u"CommonProgramW6432",
    u"COMPUTERNAME",
    u"ComSpec",
    u"DriverData",
    u"HOMEDRIVE",
    u"HOMEPATH",
    u"LOCALAPPDATA",
    u"LOGONSERVER",
    u"NUMBER_OF_PROCESSORS",
    u"OS",
    u"PATHEXT",
    u"PROCESSOR_ARCHITECTURE",
    u"PROCESSOR_IDENTIFIER",
    u"PROCESSOR_LEVEL",
    u"PROCESSOR_REVISION",
    u"ProgramData",
    u"ProgramFiles",
    u"ProgramFiles(x86)",
    u"ProgramW6432",
    u"PUBLIC",
    u"SESSIONNAME",
    u"SystemDrive",
    u"SystemRoot",
    u"TEMP",
    u"TMP",
    u"USERDOMAIN",
    u"USERDOMAIN_ROAMINGPROFILE",
    u"USERNAME",
    u"USERPROFILE",
    u"windir",
};

std::u16string windows_path_list(std::string_view linux_list) {
    std::u16string out(kSystemPath);
    while (!linux_list.empty()) {
        size_t end = std::min(linux_list.find(':'), linux_list.size());
        std::string_view directory = linux_list.substr(0, end);
        if (directory.starts_with('/')) {
            out += u';';
            out += path::drives().windows_from_linux(directory);
        }
        linux_list.remove_prefix(std::min(end + 1, linux_list.size()));
    }
    return out;
}

// Z:\usr\bin -> /usr/bin by the drive map alone: what is not a directory today may be one tomorrow.
std::string linux_directory(std::u16string_view path) {
    if (path.size() < 2 || path[1] != u':') return {};
    const std::string* root = path::drives().root(upcase(path[0]));
    if (!root) return {};
    std::string out = *root + linux_from_utf16(path.substr(2));
    std::replace(out.begin(), out.end(), '\\', '/');
    return out;
}

std::string linux_path_list(std::u16string_view list) {
    std::string out;
    while (!list.empty()) {
        size_t end = std::min(list.find(u';'), list.size());
        std::u16string_view one = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        if (equal_ignore_case(one, u"C:\\Windows\\system32") ||
            equal_ignore_case(one, u"C:\\Windows"))
            continue;
        std::string directory = linux_directory(one);
        if (directory.empty()) continue;
        if (!out.empty()) out += ':';
        out += directory;
    }
    return out;
}

// "NAME=value"; a name may start with '='.
struct Variable {
    std::u16string entry;
    size_t name_length = 0;

    std::u16string_view name() const { return {entry.data(), name_length}; }
    std::u16string_view value() const { return std::u16string_view(entry).substr(name_length + 1); }
};

Variable make_variable(std::u16string_view name, std::u16string_view value) {
    Variable made{std::u16string(name.size() + 1 + value.size(), u'='), name.size()};
    name.copy(made.entry.data(), name.size());
    value.copy(made.entry.data() + name.size() + 1, value.size());
    return made;
}

// The order of the first four code units as compare_ignore_case has it, in one number.
uint64_t sort_key(std::u16string_view name) {
    uint64_t key = 0;
    for (size_t i = 0; i < 4; ++i) key = key << 16 | (i < name.size() ? upcase(name[i]) : 0);
    return key;
}

struct Variables {
    std::vector<Variable> list;

    // Names that start with '=' come first, as they do where '=' sorts before letters.
    static bool before(const Variable& a, const Variable& b) {
        return compare_ignore_case(a.name(), b.name()) < 0;
    }
    std::vector<Variable>::iterator find(std::u16string_view name) {
        return std::lower_bound(list.begin(), list.end(), name,
                                [](const Variable& have, std::u16string_view want) {
                                    return compare_ignore_case(have.name(), want) < 0;
                                });
    }
    void set(std::u16string_view name, std::u16string_view value) {
        Variable made = make_variable(name, value);
        if (list.empty() || before(list.back(), made)) {
            list.push_back(std::move(made));
            return;
        }
        auto at = find(name);
        if (at == list.end() || !equal_ignore_case(at->name(), name)) {
            list.insert(at, std::move(made));
        } else {  // the spelling that came first stays
            made.entry.replace(0, name.size(), at->name());
            *at = std::move(made);
        }
    }
    // For many at a time: unsorted, until sort().
    void add(std::u16string_view name, std::u16string_view value) {
        list.push_back(make_variable(name, value));
    }
    void add_entry(std::u16string entry) {
        size_t equals = find16(entry, u'=', 1);
        if (equals != std::u16string::npos) list.push_back({std::move(entry), equals});
    }
    // Of equal names the last value stays, with the first spelling.
    void sort() {
        struct Place {
            uint64_t key;
            size_t at;
        };
        std::vector<Place> order(list.size());
        for (size_t i = 0; i < order.size(); ++i) order[i] = {sort_key(list[i].name()), i};
        std::sort(order.begin(), order.end(), [&](const Place& a, const Place& b) {
            if (a.key != b.key) return a.key < b.key;
            int difference = compare_ignore_case(list[a.at].name(), list[b.at].name());
            return difference ? difference < 0 : a.at < b.at;
        });
        std::vector<Variable> sorted;
        sorted.reserve(list.size());
        for (const Place& place : order) {
            Variable& next = list[place.at];
            if (!sorted.empty() && equal_ignore_case(sorted.back().name(), next.name())) {
                next.entry.replace(0, next.name_length, sorted.back().name());
                sorted.back() = std::move(next);
            } else {
                sorted.push_back(std::move(next));
            }
        }
        list = std::move(sorted);
    }
    std::u16string block() const {
        std::u16string out;
        size_t size = 2;
        for (const Variable& one : list) size += one.entry.size() + 1;
        out.reserve(size);
        for (const Variable& one : list) out.append(one.entry.c_str(), one.entry.size() + 1);  // with its zero
        if (list.empty()) out += u'\0';
        out += u'\0';
        return out;
    }
};

void set_machine(Variables& variables) {
    ProcessorId id = processor_id();
    auto number = [](unsigned value) { return utf16_from_utf8(std::to_string(value)); };
    char revision[8];
    snprintf(revision, sizeof revision, "%04x", id.revision);
    variables.add(u"NUMBER_OF_PROCESSORS", number(processor_count()));
    variables.add(u"OS", u"Windows_NT");
    variables.add(u"PROCESSOR_ARCHITECTURE", u"AMD64");
    variables.add(u"PROCESSOR_IDENTIFIER",
                  (id.vendor == "GenuineIntel" ? u"Intel64 Family " : u"AMD64 Family ") +
                      number(id.family) + u" Model " + number(id.model) + u" Stepping " +
                      number(id.stepping) + u", " + utf16_from_utf8(id.vendor));
    variables.add(u"PROCESSOR_LEVEL", number(id.level));
    variables.add(u"PROCESSOR_REVISION", utf16_from_utf8(revision));
    std::u16string computer = computer_name(false);
    variables.add(u"COMPUTERNAME", computer);
    variables.add(u"USERDOMAIN", computer);
    variables.add(u"USERDOMAIN_ROAMINGPROFILE", computer);
    variables.add(u"LOGONSERVER", u"\\\\" + computer);
}

void set_system(Variables& variables) {
    constexpr std::u16string_view kFixed[] = {
        u"SystemRoot=C:\\Windows",
        u"SystemDrive=C:",
        u"windir=C:\\Windows",
        u"ComSpec=C:\\Windows\\system32\\cmd.exe",
        u"PATHEXT=.COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC",
        u"DriverData=C:\\Windows\\System32\\Drivers\\DriverData",
        u"ALLUSERSPROFILE=C:\\ProgramData",
        u"ProgramData=C:\\ProgramData",
        u"PUBLIC=C:\\Users\\Public",
        u"ProgramFiles=C:\\Program Files",
        u"ProgramFiles(x86)=C:\\Program Files (x86)",
        u"ProgramW6432=C:\\Program Files",
        u"CommonProgramFiles=C:\\Program Files\\Common Files",
        u"CommonProgramFiles(x86)=C:\\Program Files (x86)\\Common Files",
        u"CommonProgramW6432=C:\\Program Files\\Common Files",
        u"Path=C:\\Windows\\system32;C:\\Windows",
        u"SESSIONNAME=Console",
        u"HOMEDRIVE=C:",
    };
    for (std::u16string_view entry : kFixed) variables.add_entry(std::u16string(entry));
    std::u16string user = utf16_from_linux(path::drives().user()), home = u"C:\\Users\\" + user;
    variables.add(u"USERNAME", user);
    variables.add(u"USERPROFILE", home);
    variables.add(u"HOMEPATH", home.substr(2));
    variables.add(u"APPDATA", home + u"\\AppData\\Roaming");
    variables.add(u"LOCALAPPDATA", home + u"\\AppData\\Local");
    std::u16string temp = path::drives().temp_directory();
    if (temp.size() > 3 && temp.back() == u'\\') temp.pop_back();
    variables.add(u"TEMP", temp);
    variables.add(u"TMP", temp);
}

// What a Linux user or build set on purpose under a Windows name stands; the rest of the list is
// Windows' own business.
bool is_windows_only(std::u16string_view name) {
    return std::any_of(std::begin(kWindowsOnly), std::end(kWindowsOnly),
                       [&](std::u16string_view known) { return equal_ignore_case(known, name); });
}

struct ProcessEnvironment {
    std::mutex lock;
    Variables variables;
    std::vector<std::u16string*>
        blocks;  // every one ever shown in the PEB: programs may still read an old one

    void publish() {
        auto* block = new std::u16string(variables.block());
        blocks.push_back(block);
        // Programs that change variables in a loop would pile up blocks; those long out of sight
        // may go.
        if (blocks.size() > 64) {
            delete blocks.front();
            blocks.erase(blocks.begin());
        }
        if (PEB* peb = runtime().peb) {
            peb->ProcessParameters->Environment = block->data();
            peb->ProcessParameters->EnvironmentSize = block->size() * 2;
            ++peb->ProcessParameters->EnvironmentVersion;
        }
    }
};

ProcessEnvironment& process_environment() {
    static ProcessEnvironment& instance = *new ProcessEnvironment;
    return instance;
}

}  // namespace

void adopt_linux_environment(char** linux_environment) {
    Variables variables;
    size_t count = 0;
    for (char** at = linux_environment; at && *at; ++at) ++count;
    variables.list.reserve(count + 64);
    set_machine(variables);
    set_system(variables);
    std::string_view linux_path;
    for (char** at = linux_environment; at && *at; ++at) {
        std::string_view entry = *at;
        size_t equals = entry.find('=');
        if (equals == std::string_view::npos || equals == 0) continue;
        std::string_view name = entry.substr(0, equals), value = entry.substr(equals + 1);
        if (name == "PATH") {
            linux_path = value;
            continue;
        }
        if (name.size() == 4 && equal_ignore_case(name, "path")) continue;  // would hide the real one
        variables.add_entry(utf16_from_linux(entry));
    }
    variables.add(u"Path", windows_path_list(linux_path));
    variables.sort();
    ProcessEnvironment& all = process_environment();
    std::lock_guard guard(all.lock);
    all.variables = std::move(variables);
    all.publish();
}

size_t environment_block_length(const char16_t* block) {
    const char16_t* at = block;
    while (*at) at += length16(at) + 1;
    return static_cast<size_t>(at - block) + 1;
}

std::vector<std::string> linux_environment(std::u16string_view block) {
    std::vector<std::string> out;
    for_each_variable(block, [&](std::u16string_view name, std::u16string_view value) {
        if (name[0] == u'=') return;
        if (equal_ignore_case(name, u"PATH"))
            out.push_back("PATH=" + linux_path_list(value));
        else if (!is_windows_only(name))
            out.push_back(linux_from_utf16(name) + "=" + linux_from_utf16(value));
    });
    return out;
}

std::u16string sorted_environment_block(std::u16string_view block) {
    Variables variables;
    for_each_variable(block, [&](std::u16string_view name, std::u16string_view value) {
        variables.set(name, value);
    });
    return variables.block();
}

void adopt_environment(std::u16string block) {
    ProcessEnvironment& all = process_environment();
    std::lock_guard guard(all.lock);
    for_each_variable(block, [&](std::u16string_view name, std::u16string_view value) {
        all.variables.set(name, value);
    });
    all.publish();
}

std::u16string environment_block() {
    ProcessEnvironment& all = process_environment();
    std::lock_guard guard(all.lock);
    return all.variables.block();
}

std::optional<std::u16string> environment_variable(std::u16string_view name) {
    ProcessEnvironment& all = process_environment();
    std::lock_guard guard(all.lock);
    auto at = all.variables.find(name);
    if (at == all.variables.list.end() || !equal_ignore_case(at->name(), name)) return std::nullopt;
    return std::u16string(at->value());
}

std::u16string system_variable(std::u16string_view name) {
    static const Variables& system = *[] {  // they stay what they are: programs ask by the ten thousand
        auto* variables = new Variables;
        set_system(*variables);
        return variables;
    }();
    for (const auto& variable : system.list)
        if (equal_ignore_case(variable.name(), name)) return std::u16string(variable.value());
    return {};
}

std::u16string system_environment_block() {
    Variables variables;
    set_machine(variables);
    set_system(variables);
    variables.sort();
    return variables.block();
}

bool set_environment_variable(std::u16string_view name, std::optional<std::u16string_view> value) {
    if (name.empty() || name.find(u'=', 1) != std::u16string_view::npos) return false;
    ProcessEnvironment& all = process_environment();
    std::lock_guard guard(all.lock);
    if (value) {
        all.variables.set(name, *value);
    } else {
        auto at = all.variables.find(name);
        if (at != all.variables.list.end() && equal_ignore_case(at->name(), name))
            all.variables.list.erase(at);
    }
    all.publish();
    return true;
}

std::u16string expand_environment(std::u16string_view text) {
    std::u16string out;
    while (!text.empty()) {
        size_t percent = text.find(u'%');
        size_t end = percent == std::u16string_view::npos ? percent : text.find(u'%', percent + 1);
        if (end == std::u16string_view::npos) return out.append(text);
        out += text.substr(0, percent);
        auto value = environment_variable(text.substr(percent + 1, end - percent - 1));
        if (value) {
            out += *value;
            text.remove_prefix(end + 1);
        } else {
            out += text.substr(percent, end - percent);  // the second % may open another name
            text.remove_prefix(end);
        }
    }
    return out;
}

}  // namespace lsw
