#include "cli/program.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "base/text.h"
#include "core/module/search.h"
#include "core/path/linux_names.h"
#include "core/process/builtin_program.h"

namespace lsw::cli {
namespace {

bool has_directory(const std::string& name) { return name.find_first_of("/\\") != std::string::npos; }

std::string find_program(const std::string& name) {
    if (access(name.c_str(), F_OK) == 0) return name;
    if (has_directory(name)) {
        std::string path = linux_path_from_dos(utf16_from_linux(name));
        for (const std::string& candidate : {path, path + ".exe"}) {
            if (path.empty()) break;
            if (access(candidate.c_str(), F_OK) == 0 || builtin_program_at(candidate)) return candidate;
        }
        return {};
    }
    // Before PATH, as C:\Windows\System32 comes before it: `find` is not Linux' find.
    if (const BuiltinProgram* builtin = builtin_program_named(name)) return builtin_program_path(*builtin);
    for (const std::string& candidate : {name, name + ".exe"}) {
        std::string found = find_dll_file(candidate, ".", {});
        if (!found.empty()) return found;
    }
    return {};
}

}  // namespace

std::string find_program_or_die(const std::string& name) {
    std::string found = find_program(name);
    if (!found.empty()) return found;
    // What stands in the way of the name as given; a name that is simply not there is "not found".
    bool there = !name.empty() && access(name.c_str(), F_OK) != 0 && errno != ENOENT && errno != ENOTDIR;
    if (there) fatal(kExitCannotRun, "%s: %s", name.c_str(), strerror(errno));
    fatal(kExitNotFound, "%s: not found", name.empty() ? "\"\"" : name.c_str());
}

}  // namespace lsw::cli
