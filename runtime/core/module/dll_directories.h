// Directories that a program adds to its DLL search, and searches restricted by LOAD_LIBRARY_SEARCH_* flags.
// Doc: "Dynamic-link library search order", "SetDllDirectoryW function (winbase.h)",
// "AddDllDirectory function (libloaderapi.h)".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lsw {

inline constexpr uint32_t LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR = 0x100;
inline constexpr uint32_t LOAD_LIBRARY_SEARCH_APPLICATION_DIR = 0x200;
inline constexpr uint32_t LOAD_LIBRARY_SEARCH_USER_DIRS = 0x400;
inline constexpr uint32_t LOAD_LIBRARY_SEARCH_SYSTEM32 = 0x800;
inline constexpr uint32_t LOAD_LIBRARY_SEARCH_DEFAULT_DIRS = 0x1000;
inline constexpr uint32_t kLoadLibrarySearchFlags = 0x1F00;

// Not synchronised: the module table's lock covers it.
class DllDirectories {
public:
    // One search: `first` are Linux directories looked in before all others (altered search path).
    struct Search {
        std::string program_directory;
        std::vector<std::string> first;
        uint32_t flags = 0;  // LOAD_LIBRARY_SEARCH_*; 0: what set_default_flags said, else the standard order
    };
    std::string find(std::string_view name, const Search& search) const;

    // SetDllDirectory: nothing restores the standard order, "" takes the current directory out of it.
    void set_dll_directory(std::optional<std::u16string> directory) { dll_directory_ = std::move(directory); }
    const std::optional<std::u16string>& dll_directory() const { return dll_directory_; }

    void set_default_flags(uint32_t flags) { default_flags_ = flags; }
    // A cookie for remove(), never 0.
    uintptr_t add(std::u16string_view directory);
    bool remove(uintptr_t cookie);

private:
    struct Added {
        uintptr_t cookie;
        std::string directory;
    };
    std::optional<std::u16string> dll_directory_;
    uint32_t default_flags_ = 0;
    std::vector<Added> added_;
    uintptr_t next_cookie_ = 0x10;
};

}  // namespace lsw
