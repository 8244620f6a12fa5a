// See stream_name.h.
#include "core/path/stream_name.h"

#include "base/text.h"

namespace lsw::path {

Status take_stream(std::u16string_view& path, std::string& stream) {
    constexpr size_t kNone = std::u16string_view::npos;
    size_t colon = path.rfind(u':');
    if (colon == kNone) return {};
    size_t start = path.rfind(u'\\') + 1;  // 0 where there is no backslash
    colon = path.find(u':', start);
    if (colon == kNone || colon == start) return STATUS_OBJECT_NAME_INVALID;
    std::u16string_view name = path.substr(colon + 1);
    size_t second = name.find(u':');
    if (second != kNone) {
        if (!equal_ignore_case(name.substr(second + 1), u"$DATA")) return STATUS_OBJECT_NAME_INVALID;
        name = name.substr(0, second);
    } else if (name.empty()) {
        return STATUS_OBJECT_NAME_INVALID;
    }
    // Controls are allowed here ("Naming Files, Paths, and Namespaces").
    if (name.size() > 255 || name.find_first_of(std::u16string_view(u"\0/\"*<>?|", 8)) != kNone)
        return STATUS_OBJECT_NAME_INVALID;
    stream = linux_from_utf16(name);
    path = path.substr(0, colon);
    return {};
}

}  // namespace lsw::path
