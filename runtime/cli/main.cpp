// The `lsw` command: picks the subcommand. `lsw app.exe …` is `lsw exec app.exe …`.
#include <cstdio>
#include <cstring>

#include "cli/exec.h"
#include "dll/builtins.h"

namespace {

constexpr const char* kHelp =
    "LSW runs Windows x86-64 console programs on Linux.\n"
    "\n"
    "usage: lsw [exec] [options] app.exe [arguments]\n"
    "\n"
    "options of exec:\n"
    "  -v, --verbose            say on stderr what is loaded and what fails first\n"
    "  --exit-code-file FILE    write the program's full 32-bit exit code to FILE\n";

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        fputs(kHelp, argc < 2 ? stderr : stdout);
        return argc < 2 ? 125 : 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("lsw " LSW_VERSION);
        return 0;
    }
    lsw::register_dlls();
    if (strcmp(argv[1], "exec") == 0) return lsw::cli::exec(argc - 2, argv + 2);
    return lsw::cli::exec(argc - 1, argv + 1);
}
