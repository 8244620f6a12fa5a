#include "programs/tools/tools.h"

#include "abi/file.h"
#include "base/text.h"
#include "core/process/program_search.h"
#include "dll/kernel32/kernel32.h"
#include "programs/support/console_io.h"

namespace lsw::tools {

std::vector<std::u16string> arguments() {
    std::vector<std::u16string> words = split_command_line(kernel32::GetCommandLineW());
    words.erase(words.begin());
    return words;
}

std::u16string argument_text() {
    std::u16string_view line = kernel32::GetCommandLineW();
    bool quoted = false;
    size_t at = 0;
    for (; at < line.size() && (quoted || (line[at] != u' ' && line[at] != u'\t')); ++at)
        if (line[at] == u'"') quoted = !quoted;
    while (at < line.size() && (line[at] == u' ' || line[at] == u'\t')) ++at;
    return std::u16string(line.substr(at));
}

bool is_switch(std::u16string_view word, std::u16string_view name) {
    return word.size() == name.size() + 1 && (word[0] == u'/' || word[0] == u'-') &&
           equal_ignore_case(word.substr(1), name);
}

bool switch_value(std::u16string_view word, std::u16string_view name, std::u16string& value) {
    if (word.size() < name.size() + 2 || (word[0] != u'/' && word[0] != u'-')) return false;
    if (!equal_ignore_case(word.substr(1, name.size()), name)) return false;
    char16_t sign = word[name.size() + 1];
    if (sign != u':' && sign != u'=') return false;
    value = word.substr(name.size() + 2);
    return true;
}

std::vector<std::string_view> lines_of(std::string_view bytes) {
    std::vector<std::string_view> out;
    while (!bytes.empty()) {
        size_t end = std::min(bytes.find('\n'), bytes.size());
        std::string_view line = bytes.substr(0, end);
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        out.push_back(line);
    }
    return out;
}

bool read_file(const std::u16string& path, std::string& bytes) {
    HANDLE file = kernel32::CreateFileW(path.c_str(), GENERIC_READ,
                                        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                        nullptr, OPEN_EXISTING, 0, nullptr);
    if (file == INVALID_HANDLE_VALUE) return false;
    bytes = programs::read_all(file);
    kernel32::CloseHandle(file);
    return true;
}

}  // namespace lsw::tools
