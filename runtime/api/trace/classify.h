// Which class an export belongs to and how its calls are recorded, by what its row says. At build time for all exports
// (plan_gen.cpp); the tracer takes signatures apart for the calls that it shows.
#pragma once

#include <string_view>
#include <vector>

#include "api/trace/layout.h"

namespace lsw::trace {

// Views of the row's text.
struct Parameter {
    std::string_view type, name;
};

struct Signature {
    std::string_view result_type;
    std::vector<Parameter> parameters;
    bool variadic = false;
};

// "BOOL|(HANDLE hObject)" taken apart. A result that is returned through a pointer is the first parameter.
Signature parse_signature(std::string_view text);

const char* class_name(CallClass call_class);
CallClass classify(std::string_view dll, std::string_view name, std::string_view header);

// The part of the plan that follows from name, class and signature.
CallPlan make_plan(std::string_view name, CallClass call_class, const Signature& signature);

}  // namespace lsw::trace
