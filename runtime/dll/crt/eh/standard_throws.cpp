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

constexpr int kMostClasses = 3;

// TypeDescriptor and CatchableTypeArray with the sizes that their last members take here.
struct Type {
    const void* vtable;
    char* undecorated_name;
    char name[40];
};
static_assert(offsetof(Type, name) == offsetof(TypeDescriptor, name));

struct TypeArray {
    int32_t count;
    int32_t rva_types[kMostClasses];
};
static_assert(offsetof(TypeArray, rva_types) == offsetof(CatchableTypeArray, rva_types));

// One thrown class and its bases.
struct Tables {
    ThrowInfo throw_info;
    TypeArray array;
    CatchableType catchable[kMostClasses];
    const void* vtable[2];
    Type type[kMostClasses];

    int32_t rva(const void* part) const {
        return static_cast<int32_t>(reinterpret_cast<const char*>(part) -
                                    reinterpret_cast<const char*>(this));
    }
    // The class, and the one between it and std::exception if there is one.
    explicit Tables(const char* name, const char* base = nullptr) {
        vtable[0] = reinterpret_cast<const void*>(destroy);
        vtable[1] = reinterpret_cast<const void*>(what);
        throw_info = {0, 0, 0, rva(&array)};
        const char* root = ".?AVexception@std@@";
        const char* names[kMostClasses] = {name, base ? base : root, root};
        array.count = base ? 3 : 2;
        for (int i = 0; i < array.count; ++i) {
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

void throw_bad_function_call() {
    static const Tables tables(".?AVbad_function_call@std@@");
    throw_standard(tables, "bad function call");
}

void throw_length_error(const char* text) {
    static const Tables tables(".?AVlength_error@std@@", ".?AVlogic_error@std@@");
    throw_standard(tables, text);
}

void throw_out_of_range(const char* text) {
    static const Tables tables(".?AVout_of_range@std@@", ".?AVlogic_error@std@@");
    throw_standard(tables, text);
}

void throw_invalid_argument(const char* text) {
    static const Tables tables(".?AVinvalid_argument@std@@", ".?AVlogic_error@std@@");
    throw_standard(tables, text);
}

void throw_runtime_error(const char* text) {
    static const Tables tables(".?AVruntime_error@std@@");
    throw_standard(tables, text);
}

}  // namespace lsw::crt
