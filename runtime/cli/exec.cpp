#include "cli/exec.h"

#include <fcntl.h>
#include <limits.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/log.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/host_commands.h"
#include "cli/program.h"
#include "core/path/linux_names.h"
#include "core/process/builtin_program.h"
#include "core/process/command_line.h"
#include "core/process/start.h"

namespace lsw::cli {
namespace {

// Absolute path of the file for the exit code, made now: the program may change the working directory,
// and a file that cannot be written should be known before the program has run.
std::string prepare_exit_code_file(const char* name) {
    UniqueFd fd(open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    char path[PATH_MAX];
    if (!fd.valid() || !realpath(name, path)) {
        fatal(kExitInternal, "--exit-code-file %s: %s", name, strerror(errno));
    }
    return path;
}

// A batch file is the command interpreter's: cmd.exe /c ""Z:\dir\x.bat" "an argument"".
void interpret_batch_file(Options& options) {
    const BuiltinProgram* interpreter = builtin_program_named("cmd.exe");
    if (!interpreter) return;
    std::u16string line = build_command_line(dos_path_from_linux(options.program), options.arguments);
    options.program = builtin_program_path(*interpreter);
    options.command_line = dos_path_from_linux(options.program) + u" /c \"" + line + u"\"";
    options.arguments.clear();
}

// For a program that does not know the C runtime's escapes: words as they are, those with blanks between quotes.
void join_words(Options& options) {
    const BuiltinProgram* builtin = builtin_program_at(options.program);
    if (!builtin || !builtin->raw_command_line || !options.command_line.empty()) return;
    options.command_line = dos_path_from_linux(options.program);
    for (const std::string& word : options.arguments) {
        bool quote = word.empty() || word.find_first_of(" \t") != std::string::npos;
        std::u16string text = utf16_from_linux(word);
        options.command_line += quote ? u" \"" + text + u"\"" : u" " + text;
    }
    options.arguments.clear();
}

}  // namespace

int exec(int count, char** words) {
    Options options;
    options.verbose = getenv("LSW_VERBOSE") != nullptr;
    bool detach = false;
    Arguments arguments("exec", count, words);
    while (arguments.next_option()) {
        if (arguments.is("--help", "-h")) {
            fputs(kHelpExec, stdout);
            return 0;
        }
        if (arguments.is("--verbose", "-v")) {
            options.verbose = true;
        } else if (arguments.is("--no-patch")) {
            setenv("LSW_RAW_CALLS", "t3", 1);  // its children's too
        } else if (arguments.is("--detach")) {
            detach = true;
        } else if (const char* file = arguments.value_of("--exit-code-file")) {
            options.exit_code_file = prepare_exit_code_file(file);
        } else {
            arguments.unknown();
        }
    }
    const char* program = arguments.next_word();
    if (!program) fatal(kExitInternal, "no program given (usage: lsw exec [option...] app.exe [argument...])");
    options.raw_calls = seh::parse_raw_call_tiers(getenv("LSW_RAW_CALLS"));
    g_verbose = options.verbose;
    options.program = find_program_or_die(program);
    options.arguments.assign(arguments.rest(), arguments.rest() + arguments.left());
    if (detach) {
        char path[PATH_MAX];
        std::vector<std::string> line = {realpath(options.program.c_str(), path) ? path : options.program};
        line.insert(line.end(), options.arguments.begin(), options.arguments.end());
        return run_detached(line);
    }
    if (is_batch_file(options.program)) interpret_batch_file(options);
    join_words(options);
    run_program(std::move(options));
}

}  // namespace lsw::cli
