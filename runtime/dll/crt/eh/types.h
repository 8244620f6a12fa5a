// Structures that the exported functions of exceptions and type information take.
#pragma once

#include "abi/cxx_exception.h"
#include "abi/types.h"
#include "abi/unwind.h"

namespace lsw::crt {

// Inside std::exception ("__std_exception_data").
struct ExceptionData {
    const char* what;
    bool do_free;
};

// Inside type_info, behind its vtable pointer ("__std_type_info_data").
struct TypeInfoData {
    char* undecorated_name;
    char decorated_name[];
};

}  // namespace lsw::crt
