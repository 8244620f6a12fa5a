// vcruntime_exception.h and vcruntime_typeinfo.h: what std::exception and std::type_info are made of.
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string>

#include "dll/crt/eh/undecorate.h"
#include "dll/vcruntime140/vcruntime140.h"

using namespace lsw;

namespace {

crt::TypeInfoData* data_of(TypeDescriptor* type) {
    return reinterpret_cast<crt::TypeInfoData*>(&type->undecorated_name);
}

char* copy(const char* text) {
    size_t size = strlen(text) + 1;
    auto kept = static_cast<char*>(malloc(size));
    if (kept) memcpy(kept, text, size);
    return kept;
}

}  // namespace

void clib::__std_exception_copy(const crt::ExceptionData* from, crt::ExceptionData* to) {
    if (from->do_free && from->what) {
        to->what = copy(from->what);
        to->do_free = to->what != nullptr;
    } else {
        to->what = from->what;
        to->do_free = false;
    }
}

void clib::__std_exception_destroy(crt::ExceptionData* data) {
    if (data->do_free) free(const_cast<char*>(data->what));
    *data = {};
}

int clib::__std_type_info_compare(const crt::TypeInfoData* a, const crt::TypeInfoData* b) {
    return a == b ? 0 : strcmp(a->decorated_name + 1, b->decorated_name + 1);
}

size_t clib::__std_type_info_hash(const crt::TypeInfoData* data) {
    uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
    for (const char* c = data->decorated_name + 1; *c; ++c) {
        hash ^= static_cast<unsigned char>(*c);
        hash *= 0x100000001B3;
    }
    return hash ^ (hash >> 32);
}

// The name is made once and kept in the descriptor, until the module's list is destroyed; we keep it
// beyond that, since a name may be asked for while the process ends.
const char* clib::__std_type_info_name(crt::TypeInfoData* data, void*) {
    std::atomic_ref<char*> cached(data->undecorated_name);
    if (char* name = cached.load()) return name;
    char* name = copy(crt::undecorate_type(data->decorated_name + 1).c_str());
    char* expected = nullptr;
    if (!cached.compare_exchange_strong(expected, name)) {
        free(name);
        return expected;
    }
    return name;
}

void clib::__std_type_info_destroy_list(void*) {}

char* clib::__unDName(char* buffer, const char* decorated, int size, void* allocate, void*,
                      unsigned short) {
    return __unDNameEx(buffer, decorated, size, allocate, nullptr, nullptr, 0);
}

char* clib::__unDNameEx(char* buffer, const char* decorated, int size, void* allocate, void*, void*,
                        unsigned) {
    std::string name = crt::undecorate_type(decorated);
    if (!buffer) {
        using Allocate = void*(WINAPI*)(size_t);
        size = static_cast<int>(name.size()) + 1;
        buffer = static_cast<char*>(allocate ? reinterpret_cast<Allocate>(allocate)(name.size() + 1)
                                             : malloc(name.size() + 1));
    }
    if (!buffer || size <= 0) return nullptr;
    size_t count = std::min(name.size(), static_cast<size_t>(size) - 1);
    memcpy(buffer, name.data(), count);
    buffer[count] = 0;
    return buffer;
}

void clib::type_info_destroy(TypeDescriptor*) {}
const char* clib::type_info_name(TypeDescriptor* type) {
    return __std_type_info_name(data_of(type), nullptr);
}
const char* clib::type_info_raw_name(TypeDescriptor* type) { return type->name; }
int clib::type_info_before(TypeDescriptor* type, TypeDescriptor* other) {
    return __std_type_info_compare(data_of(type), data_of(other)) < 0;
}
int clib::type_info_equal(TypeDescriptor* type, TypeDescriptor* other) {
    return __std_type_info_compare(data_of(type), data_of(other)) == 0;
}
int clib::type_info_not_equal(TypeDescriptor* type, TypeDescriptor* other) {
    return !type_info_equal(type, other);
}
