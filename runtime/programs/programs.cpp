// The list of built-in programs, and of the files that C:\Windows\System32 shows.
#include "programs/programs.h"

#include "api/export.h"
#include "core/path/builtin_files.h"
#include "core/process/builtin_program.h"
#include "programs/cmd/cmd.h"

namespace lsw::programs {
namespace {

constexpr BuiltinProgram kPrograms[] = {
    {"cmd.exe", cmd::main, true},
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
