#include "core/module/dll_directories.h"

#include <algorithm>

#include "core/module/search.h"
#include "core/path/linux_names.h"

namespace lsw {

uintptr_t DllDirectories::add(std::u16string_view directory) {
    next_cookie_ += 0x10;
    added_.push_back({next_cookie_, linux_path_from_dos(directory)});
    return next_cookie_;
}

bool DllDirectories::remove(uintptr_t cookie) {
    return std::erase_if(added_, [&](const Added& added) { return added.cookie == cookie; }) != 0;
}

std::string DllDirectories::find(std::string_view name, const Search& search) const {
    uint32_t flags = search.flags != 0 ? search.flags : default_flags_;
    std::vector<std::string> directories;
    if (flags == 0) {
        if (!dll_directory_) return find_dll_file(name, search.program_directory, search.first);
        directories = search.first;
        directories.push_back(search.program_directory);
        // It takes the place of the current directory, which comes later, but earlier than PATH.
        if (!dll_directory_->empty()) directories.push_back(linux_path_from_dos(*dll_directory_));
        return find_dll_file(name, search.program_directory, directories, CurrentDirectory::skip);
    }
    if (flags & LOAD_LIBRARY_SEARCH_DEFAULT_DIRS) {
        flags |= LOAD_LIBRARY_SEARCH_APPLICATION_DIR | LOAD_LIBRARY_SEARCH_USER_DIRS;
    }
    if (flags & LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR) directories = search.first;
    if (flags & LOAD_LIBRARY_SEARCH_APPLICATION_DIR) {
        directories.push_back(search.program_directory);
        append_lsw_path(directories);
    }
    if (flags & LOAD_LIBRARY_SEARCH_USER_DIRS) {
        for (const Added& added : added_) directories.push_back(added.directory);
        if (dll_directory_ && !dll_directory_->empty()) {
            directories.push_back(linux_path_from_dos(*dll_directory_));
        }
    }
    for (const std::string& directory : directories) {
        std::string found = directory.empty() ? "" : find_in_directory(directory, name);
        if (!found.empty()) return found;
    }
    return {};
}

}  // namespace lsw
