// Where each import of a program and of its private DLLs leads. Reads files, loads and runs nothing.
// The search is the loader's own (core/module/search.h), so that the report tells the truth.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/export.h"

namespace lsw::cli {

enum class Origin {
    Builtin,    // part of LSW
    File,       // a private DLL
    Absent,     // a Windows DLL that LSW lacks: it loads as an empty one
    NotFound,   // nobody has it: the program does not start
    Malformed,  // a file that is no usable DLL
};

struct ImportedModule {
    std::string name;  // "kernel32.dll", lower case, after API sets
    Origin origin = Origin::NotFound;
    std::string path;   // of a file
    std::string error;  // of a malformed one
    bool delayed = true;  // delay-loaded by all its importers
    std::vector<std::string> importers;
    size_t import_count = 0;  // different functions
    std::vector<std::string> missing;  // names, or "#7"

    struct Incomplete {
        std::string name;
        api::Coverage coverage;
        std::string note;
    };
    std::vector<Incomplete> incomplete;

    bool has_gap() const { return origin == Origin::NotFound || origin == Origin::Malformed || !missing.empty(); }
};

struct ImportReport {
    std::string program;
    std::string error;  // not empty: the program itself cannot be read or is no Windows program
    std::vector<ImportedModule> modules;

    bool has_gap() const;
};

// `program` is a Linux path.
ImportReport report_imports(const std::string& program);

}  // namespace lsw::cli
