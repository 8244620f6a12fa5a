#include "core/process/environment.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "core/path/linux_names.h"
#include "core/teb.h"

namespace lsw {
namespace {

std::u16string windows_path_list(std::string_view linux_list) {
    std::u16string out = u"C:\\Windows\\system32;C:\\Windows";
    while (!linux_list.empty()) {
        size_t end = std::min(linux_list.find(':'), linux_list.size());
        if (end > 0) out += u";" + dos_path_from_linux(linux_list.substr(0, end));
        linux_list.remove_prefix(std::min(end + 1, linux_list.size()));
    }
    return out;
}

}  // namespace

std::u16string build_environment_block(char** linux_environment) {
    std::vector<std::pair<std::u16string, std::u16string>> variables;
    auto set = [&](std::u16string_view name, std::u16string_view value) {
        for (auto& [known, old] : variables)
            if (equal_ignore_case(known, name)) {
                old = value;
                return;
            }
        variables.emplace_back(name, value);
    };
    set(u"SystemRoot", u"C:\\Windows");
    set(u"SystemDrive", u"C:");
    set(u"windir", u"C:\\Windows");
    set(u"ComSpec", u"C:\\Windows\\system32\\cmd.exe");
    set(u"PATHEXT", u".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC");
    set(u"OS", u"Windows_NT");
    set(u"PROCESSOR_ARCHITECTURE", u"AMD64");
    set(u"TEMP", u"Z:\\tmp");
    set(u"TMP", u"Z:\\tmp");
    for (char** at = linux_environment; at && *at; ++at) {
        std::string_view entry = *at;
        size_t equals = entry.find('=');
        if (equals == std::string_view::npos || equals == 0) continue;
        std::string_view name = entry.substr(0, equals), value = entry.substr(equals + 1);
        if (name == "PATH")
            set(u"Path", windows_path_list(value));
        else if (name == "TMPDIR")
            set(u"TEMP", dos_path_from_linux(value)), set(u"TMP", dos_path_from_linux(value));
        else
            set(utf16_from_linux(name), utf16_from_linux(value));
    }
    std::sort(variables.begin(), variables.end(),
              [](const auto& a, const auto& b) { return compare_ignore_case(a.first, b.first) < 0; });
    std::u16string block;
    for (const auto& [name, value] : variables) block += name + u"=" + value + u'\0';
    block += u'\0';
    return block;
}

std::u16string environment_value(std::u16string_view name) {
    auto* at = static_cast<const char16_t*>(current_peb()->ProcessParameters->Environment);
    for (; at && *at; at += length16(at) + 1) {
        std::u16string_view entry(at);
        size_t equals = entry.find(u'=', 1);
        if (equals == std::u16string_view::npos) continue;
        if (equal_ignore_case(entry.substr(0, equals), name)) return std::u16string(entry.substr(equals + 1));
    }
    return {};
}

}  // namespace lsw
