// The objects and tables that the compiler would have put into an image. Their RVAs count from the tables
// themselves, which stand together in one block below the 4 GB that an RVA spans.
#include "dll/crt/eh/standard_throws.h"

#include <cstring>

#include "core/exception/capture.h"
#include "core/exception/dispatch.h"
#include "dll/crt/eh/cxx_exception.h"
#include "dll/crt/eh/types.h"

namespace lsw::crt {
namespace {

struct StandardException {
    const void* vtable;
    ExceptionData data;
};

WINAPI const char* what(StandardException* self) {
    return self->data.what ? self->data.what : "Unknown exception";
}

WINAPI void* destroy(StandardException* self, unsigned) { return self; }

// TypeDescriptor and CatchableTypeArray with the sizes that their last members take here.
struct Type {
    const void* vtable;
    char* undecorated_name;
    char name[40];
};
static_assert(offsetof(Type, name) == offsetof(TypeDescriptor, name));

struct TypeArray {
    int32_t count;
    int32_t rva_types[2];
};
static_assert(offsetof(TypeArray, rva_types) == offsetof(CatchableTypeArray, rva_types));

// One thrown class and its two bases.
struct Tables {
    ThrowInfo throw_info;
    TypeArray array;
    CatchableType catchable[2];
    const void* vtable[2];
    Type type[2];

    int32_t rva(const void* part) const {
        return static_cast<int32_t>(reinterpret_cast<const char*>(part) -
                                    reinterpret_cast<const char*>(this));
    }
    explicit Tables(const char* name) {
        vtable[0] = reinterpret_cast<const void*>(destroy);
        vtable[1] = reinterpret_cast<const void*>(what);
        throw_info = {0, 0, 0, rva(&array)};
        array.count = 2;
        const char* names[2] = {name, ".?AVexception@std@@"};
        for (int i = 0; i < 2; ++i) {
            type[i].vtable = nullptr;
            type[i].undecorated_name = nullptr;
            strcpy(type[i].name, names[i]);
            catchable[i] = {0, rva(&type[i]), {0, -1, 0}, sizeof(StandardException), 0};
            array.rva_types[i] = rva(&catchable[i]);
        }
    }
};

[[noreturn]] void throw_standard(const Tables& tables, const char* text) {
    StandardException object = {tables.vtable, {text, false}};
    CONTEXT context;
    seh::capture_caller(&context);
    EXCEPTION_RECORD record = {};
    record.ExceptionCode = kExceptionMsvcCxx;
    record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    record.ExceptionAddress = reinterpret_cast<void*>(context.Rip);
    record.NumberParameters = EH_EXCEPTION_PARAMETERS;
    record.ExceptionInformation[0] = EH_MAGIC_NUMBER1;
    record.ExceptionInformation[1] = reinterpret_cast<ULONG_PTR>(&object);
    record.ExceptionInformation[2] = reinterpret_cast<ULONG_PTR>(&tables.throw_info);
    record.ExceptionInformation[3] = reinterpret_cast<ULONG_PTR>(&tables);
    ++cxx_thread().throwing;
    seh::raise(&record, &context);
}

}  // namespace

void throw_bad_cast(const char* text) {
    static const Tables tables(".?AVbad_cast@std@@");
    throw_standard(tables, text);
}

void throw_bad_typeid(const char* text) {
    static const Tables tables(".?AVbad_typeid@std@@");
    throw_standard(tables, text);
}

void throw_bad_alloc() {
    static const Tables tables(".?AVbad_alloc@std@@");
    throw_standard(tables, "bad allocation");
}

}  // namespace lsw::crt
