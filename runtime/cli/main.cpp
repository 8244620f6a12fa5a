// The `lsw` command: picks the subcommand. `lsw app.exe …` is `lsw exec app.exe …`.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/log.h"
#include "cli/api.h"
#include "cli/check.h"
#include "cli/doctor.h"
#include "cli/exec.h"
#include "cli/help.h"
#include "cli/host_commands.h"
#include "cli/trace/trace.h"
#include "core/process/job_keeper.h"
#include "core/process/start.h"
#include "core/process/startup_block.h"
#include "dll/builtins.h"
#include "programs/programs.h"

namespace {

using namespace lsw::cli;

struct Command {
    std::string_view name;
    int (*run)(int count, char** words);
    const char* help;
};

constexpr Command kCommands[] = {
    {"exec", exec, kHelpExec},
    {"check", check, kHelpCheck},
    {"api", api, kHelpApi},
    {"trace", trace_command, kHelpTrace},
    {"ps", ps, kHelpPs},
    {"kill", kill_guests, kHelpKill},
    {"wait", wait_for_guests, kHelpWait},
    {"logs", logs, kHelpLogs},
    {"shutdown", shutdown, kHelpShutdown},
    {"doctor", doctor, kHelpDoctor},
};

const Command* find_command(std::string_view name) {
    for (const Command& command : kCommands) {
        if (command.name == name) return &command;
    }
    return nullptr;
}

int help(int count, char** words) {
    if (count == 0) {
        fputs(kHelp, stdout);
        return 0;
    }
    const Command* command = find_command(words[0]);
    if (!command) lsw::fatal(lsw::kExitInternal, "no command named %s (lsw --help lists them)", words[0]);
    fputs(command->help, stdout);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    // A child of a Windows program: its arguments are that program's, not ours.
    if (static lsw::StartupBlock startup; lsw::read_startup_block(startup)) {
        lsw::register_dlls();
        lsw::programs::register_all();
        lsw::Options options;
        options.verbose = lsw::g_verbose = getenv("LSW_VERBOSE") != nullptr;
        options.raw_calls = lsw::seh::parse_raw_call_tiers(getenv("LSW_RAW_CALLS"));
        options.program = startup.program;
        options.startup = &startup;
        lsw::run_program(std::move(options));
    }
    if (argc < 2) {
        fputs(kHelp, stderr);
        return lsw::kExitInternal;
    }
    std::string_view word = argv[1];
    if (word == "--help" || word == "-h" || word == "help") return help(argc - 2, argv + 2);
    if (word == "--version") {
        puts("lsw " LSW_VERSION);
        return 0;
    }
    if (word == lsw::kEndProcesses) return lsw::end_processes(argc - 2, argv + 2);
    lsw::register_dlls();
    lsw::programs::register_all();
    if (const Command* command = find_command(word)) return command->run(argc - 2, argv + 2);
    return exec(argc - 1, argv + 1);
}
