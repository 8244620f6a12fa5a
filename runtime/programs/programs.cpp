// The list of built-in programs, and of the files that C:\Windows\System32 shows.
#include "programs/programs.h"

#include "api/export.h"
#include "core/path/builtin_files.h"
#include "core/process/builtin_program.h"
#include "programs/cmd/cmd.h"
#include "programs/tools/tools.h"

namespace lsw::programs {
namespace {

constexpr BuiltinProgram kPrograms[] = {
    {"attrib.exe", tools::attrib},
    {"chcp.com", tools::chcp},
    {"choice.exe", tools::choice},
    {"cmd.exe", cmd::main, true},
    {"fc.exe", tools::fc},
    {"find.exe", tools::find, true},
    {"findstr.exe", tools::findstr},
    {"hostname.exe", tools::hostname},
    {"more.com", tools::more},
    {"mountvol.exe", tools::mountvol},
    {"reg.exe", tools::reg},
    {"robocopy.exe", tools::robocopy},
    {"setx.exe", tools::setx},
    {"sort.exe", tools::sort},
    {"taskkill.exe", tools::taskkill},
    {"tasklist.exe", tools::tasklist},
    {"timeout.exe", tools::timeout},
    {"tree.com", tools::tree},
    {"where.exe", tools::where},
    {"whoami.exe", tools::whoami},
    {"xcopy.exe", tools::xcopy},
};

size_t file_count() { return std::size(kPrograms) + api::builtin_modules().size(); }

std::string_view file_at(size_t index) {
    if (index < std::size(kPrograms)) return kPrograms[index].file;
    return api::builtin_modules()[index - std::size(kPrograms)].dll;
}

}  // namespace

void register_all() {
    register_builtin_programs(kPrograms);
    path::set_builtin_files({file_count, file_at});
}

}  // namespace lsw::programs
