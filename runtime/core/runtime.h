// Runtime: the one place for state of the whole process. Subsystems hang off it; there are no other globals.
#pragma once

#include <string>
#include <vector>

#include "core/exception/raw_syscalls.h"
#include "core/module/module.h"
#include "object/handle_table.h"

namespace lsw {

struct StartupBlock;

struct Options {
    bool verbose = false;
    seh::RawCallTiers raw_calls;
    std::string exit_code_file;        // --exit-code-file: the full 32-bit code is written there
    std::string program;               // Linux path of the image
    std::vector<std::string> arguments;
    std::u16string command_line;       // in place of `arguments`: the whole line, word for word
    const StartupBlock* startup = nullptr;  // started by another Windows program; lives as long as the process
};

struct Runtime {
    Options options;
    HandleTable handles;
    ModuleTable modules;
    PEB* peb = nullptr;
    void (*after_detach)() = nullptr;  // the C runtimes: streams are flushed once no guest code runs any more
};

Runtime& runtime();

}  // namespace lsw
