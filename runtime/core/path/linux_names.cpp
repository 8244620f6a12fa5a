#include "core/path/linux_names.h"

#include <unistd.h>

#include <memory>

#include "base/text.h"
#include "core/path/dos_path.h"
#include "core/path/lookup.h"

namespace lsw {

std::u16string dos_path_from_linux(std::string_view path) {
    std::string absolute(path);
    if (!path.starts_with('/')) {
        std::unique_ptr<char, decltype(&free)> directory(getcwd(nullptr, 0), free);
        if (directory) {
            while (absolute.starts_with("./")) absolute.erase(0, 2);
            std::string base = directory.get();
            absolute = (base == "/" ? "" : base) + "/" + (absolute == "." ? "" : absolute);
        }
    }
    if (absolute.size() > 1 && absolute.back() == '/') absolute.pop_back();
    return path::drives().windows_from_linux(absolute);
}

std::string linux_path_from_dos(std::u16string_view path) {
    std::unique_ptr<char, decltype(&free)> directory(getcwd(nullptr, 0), free);
    std::u16string current = path::drives().windows_from_linux(directory ? directory.get() : "/");
    auto full = path::nt_path(path, {current});
    if (!full.ok()) return {};
    auto target = path::target_of(*full);
    if (!target.ok() || target->kind != path::Target::kFile || !target->stream.empty()) return {};
    if (access(target->linux_path.c_str(), F_OK) == 0) return target->linux_path;
    path::Lookup found = path::search(target->linux_path);
    bool usable = found.kind == path::Lookup::kFound || found.kind == path::Lookup::kNameMissing ||
                  found.kind == path::Lookup::kBuiltinFile;
    return usable ? found.path : target->linux_path;
}

}  // namespace lsw
