// See usual_path.h.
#include "core/path/usual_path.h"

#include <array>
#include <cstring>
#include <type_traits>

#include "core/path/dos_path.h"

namespace lsw::path {
namespace {

constexpr size_t kBufferBytes = 1024;
constexpr size_t kLongestName = 255;

constexpr auto kIsNameUnit = [] {
    std::array<bool, 128> name{};
    for (char16_t unit = 0x20; unit < 0x7F; ++unit)
        name[unit] = std::u16string_view(u"<>:\"|?*\\/").find(unit) == std::u16string_view::npos;
    return name;
}();

// The path so far is [text, end); `root` bytes of it are beyond the reach of "..".
struct Output {
    char text[kBufferBytes];
    char* end = text;
    char* root = text;
    bool verbatim = false;  // \\\\?\\: nothing is resolved or taken off

    bool start(const UsualBase& base, size_t bytes) {
        if (bytes > kBufferBytes - kLongestName) return false;
        memcpy(text, base.directory.data(), bytes);
        end = text + bytes;
        root = text + base.root_bytes;
        return true;
    }
    void pop() {
        while (end > root)
            if (*--end == '/') return;
    }
};

// Begins with the drive, or the directory, that `from` starts at, and moves it to what follows.
template <class Unit>
bool start(Output& out, const Unit*& from, const UsualBase& current, const DriveMap& map) {
    if (is_separator(from[0])) {
        if (from[0] == u'\\' && from[1] == u'\\' && from[2] == u'?' && from[3] == u'\\' && from[4] != 0 &&
            from[5] == u':' && from[6] == u'\\') {
            out.verbatim = true;
            from += 4;
        } else {
            if (is_separator(from[1])) return false;
            ++from;
            return out.start(current, current.root_bytes);
        }
    }
    if (from[0] == 0) return false;
    if (from[1] != u':') return out.start(current, current.directory.size());
    if (!is_separator(from[2])) return false;
    const std::string* drive = map.root(from[0]);
    from += 3;
    return drive && out.start({*drive, drive->size()}, drive->size());
}

// Appends the names of `from` up to its end, which `from` becomes. False for what needs more care.
template <class Unit>
bool append_names(Output& out, const Unit*& from) {
    using Unsigned = std::make_unsigned_t<Unit>;
    const Unit* at = from;  // what is written is no alias of this
    for (;;) {
        char* to = out.end;
        if (out.text + kBufferBytes - to < static_cast<ptrdiff_t>(kLongestName + 2)) return false;
        const Unit* const name = at;
        const Unit* const stop = name + kLongestName;
        *to++ = '/';
        Unsigned unit;
        while ((unit = static_cast<Unsigned>(*at)) < 128 && kIsNameUnit[unit]) {
            if (at == stop) return false;
            *to++ = static_cast<char>(unit);
            ++at;
        }
        const bool last = unit == 0;
        if (!last && !is_separator(unit)) return false;
        const auto length = static_cast<size_t>(at - name);
        if (out.verbatim) {
            if (unit == u'/' || (length == 0 && !last) || (length <= 2 && length > 0 && name[0] == u'.')) return false;
            if (length > 0) out.end = to;
        } else if (length > 0) {
            bool dots = at[-1] == u'.' && (length == 1 || (length == 2 && name[0] == u'.'));
            if (!dots && (at[-1] == u'.' || at[-1] == u' ')) return false;
            if (!dots) out.end = to;
            else if (length == 2) out.pop();
        }
        if (last) {
            from = at;
            return out.verbatim || length < 3 || !starts_like_device(name[0], name[1], name[2]);
        }
        ++at;
    }
}

template <class Unit>
bool usual(const Unit* text, const UsualBase& current, Target& target, const DriveMap& map) {
    Output out;
    const Unit* from = text;
    if (!start(out, from, current, map) || !append_names(out, from)) return false;
    target.wants_directory = is_separator(from[-1]) || out.end == out.root;
    target.kind = Target::kFile;
    target.stream.clear();
    if (out.end == out.text) *out.end++ = '/';
    target.linux_path.assign(out.text, static_cast<size_t>(out.end - out.text));
    return true;
}

}  // namespace

bool usual_target(const char16_t* text, const UsualBase& current, Target& target, const DriveMap& map) {
    return usual(text, current, target, map);
}

bool usual_target(const char* text, const UsualBase& current, Target& target, const DriveMap& map) {
    return usual(text, current, target, map);
}

}  // namespace lsw::path
