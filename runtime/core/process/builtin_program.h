// Programs that are part of lsw (cmd.exe, where.exe, …): started through CreateProcess like any
// other, they are a process of the lsw binary whose entry point is a C++ function. As files they
// stand in C:\Windows\System32 (path/builtin_files.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lsw {

struct BuiltinProgram {
    std::string_view file;          // "cmd.exe"
    uint32_t (*main)();             // its command line is the process's; returns the exit code
    bool raw_command_line = false;  // takes its line apart by rules of its own, not the C runtime's
};

void register_builtin_programs(std::span<const BuiltinProgram> programs);
std::span<const BuiltinProgram> builtin_programs();

// The program that the Linux path of a file in C:\Windows\System32 means, unless a file on disk
// hides it.
const BuiltinProgram* builtin_program_at(const std::string& linux_path);
// By name, "cmd" or "CMD.EXE": what a search path finds last.
const BuiltinProgram* builtin_program_named(std::string_view name);
// The Linux path of C:\Windows\System32\<file>.
std::string builtin_program_path(const BuiltinProgram& program);

// A batch file, by its name.
bool is_batch_file(std::string_view name);
bool is_batch_file(std::u16string_view name);

}  // namespace lsw
