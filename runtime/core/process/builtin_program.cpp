#include "core/process/builtin_program.h"

#include <unistd.h>

#include "base/text.h"
#include "core/path/builtin_files.h"
#include "core/path/drive_map.h"

namespace lsw {
namespace {

std::span<const BuiltinProgram>& registered() {
    static std::span<const BuiltinProgram> programs;
    return programs;
}

}  // namespace

void register_builtin_programs(std::span<const BuiltinProgram> programs) {
    registered() = programs;
}

std::span<const BuiltinProgram> builtin_programs() { return registered(); }

const BuiltinProgram* builtin_program_named(std::string_view name) {
    for (const BuiltinProgram& program : registered()) {
        if (equal_ignore_case(program.file, name)) return &program;
        if (equal_ignore_case(program.file.substr(0, program.file.size() - 4), name))
            return &program;
    }
    return nullptr;
}

const BuiltinProgram* builtin_program_at(const std::string& linux_path) {
    std::string_view name = path::builtin_file_name(linux_path);
    if (name.ends_with(".dll") || name.empty() || access(linux_path.c_str(), F_OK) == 0)
        return nullptr;
    return builtin_program_named(name);
}

std::string builtin_program_path(const BuiltinProgram& program) {
    return path::drives().c_root() + "/Windows/System32/" + std::string(program.file);
}

bool is_batch_file(std::string_view name) {
    if (name.size() < 5) return false;
    std::string_view extension = name.substr(name.size() - 4);
    return equal_ignore_case(extension, ".bat") || equal_ignore_case(extension, ".cmd");
}

bool is_batch_file(std::u16string_view name) {
    if (name.size() < 5) return false;
    std::u16string_view extension = name.substr(name.size() - 4);
    return equal_ignore_case(extension, u".bat") || equal_ignore_case(extension, u".cmd");
}

}  // namespace lsw
