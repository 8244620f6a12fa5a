// The frame handlers of C++ functions, common to all forms of tables.
#pragma once

#include "abi/exception.h"
#include "dll/crt/eh/func_info.h"

namespace lsw::crt {

EXCEPTION_DISPOSITION handle_frame(EXCEPTION_RECORD* record, void* establisher, CONTEXT* context,
                                   DISPATCHER_CONTEXT* dispatcher, const FuncInfo& info);

}  // namespace lsw::crt
