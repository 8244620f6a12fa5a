#include "cli/exec.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "base/log.h"
#include "core/module/search.h"
#include "core/path/linux_names.h"
#include "core/process/start.h"
#include "base/text.h"

namespace lsw::cli {
namespace {

bool has_directory(const std::string& name) { return name.find_first_of("/\\") != std::string::npos; }

// A path (Linux or Windows form), or a name searched in the current directory, LSW_PATH and PATH, with .exe added.
std::string find_program(const std::string& name) {
    if (access(name.c_str(), F_OK) == 0) return name;
    if (has_directory(name)) {
        std::string path = linux_path_from_dos(utf16_from_linux(name));
        for (const std::string& candidate : {path, path + ".exe"})
            if (!candidate.empty() && access(candidate.c_str(), F_OK) == 0) return candidate;
        return {};
    }
    for (const std::string& candidate : {name, name + ".exe"}) {
        std::string found = find_dll_file(candidate, ".", {});
        if (!found.empty()) return found;
    }
    return {};
}

}  // namespace

int exec(int count, char** arguments) {
    Options options;
    options.verbose = getenv("LSW_VERBOSE") != nullptr;
    int at = 0;
    for (; at < count && arguments[at][0] == '-'; ++at) {
        std::string option = arguments[at];
        if (option == "--") {
            ++at;
            break;
        } else if (option == "--verbose" || option == "-v") {
            options.verbose = true;
        } else if (option == "--exit-code-file" && at + 1 < count) {
            options.exit_code_file = arguments[++at];
        } else {
            fatal(kExitInternal, "unknown option %s (lsw --help lists them)", option.c_str());
        }
    }
    if (at >= count) fatal(kExitInternal, "no program given (usage: lsw exec [options] app.exe [arguments])");
    g_verbose = options.verbose;
    options.program = find_program(arguments[at]);
    if (options.program.empty()) fatal(kExitNotFound, "%s: not found", arguments[at]);
    for (int i = at + 1; i < count; ++i) options.arguments.emplace_back(arguments[i]);
    run_program(std::move(options));
}

}  // namespace lsw::cli
