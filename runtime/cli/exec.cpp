#include "cli/exec.h"

#include <cstdio>
#include <cstdlib>

#include "base/log.h"
#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/program.h"
#include "core/process/start.h"

namespace lsw::cli {

int exec(int count, char** words) {
    Options options;
    options.verbose = getenv("LSW_VERBOSE") != nullptr;
    Arguments arguments("exec", count, words);
    while (arguments.next_option()) {
        if (arguments.is("--help", "-h")) {
            fputs(kHelpExec, stdout);
            return 0;
        }
        if (arguments.is("--verbose", "-v")) {
            options.verbose = true;
        } else if (const char* file = arguments.value_of("--exit-code-file")) {
            options.exit_code_file = file;
        } else {
            arguments.unknown();
        }
    }
    const char* program = arguments.next_word();
    if (!program) fatal(kExitInternal, "no program given (usage: lsw exec [option...] app.exe [argument...])");
    g_verbose = options.verbose;
    options.program = find_program_or_die(program);
    options.arguments.assign(arguments.rest(), arguments.rest() + arguments.left());
    run_program(std::move(options));
}

}  // namespace lsw::cli
