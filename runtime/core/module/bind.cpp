// Binding of imports and lookup of exports. An import that nobody has becomes a stub that ends the program by name.
#include "api/missing.h"
#include "base/log.h"
#include "base/text.h"
#include "core/module/module.h"
#include "core/module/search.h"
#include "core/module/security_cookie.h"
#include "loader/pe/exports.h"
#include "loader/pe/imports.h"

#include <cstring>

namespace lsw {

// A DLL's own directory is not searched on Windows, but it was by LOAD_WITH_ALTERED_SEARCH_PATH when the DLL
// came from there.
std::u16string ModuleTable::directory_for_dependencies(const Module* from) const {
    size_t slash = from->full_name.find_last_of(u'\\');
    if (from->linux_path.empty() || from == program_ || slash == std::u16string::npos) return {};
    return from->full_name.substr(0, slash);
}

Result<Module*> ModuleTable::load_dependency(std::u16string_view name, Module* from) {
    LoadOptions options;
    options.resolve = false;  // initialised later, in dependency order
    options.extra_directory = directory_for_dependencies(from);
    auto loaded = load(name, options);
    if (loaded.ok()) return loaded;
    if (loaded.status() == STATUS_DLL_NOT_FOUND) {
        std::string base = host_module_name(utf8_from_utf16(name));
        if (is_known_system_dll(base)) {
            log_debug("%s is not part of LSW: its functions fail when called", base.c_str());
            return static_cast<Module*>(nullptr);
        }
        // The innermost cause is what a person can act on: "a.dll needs b.dll", not "app.exe needs a.dll".
        if (failure_ == base + ": not found") {
            failure_ = utf8_from_utf16(from->base_name) + " needs " + base + ", which was not found";
        }
    }
    return loaded;
}

Result<void> ModuleTable::bind_one(Module* module, Module* dependency, const pe::ImportModule& imports) {
    pe::ImportEntries entries(module->image.view, imports.lookup_rva, imports.address_rva);
    for (pe::ImportEntry entry; entries.next(entry);) {
        Result<void*> target = Status(STATUS_ENTRYPOINT_NOT_FOUND);
        if (dependency)
            target = entry.by_ordinal ? find_export(dependency, entry.ordinal)
                                      : find_export(dependency, entry.name, entry.hint);
        if (!target.ok()) {
            std::string label = entry.by_ordinal ? "#" + std::to_string(entry.ordinal) : std::string(entry.name);
            target = api::missing_import(imports.dll_name, label);
        }
        if (!target.ok()) return target.status();
        memcpy(module->base() + entry.slot_rva, &*target, sizeof(void*));
    }
    return entries.malformed() ? STATUS_INVALID_IMAGE_FORMAT : STATUS_SUCCESS;
}

Result<void> ModuleTable::bind(Module* module) {
    if (module->builtin) return {};
    pe::ImportModules imports(module->image.view);
    for (pe::ImportModule descriptor; imports.next(descriptor);) {
        auto dependency = load_dependency(utf16_from_utf8(descriptor.dll_name), module);
        if (!dependency.ok()) return dependency.status();
        if (*dependency) module->dependencies.push_back(*dependency);
        LSW_CHECK(bind_one(module, *dependency, descriptor));
    }
    if (imports.malformed()) {
        failure_ = module->linux_path + ": malformed import table";
        return STATUS_INVALID_IMAGE_FORMAT;
    }
    if (auto registered = register_tls(module); !registered.ok()) {
        failure_ = module->linux_path + ": malformed thread-local storage";
        return registered;
    }
    initialise_security_cookie(*module);
    auto protected_image = image::protect(module->image);
    if (!protected_image.ok()) failure_ = module->linux_path + ": its sections could not be protected";
    return protected_image;
}

Result<void*> ModuleTable::find_export(Module* module, std::string_view name, uint16_t hint) {
    auto found = module->exports ? module->exports->find(name, hint) : std::nullopt;
    if (!found) return Status(STATUS_ENTRYPOINT_NOT_FOUND);
    if (found->is_forwarder()) return resolve_forwarder(found->forwarder, module);
    return static_cast<void*>(module->base() + found->rva);
}

Result<void*> ModuleTable::find_export(Module* module, uint16_t ordinal) {
    auto found = module->exports ? module->exports->find(ordinal) : std::nullopt;
    if (!found) return Status(STATUS_ORDINAL_NOT_FOUND);
    if (found->is_forwarder()) return resolve_forwarder(found->forwarder, module);
    return static_cast<void*>(module->base() + found->rva);
}

// "DLL.Name" or "DLL.#ordinal"; the DLL part may hold dots of an API set's name.
Result<void*> ModuleTable::resolve_forwarder(std::string_view target, Module* from) {
    size_t dot = target.find_last_of('.');
    if (dot == std::string_view::npos) return Status(STATUS_ENTRYPOINT_NOT_FOUND);
    std::u16string dll = utf16_from_utf8(target.substr(0, dot)) + u".dll";
    std::string_view name = target.substr(dot + 1);
    auto guard = std::lock_guard(lock_);
    constexpr int kMaxForwarders = 16;  // they may lead round in a circle
    if (forwarder_depth_ >= kMaxForwarders) return Status(STATUS_ENTRYPOINT_NOT_FOUND);
    Module* module = find(dll);
    if (!module) {
        LoadOptions options;
        options.extra_directory = directory_for_dependencies(from);
        // A module that is being bound has its dependencies initialised with it; one that runs does not.
        options.resolve = from->initialised;
        module = LSW_TRY(load(dll, options));
        from->dependencies.push_back(module);
    }
    ++forwarder_depth_;
    auto target_address = name.starts_with('#') ? find_export(module, static_cast<uint16_t>(atoi(name.data() + 1)))
                                                : find_export(module, name);
    --forwarder_depth_;
    return target_address;
}

}  // namespace lsw
