// Taking paths apart and putting them together ("_splitpath_s", "_makepath_s"). Text only, no file
// system.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace lsw::crt {

template <class C>
struct PathParts {
    std::basic_string_view<C> drive, directory, name, extension;
};

template <class C>
PathParts<C> split_path(std::basic_string_view<C> path) {
    PathParts<C> parts;
    if (path.size() >= 2 && path[1] == ':') {
        parts.drive = path.substr(0, 2);
        path.remove_prefix(2);
    }
    size_t slash = std::basic_string_view<C>::npos, dot = slash;
    for (size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '\\' || path[i] == '/')
            slash = i;
        else if (path[i] == '.')
            dot = i;
    }
    size_t name_at = slash == path.npos ? 0 : slash + 1;
    parts.directory = path.substr(0, name_at);
    if (dot == path.npos || dot < name_at) dot = path.size();
    parts.name = path.substr(name_at, dot - name_at);
    parts.extension = path.substr(dot);
    return parts;
}

template <class C>
std::basic_string<C> make_path(const C* drive, const C* directory, const C* name,
                               const C* extension) {
    std::basic_string<C> path;
    if (drive != nullptr && drive[0] != 0) {
        path += drive[0];
        path += static_cast<C>(':');
    }
    if (directory != nullptr && directory[0] != 0) {
        path += directory;
        if (path.back() != '\\' && path.back() != '/') path += static_cast<C>('\\');
    }
    if (name != nullptr) path += name;
    if (extension != nullptr && extension[0] != 0) {
        if (extension[0] != '.') path += static_cast<C>('.');
        path += extension;
    }
    return path;
}

}  // namespace lsw::crt
