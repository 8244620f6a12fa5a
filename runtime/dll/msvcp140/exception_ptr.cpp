// exception: std::exception_ptr. A pointer holds a copy of the exception, made by the copy function that its compiler put
// beside it.
#include <alloca.h>

#include <cstring>
#include <utility>

#include "dll/crt/eh/cxx_exception.h"
#include "dll/crt/eh/standard_throws.h"
#include "dll/kernel32/kernel32.h"
#include "dll/msvcp140/msvcp140.h"
#include "dll/ucrtbase/ucrtbase.h"

using namespace msvcp140;
using lsw::crt::CxxException;

namespace {

struct Held {
    int references;
    EXCEPTION_RECORD record;  // its object is the one behind it, for exceptions of C++
    uint64_t unused;          // keeps the object aligned
};

const CatchableType& thrown_type(const CxxException& exception) {
    auto* types = exception.at<CatchableTypeArray>(exception.info->rva_catchable_types);
    return *exception.at<CatchableType>(types->rva_types[0]);
}

// Copies an object of the type, which may call code of the program.
void copy_object(const CxxException& exception, void* to) {
    const CatchableType& type = thrown_type(exception);
    if (type.properties & CT_IsSimpleType || !type.rva_copy_function) {
        memcpy(to, exception.object, static_cast<size_t>(type.size_or_offset));
        return;
    }
    auto* copy = const_cast<void*>(static_cast<const void*>(exception.at<char>(type.rva_copy_function)));
    if (type.properties & CT_HasVirtualBase)
        reinterpret_cast<void*(WINAPI*)(void*, void*, int)>(copy)(to, exception.object, 1);
    else
        reinterpret_cast<void*(WINAPI*)(void*, void*)>(copy)(to, exception.object);
}

Held* hold(const EXCEPTION_RECORD& record) {
    CxxException exception;
    bool cxx = CxxException::from(record, &exception) && exception.info;
    size_t size = cxx ? static_cast<size_t>(thrown_type(exception).size_or_offset) : 0;
    auto* held = static_cast<Held*>(clib::malloc(sizeof(Held) + size));
    if (!held) lsw::crt::throw_bad_alloc();
    held->references = 1;
    held->record = record;
    held->record.ExceptionRecord = nullptr;
    if (cxx) {
        copy_object(exception, held + 1);
        held->record.ExceptionInformation[1] = reinterpret_cast<ULONG_PTR>(held + 1);
    }
    return held;
}

void release(Held* held) {
    if (!held || __atomic_sub_fetch(&held->references, 1, __ATOMIC_ACQ_REL) != 0) return;
    CxxException exception;
    if (CxxException::from(held->record, &exception) && exception.info) lsw::crt::destroy_exception_object(exception);
    clib::free(held);
}

Held* held_by(const ExceptionPtr* pointer) { return static_cast<Held*>(pointer->held); }

void* share(const ExceptionPtr* other) {
    if (other->held) __atomic_add_fetch(&held_by(other)->references, 1, __ATOMIC_RELAXED);
    return other->held;
}

}  // namespace

void msvcp140::exception_ptr_create(ExceptionPtr* self) { *self = {}; }
void msvcp140::exception_ptr_destroy(ExceptionPtr* self) { release(held_by(self)); }
void msvcp140::exception_ptr_copy(ExceptionPtr* self, const ExceptionPtr* other) { *self = {share(other), nullptr}; }

void msvcp140::exception_ptr_assign(ExceptionPtr* self, const ExceptionPtr* other) {
    void* held = share(other);
    release(held_by(self));
    self->held = held;
}

bool msvcp140::exception_ptr_compare(const ExceptionPtr* self, const ExceptionPtr* other) { return self->held == other->held; }
bool msvcp140::exception_ptr_to_bool(const ExceptionPtr* self) { return self->held != nullptr; }
void msvcp140::exception_ptr_swap(ExceptionPtr* self, ExceptionPtr* other) { std::swap(self->held, other->held); }

void msvcp140::exception_ptr_current(ExceptionPtr* self) {
    auto* record = static_cast<EXCEPTION_RECORD*>(lsw::crt::cxx_thread().current_exception);
    void* held = record ? hold(*record) : nullptr;
    release(held_by(self));
    self->held = held;
}

// What is thrown is one more copy, in this frame, which lives until the last catch block has ended.
void msvcp140::exception_ptr_rethrow(const ExceptionPtr* self) {
    Held* held = held_by(self);
    if (!held) lsw::crt::throw_runtime_error("bad exception");
    CxxException exception;
    if (!CxxException::from(held->record, &exception) || !exception.info) {
        kernel32::RaiseException(held->record.ExceptionCode, held->record.ExceptionFlags, held->record.NumberParameters,
                                 held->record.ExceptionInformation);
        return;
    }
    void* object = alloca(static_cast<size_t>(thrown_type(exception).size_or_offset) + 16);
    copy_object(exception, object);
    clib::_CxxThrowException(object, exception.info);
}
