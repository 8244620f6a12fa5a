#include "cli/check.h"

#include <cstdio>
#include <string>

#include "base/log.h"
#include "cli/arguments.h"
#include "cli/coverage.h"
#include "cli/help.h"
#include "cli/import_report.h"
#include "cli/json.h"
#include "cli/program.h"

namespace lsw::cli {
namespace {

const char* origin_name(Origin origin) {
    switch (origin) {
        case Origin::Builtin: return "built-in";
        case Origin::File: return "file";
        case Origin::Absent: return "absent";
        case Origin::NotFound: return "not-found";
        case Origin::Malformed: return "malformed";
    }
    return "";
}

std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

// What is the matter with a module, or where it comes from.
std::string state_of(const ImportedModule& module) {
    std::string count = std::to_string(module.import_count) + (module.import_count == 1 ? " import" : " imports");
    switch (module.origin) {
        case Origin::Absent: return "not part of LSW, " + count;
        case Origin::NotFound: return "not found, needed by " + join(module.importers);
        case Origin::Malformed: return module.path + ": " + module.error;
        case Origin::File: count += ", " + module.path; break;
        case Origin::Builtin: break;
    }
    if (module.missing.empty()) return count;
    return std::to_string(module.missing.size()) + " of " + count + " missing";
}

void print_module(const ImportedModule& module, bool verbose) {
    printf("  %s: %s%s\n", module.name.c_str(), state_of(module).c_str(),
           module.delayed ? " (delay-loaded)" : "");
    for (const std::string& name : module.missing) printf("    %s\n", name.c_str());
    if (!verbose) return;
    for (const auto& entry : module.incomplete) {
        printf("    %s (%s%s%s)\n", entry.name.c_str(), coverage_name(entry.coverage),
               entry.note.empty() ? "" : ": ", entry.note.c_str());
    }
}

void print_text(const ImportReport& report, bool verbose) {
    size_t imports = 0;
    size_t missing = 0;
    size_t unfound = 0;
    for (const auto& module : report.modules) {
        imports += module.import_count;
        missing += module.missing.size();
        if (module.origin == Origin::NotFound || module.origin == Origin::Malformed) ++unfound;
    }
    printf("%s: %zu imports from %zu DLLs, ", report.program.c_str(), imports, report.modules.size());
    printf("%s missing", missing == 0 ? "none" : std::to_string(missing).c_str());
    if (unfound != 0) printf(", %zu %s not usable", unfound, unfound == 1 ? "DLL" : "DLLs");
    printf("\n");
    for (const auto& module : report.modules) {
        if (verbose || module.has_gap()) print_module(module, verbose);
    }
}

void print_json(const ImportReport& report) {
    Json json;
    json.begin_object();
    json.field("program", report.program);
    json.field("complete", !report.has_gap());
    json.key("modules").begin_array();
    for (const auto& module : report.modules) {
        json.begin_object();
        json.field("name", module.name);
        json.field("origin", origin_name(module.origin));
        if (!module.path.empty()) json.field("path", module.path);
        if (!module.error.empty()) json.field("error", module.error);
        json.field("delay_loaded", module.delayed);
        json.key("importers").begin_array();
        for (const auto& importer : module.importers) json.text(importer);
        json.end_array();
        json.count("imports", module.import_count);
        json.key("missing").begin_array();
        for (const auto& name : module.missing) json.text(name);
        json.end_array();
        json.key("incomplete").begin_array();
        for (const auto& entry : module.incomplete) {
            json.begin_object();
            json.field("name", entry.name);
            json.field("status", coverage_name(entry.coverage));
            json.field("note", entry.note);
            json.end_object();
        }
        json.end_array();
        json.end_object();
    }
    json.end_array();
    json.end_object();
    fputs(json.string().c_str(), stdout);
}

}  // namespace

int check(int count, char** words) {
    Arguments arguments("check", count, words);
    bool as_json = false;
    bool verbose = false;
    const char* program = nullptr;
    do {
        while (arguments.next_option()) {
            if (arguments.is("--help", "-h")) {
                fputs(kHelpCheck, stdout);
                return 0;
            }
            if (arguments.is("--json")) {
                as_json = true;
            } else if (arguments.is("--verbose", "-v")) {
                verbose = true;
            } else {
                arguments.unknown();
            }
        }
        const char* word = arguments.next_word();
        if (!word) break;
        if (program) fatal(kExitInternal, "one program at a time (usage: lsw check [option...] app.exe)");
        program = word;
    } while (arguments.left() > 0);
    if (!program) fatal(kExitInternal, "no program given (usage: lsw check [option...] app.exe)");
    ImportReport report = report_imports(find_program_or_die(program));
    if (!report.error.empty()) fatal(kExitCannotRun, "%s: %s", report.program.c_str(), report.error.c_str());
    as_json ? print_json(report) : print_text(report, verbose);
    if (fflush(stdout) != 0) return kExitInternal;
    return report.has_gap() ? 1 : 0;
}

}  // namespace lsw::cli
