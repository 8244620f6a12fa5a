#include "core/path/linux_names.h"

#include <unistd.h>

#include "base/text.h"

namespace lsw {

std::u16string dos_path_from_linux(std::string_view path) {
    std::string absolute(path);
    if (!path.starts_with('/')) {
        char directory[4096];
        if (getcwd(directory, sizeof directory)) {
            while (absolute.starts_with("./")) absolute.erase(0, 2);
            absolute = std::string(directory) + "/" + absolute;
        }
    }
    std::u16string out = u"Z:" + utf16_from_linux(absolute);
    for (char16_t& unit : out)
        if (unit == u'/') unit = u'\\';
    return out;
}

std::string linux_path_from_dos(std::u16string_view path) {
    if (path.starts_with(u"\\\\?\\")) path.remove_prefix(4);
    std::string out = linux_from_utf16(path);
    for (char& c : out)
        if (c == '\\') c = '/';
    if (out.size() >= 2 && out[1] == ':') {
        if ((out[0] | 0x20) != 'z') return {};
        out.erase(0, 2);
    }
    return out;
}

}  // namespace lsw
