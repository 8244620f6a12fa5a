// See host_library.h.
#include "base/host_library.h"

#include <dlfcn.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/log.h"
#include "base/shared_object.h"

// What runtime/cli/host_bundle.cmake makes, in a static lsw alone. Offsets are from where they stand; the list ends with 0.
struct HostImport {
    int32_t name;
    int32_t address;
};
extern "C" {
[[gnu::weak]] extern const std::byte lsw_host_bundle_begin[];
[[gnu::weak]] extern const std::byte lsw_host_bundle_end[];
[[gnu::weak]] extern const HostImport lsw_host_imports[];
}

namespace lsw {
namespace {

template <class Type>
Type* at_offset(const int32_t& offset) {
    return reinterpret_cast<Type*>(reinterpret_cast<intptr_t>(&offset) + offset);
}

void* import_of_bundle(const char* name) {
    for (const HostImport* import = lsw_host_imports; import->name; ++import)
        if (std::strcmp(at_offset<const char>(import->name), name) == 0) return at_offset<void>(import->address);
    return nullptr;
}

const SharedObject* bundle() {
    static const SharedObject* loaded = [] {
        auto object = SharedObject::load({lsw_host_bundle_begin, lsw_host_bundle_end}, import_of_bundle);
        if (!object) log_debug("the libraries that lsw carries cannot be loaded");
        return object.release();
    }();
    return loaded;
}

bool has_bundle() { return lsw_host_bundle_begin != nullptr; }

}  // namespace

void* open_host_library(std::initializer_list<const char*> names) {
    if (has_bundle()) return const_cast<SharedObject*>(bundle());
    for (const char* name : names)
        if (void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL)) return library;
    return nullptr;
}

void* host_symbol(void* library, const char* name) {
    return has_bundle() ? static_cast<SharedObject*>(library)->find(name) : dlsym(library, name);
}

}  // namespace lsw
