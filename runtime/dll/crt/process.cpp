#include "dll/crt/process.h"

#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

#include "base/text.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/crt/arguments.h"

namespace lsw::crt {
namespace {

// Where the variables live while msvcrt, which exports them, is not loaded.
struct Storage {
    int argc, file_mode = 0x4000, commit_mode, daylight = 1;  // _O_TEXT
    LONG timezone = 28800, dst_bias = -3600;
    char** argv;
    WCHAR** wargv;
    char **environment, **initial_environment;
    WCHAR **wide_environment, **initial_wide_environment;
    char *command_line, *program, *zone_names[2];
    WCHAR *wide_command_line, *wide_program;
};

std::vector<std::u16string> arguments_of_process(bool expand) {
    const UNICODE_STRING& line = current_peb()->ProcessParameters->CommandLine;
    std::vector<Argument> parsed = parse_command_line({line.Buffer, line.Length / 2u});
    if (expand) return expand_wildcards(parsed);
    std::vector<std::u16string> texts;
    for (Argument& argument : parsed) texts.push_back(std::move(argument.text));
    return texts;
}

// One zero-terminated copy that lives as long as the process.
template <class Char>
Char* keep(const std::basic_string<Char>& text) {
    size_t bytes = (text.size() + 1) * sizeof(Char);
    return static_cast<Char*>(memcpy(malloc(bytes), text.c_str(), bytes));
}

}  // namespace

Variables& variables() {
    static Storage own;
    static Variables all{&own.argc, &own.argv, &own.wargv, &own.environment, &own.wide_environment,
                         &own.initial_environment, &own.initial_wide_environment, &own.command_line,
                         &own.wide_command_line, &own.program, &own.wide_program, &own.file_mode,
                         &own.commit_mode, &own.daylight, &own.timezone, &own.dst_bias, own.zone_names};
    return all;
}

Modes& modes() {
    static Modes all;
    return all;
}

int invalid(int error) {
    invalid_parameter(modes().flavour, error);
    return error;
}

void load_variables(Flavour flavour) {
    Variables& all = variables();
    if (!*all.wide_command_line) {
        const RTL_USER_PROCESS_PARAMETERS& parameters = *current_peb()->ProcessParameters;
        *all.wide_command_line = parameters.CommandLine.Buffer;
        *all.command_line = keep(utf8_from_utf16(parameters.CommandLine.Buffer));
        *all.wide_program = parameters.ImagePathName.Buffer;
        *all.program = keep(utf8_from_utf16(parameters.ImagePathName.Buffer));
        modes().flavour = flavour;
        modes().started_ms = monotonic_ms();
    }
}

void set_narrow_arguments(bool expand) {
    std::vector<std::u16string> texts = arguments_of_process(expand);
    auto** argv = static_cast<char**>(malloc((texts.size() + 1) * sizeof(char*)));
    for (size_t i = 0; i < texts.size(); ++i) argv[i] = keep(utf8_from_utf16(texts[i]));
    argv[texts.size()] = nullptr;
    *variables().argc = static_cast<int>(texts.size());
    *variables().argv = argv;
}

void set_wide_arguments(bool expand) {
    std::vector<std::u16string> texts = arguments_of_process(expand);
    auto** argv = static_cast<WCHAR**>(malloc((texts.size() + 1) * sizeof(WCHAR*)));
    for (size_t i = 0; i < texts.size(); ++i) argv[i] = keep(texts[i]);
    argv[texts.size()] = nullptr;
    *variables().argc = static_cast<int>(texts.size());
    *variables().wargv = argv;
}

int64_t monotonic_ms() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1'000'000;
}

void* kernel32_function(const char* name) {
    ModuleTable& table = runtime().modules;
    Module* kernel32 = table.find(u"kernel32.dll");
    if (!kernel32) return nullptr;
    auto found = table.find_export(kernel32, std::string_view(name));
    return found.ok() ? *found : nullptr;
}

}  // namespace lsw::crt
