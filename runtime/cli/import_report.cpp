// Breadth first over the import graph (see import_report.h).
#include "cli/import_report.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <memory>
#include <set>

#include "cli/coverage.h"
#include "cli/pe_file.h"
#include "core/module/search.h"
#include "loader/pe/exports.h"
#include "loader/pe/imports.h"

namespace lsw::cli {
namespace {

constexpr char kMalformedImports[] = "malformed import table";

// What everybody imports from one DLL.
struct Wanted {
    std::set<std::string> names;
    std::set<uint16_t> ordinals;
};

std::string directory_of(const std::string& path) {
    size_t slash = path.find_last_of('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string file_name_of(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

class Walk {
public:
    explicit Walk(std::string program) : directory_(directory_of(program)) {
        report_.program = std::move(program);
    }

    ImportReport run() {
        PeFile program(report_.program);
        report_.error = program.error();
        if (!report_.error.empty()) return std::move(report_);
        if (!read_imports(program.view(), file_name_of(report_.program), {})) {
            report_.error = kMalformedImports;
            return std::move(report_);
        }
        while (!queue_.empty()) {
            size_t index = queue_.front();
            queue_.pop_front();
            // By index: reading imports appends modules.
            std::string path = report_.modules[index].path;
            if (!read_imports(files_[path]->view(), report_.modules[index].name, directory_of(path))) {
                report_.modules[index].origin = Origin::Malformed;
                report_.modules[index].error = kMalformedImports;
            }
        }
        for (size_t i = 0; i < report_.modules.size(); ++i) resolve(i);
        return std::move(report_);
    }

private:
    // False when a table is malformed.
    // `importer` by value: a name in the report moves as the report grows.
    bool read_imports(const pe::ImageView& view, std::string importer, const std::string& extra) {
        pe::ImportModules modules(view);
        for (pe::ImportModule module; modules.next(module);) {
            size_t at = module_named(module.dll_name, extra);
            note(at, importer, false);
            if (!collect(view, at, module.lookup_rva, module.address_rva)) return false;
        }
        pe::DelayImportModules delayed(view);
        for (pe::DelayImportModule module; delayed.next(module);) {
            size_t at = module_named(module.dll_name, extra);
            note(at, importer, true);
            if (!collect(view, at, module.lookup_rva, module.address_rva)) return false;
        }
        return !modules.malformed() && !delayed.malformed();
    }

    void note(size_t at, const std::string& importer, bool delayed) {
        ImportedModule& module = report_.modules[at];
        if (!delayed) module.delayed = false;
        if (std::ranges::find(module.importers, importer) == module.importers.end()) {
            module.importers.push_back(importer);
        }
    }

    bool collect(const pe::ImageView& view, size_t at, pe::Rva lookup, pe::Rva address) {
        Wanted& wanted = wanted_[at];
        pe::ImportEntries entries(view, lookup, address);
        for (pe::ImportEntry entry; entries.next(entry);) {
            if (entry.by_ordinal) {
                wanted.ordinals.insert(entry.ordinal);
            } else {
                wanted.names.emplace(entry.name);
            }
        }
        return !entries.malformed();
    }

    // Index of the module that `dll_name` means, added (and queued when it is a file) on first sight.
    size_t module_named(std::string_view dll_name, const std::string& extra) {
        std::string name = host_module_name(dll_name);
        for (size_t i = 0; i < report_.modules.size(); ++i) {
            if (report_.modules[i].name == name) return i;
        }
        ImportedModule module;
        module.name = name;
        const auto* builtin = find_builtin(name);
        if (!builtin || prefers_file(name)) {
            std::vector<std::string> directories;
            if (!extra.empty()) directories.push_back(extra);
            module.path = find_dll_file(name, directory_, directories);
        }
        size_t index = report_.modules.size();
        if (!module.path.empty()) {
            auto file = std::make_unique<PeFile>(module.path);
            module.origin = file->error().empty() ? Origin::File : Origin::Malformed;
            module.error = file->error();
            if (module.origin == Origin::File) queue_.push_back(index);
            files_[module.path] = std::move(file);
        } else if (builtin) {
            module.origin = Origin::Builtin;
        } else {
            module.origin = is_known_system_dll(name) ? Origin::Absent : Origin::NotFound;
        }
        report_.modules.push_back(std::move(module));
        wanted_.emplace_back();
        return index;
    }

    void resolve(size_t index) {
        ImportedModule& module = report_.modules[index];
        const Wanted& wanted = wanted_[index];
        module.import_count = wanted.names.size() + wanted.ordinals.size();
        for (const std::string& name : wanted.names) resolve_one(module, name, name, 0);
        for (uint16_t ordinal : wanted.ordinals) {
            resolve_one(module, "#" + std::to_string(ordinal), {}, ordinal);
        }
    }

    void resolve_one(ImportedModule& module, const std::string& label, std::string_view name,
                     uint16_t ordinal) {
        if (module.origin == Origin::Builtin) {
            const auto* table = find_builtin(module.name);
            auto row = name.empty() ? find_row(*table, ordinal) : find_row(*table, name);
            auto body = row ? body_of(*row) : std::nullopt;
            if (!body) {
                module.missing.push_back(label);
            } else if (body->coverage != api::Coverage::full) {
                module.incomplete.push_back({label, body->coverage, body->note});
            }
            return;
        }
        bool found = module.origin == Origin::File && exported(module.path, name, ordinal, 0);
        if (!found) module.missing.push_back(label);
    }

    // Whether a file exports it, or forwards it to somebody who does.
    bool exported(const std::string& path, std::string_view name, uint16_t ordinal, int hops) {
        constexpr int kMaxHops = 8;  // forwarders may lead round in a circle
        auto& file = files_[path];
        if (!file) file = std::make_unique<PeFile>(path);
        if (!file->error().empty() || hops > kMaxHops) return false;
        auto found = name.empty() ? pe::find_export(file->view(), ordinal)
                                  : pe::find_export(file->view(), name);
        if (!found) return false;
        return !found->is_forwarder() || forwarded(path, found->forwarder, hops);
    }

    bool forwarded(const std::string& from, std::string_view target, int hops) {
        size_t dot = target.find_last_of('.');
        if (dot == std::string_view::npos) return false;
        std::string dll = host_module_name(target.substr(0, dot));
        std::string_view name = target.substr(dot + 1);
        uint16_t ordinal = 0;
        if (name.starts_with('#')) {
            std::from_chars(name.data() + 1, name.data() + name.size(), ordinal);
            name = {};
        }
        const auto* builtin = find_builtin(dll);
        if (builtin && !prefers_file(dll)) {
            auto row = name.empty() ? find_row(*builtin, ordinal) : find_row(*builtin, name);
            return row && body_of(*row).has_value();
        }
        std::string path = find_dll_file(dll, directory_, {directory_of(from)});
        return !path.empty() && exported(path, name, ordinal, hops + 1);
    }

    std::string directory_;
    ImportReport report_;
    std::vector<Wanted> wanted_;  // parallel to report_.modules
    std::map<std::string, std::unique_ptr<PeFile>> files_;
    std::deque<size_t> queue_;
};

}  // namespace

bool ImportReport::has_gap() const {
    return std::ranges::any_of(modules, [](const ImportedModule& module) { return module.has_gap(); });
}

ImportReport report_imports(const std::string& program) { return Walk(program).run(); }

}  // namespace lsw::cli
