#include "cli/help.h"

namespace lsw::cli {

const char kHelp[] =
    "LSW runs Windows x86-64 console programs on Linux.\n"
    "\n"
    "usage: lsw app.exe [argument...]\n"
    "       lsw exec [option...] app.exe [argument...]\n"
    "       lsw check [option...] app.exe\n"
    "       lsw api [option...] [dll]\n"
    "       lsw trace [option...] app.exe [argument...]\n"
    "\n"
    "commands:\n"
    "  exec     run a program; the short form \"lsw app.exe\" does the same\n"
    "  check    list what a program imports and LSW lacks\n"
    "  api      list the Windows functions that LSW has\n"
    "  trace    run a program and show what it calls\n"
    "  ps       list the Windows programs that run; kill, wait for and read the output of them:\n"
    "  kill, wait, logs, shutdown\n"
    "  doctor   what this kernel offers LSW, what each way of a system call costs here\n"
    "  help     this text, or that of a command: lsw help check\n"
    "\n"
    "options:\n"
    "  --help, --version\n"
    "\n"
    "\"lsw COMMAND --help\" lists the options of a command. The exit status of a run is the\n"
    "program's own; 125 is an error of LSW or of its command line, 126 a file that cannot be\n"
    "run, 127 one that was not found.\n";

const char kHelpExec[] =
    "usage: lsw exec [option...] app.exe [argument...]\n"
    "       lsw [option...] app.exe [argument...]\n"
    "\n"
    "Runs a Windows program in this process. The program is a path, Linux or Windows style, or a\n"
    "name that is looked for here, in LSW_PATH and in PATH; \".exe\" may be left out.\n"
    "\n"
    "options:\n"
    "  -v, --verbose            say on standard error what is loaded and what fails first\n"
    "  --exit-code-file FILE    write the program's full 32-bit exit code to FILE, in decimal\n"
    "  --no-patch               leave the program's own system calls as they are (they trap each time)\n"
    "  --detach                 run in the background and print the process id; see lsw logs, wait, ps\n"
    "  --help                   this text\n"
    "\n"
    "environment:\n"
    "  LSW_RAW_CALLS  how raw system calls may be handled, besides by trapping: t0,t1,t3 (see lsw doctor)\n"
    "  LSW_PATH      directories, separated by ':', searched for programs and DLLs\n"
    "  LSW_VERBOSE   when set, as --verbose\n"
    "\n"
    "The exit status is the low byte of the program's exit code, and 1 when that is zero but the\n"
    "code is not.\n";

const char kHelpCheck[] =
    "usage: lsw check [option...] app.exe\n"
    "\n"
    "Lists the imports of a program, and of the private DLLs that it would load, that LSW lacks.\n"
    "Such imports do not keep a program from starting: it ends when it calls one.\n"
    "\n"
    "options:\n"
    "  --json           machine-readable, everything included\n"
    "  -v, --verbose    every DLL, and imports that LSW has in part only, with what is missing\n"
    "  --help           this text\n"
    "\n"
    "The exit status is 0 when nothing is missing, 1 when something is, 126 or 127 when the file\n"
    "cannot be read or was not found.\n";

const char kHelpApi[] =
    "usage: lsw api [option...] [dll]\n"
    "\n"
    "Lists the exports of one built-in DLL, or of all: status, header, signature, note.\n"
    "Status: full; partial (the note says what is missing); stub (fails as documented).\n"
    "\n"
    "options:\n"
    "  --format=table|json    a table (the default) or JSON\n"
    "  --help                 this text\n";

const char kHelpTrace[] =
    "usage: lsw trace [option...] app.exe [argument...]\n"
    "       lsw trace [option...] -p PID\n"
    "\n"
    "Runs a program, or watches one that runs under lsw, and shows the Windows functions it calls:\n"
    "arguments, results, time. The lines go to standard error, or where -o says.\n"
    "\n"
    "options:\n"
    "  -c, --count      a table at the end: calls, errors, time, Linux system calls, blocked time\n"
    "  -e LIST          only these: file, registry, process, thread, memory, sync, net, module,\n"
    "                   console, time, system, exception, crt, raw (NT services), heap, text, quick,\n"
    "                   all, or names of functions, in which '*' stands for anything; may be repeated.\n"
    "                   Without -e all but heap, text and quick\n"
    "  -f, --follow     the programs that it starts too\n"
    "  -x, --failed     only calls that fail, and exceptions\n"
    "  -p PID           watch a running program; Ctrl-C leaves it running\n"
    "  -o FILE          write there\n"
    "  --json           an object per line; with -c one object\n"
    "  --chrome FILE    a file for trace viewers (ui.perfetto.dev)\n"
    "  --flame FILE     a page with flame graphs: on the CPU, and in calls that took long\n"
    "  --no-bpf         not what happens in the Linux kernel, even with the rights to see it\n"
    "  --probes         hit the static probes lsw:api_enter and lsw:api_return, for bpftrace and perf\n"
    "  --perf-map       write /tmp/perf-PID.map, by which perf names Windows functions\n"
    "  --help           this text\n"
    "\n"
    "The exit status is the program's.\n";
const char kHelpPs[] =
    "usage: lsw ps [option...]\n"
    "\n"
    "Lists your Windows programs that run.\n"
    "\n"
    "options:\n"
    "  -a, --all    those in the background that ended too\n"
    "  --json       machine-readable\n"
    "  --help       this text\n";

const char kHelpKill[] =
    "usage: lsw kill [--force] PID...\n"
    "\n"
    "Ends Windows programs: asks them to (SIGTERM), or with --force does not ask.\n"
    "The exit status is 1 when one of the ids is not a Windows program of yours.\n";

const char kHelpWait[] =
    "usage: lsw wait PID...\n"
    "\n"
    "Waits until the programs have ended. The exit status is that of the last one when it ran in\n"
    "the background (lsw exec --detach), 0 for others, 127 when there is no such program.\n";

const char kHelpLogs[] =
    "usage: lsw logs [--follow] PID\n"
    "\n"
    "Prints what a program in the background has written to its standard output and error; with\n"
    "-f, --follow goes on until it ends. Logs are kept for a day after that.\n";

const char kHelpShutdown[] =
    "usage: lsw shutdown\n"
    "\n"
    "Ends the programs in the background, and lswhost. Other programs go on running.\n";

const char kHelpDoctor[] =
    "usage: lsw doctor [--json]\n"
    "\n"
    "Says what of this kernel LSW can use, which ways of a raw system call are open and what each\n"
    "costs here, and what to do about what is missing. The exit status is 0 when programs run.\n";

}  // namespace lsw::cli
