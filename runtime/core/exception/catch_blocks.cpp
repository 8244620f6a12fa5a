#include "core/exception/catch_blocks.h"

#include "core/exception/trampolines.h"

namespace lsw::seh {
namespace {

void (*&catch_abandoned())(EXCEPTION_RECORD*, EXCEPTION_RECORD*) {
    static void (*function)(EXCEPTION_RECORD*, EXCEPTION_RECORD*) = nullptr;
    return function;
}

}  // namespace

void set_catch_abandoned(void (*function)(EXCEPTION_RECORD*, EXCEPTION_RECORD*)) {
    catch_abandoned() = function;
}

EXCEPTION_DISPOSITION abandoned_catch_handler(EXCEPTION_RECORD* record, void* frame, CONTEXT*,
                                              DISPATCHER_CONTEXT*) {
    if (catch_abandoned()) catch_abandoned()(static_cast<ConsolidateCall*>(frame)->record, record);
    return ExceptionContinueSearch;
}

}  // namespace lsw::seh
