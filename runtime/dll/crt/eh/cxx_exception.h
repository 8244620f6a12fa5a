// C++ exceptions on their way: what a record holds, which catch takes it, what a thread is handling.
#pragma once

#include "abi/cxx_exception.h"
#include "abi/exception.h"
#include "dll/crt/eh/func_info.h"

namespace lsw::crt {

// The parts of an exception record thrown by C++ code.
struct CxxException {
    void* object = nullptr;
    const ThrowInfo* info = nullptr;
    uint64_t image_base = 0;

    // False for other exceptions.
    static bool from(const EXCEPTION_RECORD& record, CxxException* exception);
    template <class T>
    const T* at(int32_t rva) const {
        return reinterpret_cast<const T*>(image_base + static_cast<uint32_t>(rva));
    }
};

// The conversion of the thrown type that the catch takes, or null when it does not take it.
const CatchableType* match(const CxxException& exception, const CatchHandler& handler);

// Copies or refers to the object where the catch block expects it. `frame`: the function's establisher.
void build_catch_object(const CxxException& exception, const CatchHandler& handler,
                        const CatchableType* conversion, uint64_t frame);

void destroy_exception_object(const CxxException& exception);

// The pointer to an object's base.
void* adjust_pointer(void* object, const PMD& where);

// A catch block that runs; they nest.
struct ActiveCatch {
    EXCEPTION_RECORD* exception;
    CONTEXT* context;
    ActiveCatch* previous;
};

// What C++ code asks about the calling thread.
struct CxxThread {
    void* current_exception = nullptr;  // EXCEPTION_RECORD* of the innermost catch (__current_exception)
    void* current_context = nullptr;
    ActiveCatch* active = nullptr;
    int throwing = 0;  // thrown and not yet caught (std::uncaught_exceptions)
    void* translator = nullptr;
};
CxxThread& cxx_thread();

// Enters and leaves a catch block. Leaving destroys the exception, unless an outer catch or `carried` (the
// exception that the block was left by) still refers to its object.
void enter_catch(ActiveCatch* block);
void leave_catch(ActiveCatch* block, const EXCEPTION_RECORD* carried);

}  // namespace lsw::crt
