// eh.h and ehdata.h: throwing, and the exports around it.
#include "core/exception/capture.h"
#include "core/exception/dispatch.h"
#include "core/exception/function_tables.h"
#include "dll/crt/eh/cxx_exception.h"
#include "dll/crt/eh/frame_handler.h"
#include "dll/vcruntime140/vcruntime140.h"

using namespace lsw;

EXCEPTION_DISPOSITION clib::__CxxFrameHandler3(EXCEPTION_RECORD* record, void* frame,
                                               CONTEXT* context, DISPATCHER_CONTEXT* dispatcher) {
    return crt::handle_frame(record, frame, context, dispatcher, crt::FuncInfoV3(*dispatcher));
}

EXCEPTION_DISPOSITION clib::__CxxFrameHandler(EXCEPTION_RECORD* record, void* frame,
                                              CONTEXT* context, DISPATCHER_CONTEXT* dispatcher) {
    return __CxxFrameHandler3(record, frame, context, dispatcher);
}

EXCEPTION_DISPOSITION clib::__CxxFrameHandler2(EXCEPTION_RECORD* record, void* frame,
                                               CONTEXT* context, DISPATCHER_CONTEXT* dispatcher) {
    return __CxxFrameHandler3(record, frame, context, dispatcher);
}

EXCEPTION_DISPOSITION clib::__CxxFrameHandler4(EXCEPTION_RECORD* record, void* frame,
                                               CONTEXT* context, DISPATCHER_CONTEXT* dispatcher) {
    return crt::handle_frame(record, frame, context, dispatcher, crt::FuncInfoV4(*dispatcher));
}

// `throw;` passes null for both: what the innermost catch block handles goes on its way again.
void clib::_CxxThrowException(void* object, const ThrowInfo* info) {
    CONTEXT context;
    seh::capture_caller(&context);
    crt::CxxThread& thread = crt::cxx_thread();
    EXCEPTION_RECORD record = {};
    if (info) {
        auto thrown_info = reinterpret_cast<uint64_t>(info);
        record.ExceptionCode = kExceptionMsvcCxx;
        record.NumberParameters = EH_EXCEPTION_PARAMETERS;
        record.ExceptionInformation[0] = EH_MAGIC_NUMBER1;
        record.ExceptionInformation[1] = reinterpret_cast<ULONG_PTR>(object);
        record.ExceptionInformation[2] = thrown_info;
        record.ExceptionInformation[3] = seh::function_tables().image_of(thrown_info);
    } else {
        if (!thread.current_exception) clib::terminate();
        record = *static_cast<EXCEPTION_RECORD*>(thread.current_exception);
        record.ExceptionRecord = nullptr;
    }
    record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    record.ExceptionAddress = reinterpret_cast<void*>(context.Rip);
    ++thread.throwing;
    seh::raise(&record, &context);
}

void** clib::__current_exception() { return &crt::cxx_thread().current_exception; }
void** clib::__current_exception_context() { return &crt::cxx_thread().current_context; }
int* clib::__processing_throw() { return &crt::cxx_thread().throwing; }
bool clib::__uncaught_exception() { return crt::cxx_thread().throwing != 0; }
int clib::__uncaught_exceptions() { return crt::cxx_thread().throwing; }

void clib::__DestructExceptionObject(EXCEPTION_RECORD* record, BOOLEAN) {
    crt::CxxException exception;
    if (record && crt::CxxException::from(*record, &exception))
        crt::destroy_exception_object(exception);
}

void* clib::__AdjustPointer(void* object, const PMD* where) {
    return object ? crt::adjust_pointer(object, *where) : nullptr;
}

void* clib::_set_se_translator(void* translator) {
    void* before = crt::cxx_thread().translator;
    crt::cxx_thread().translator = translator;
    return before;
}

void clib::__std_terminate() { clib::terminate(); }
