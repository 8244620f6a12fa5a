// At build time: the plans of all exports, from the text of their rows. Part of facade_gen, which reads the rows.
#pragma once

#include <string_view>
#include <vector>

#include "api/trace/layout.h"

namespace lsw::trace {

// Of a row that is a function. An alias has no signature; its function is written as the row has it ("kernel32::CreateFileW").
struct RowText {
    std::string_view space;     // where it is not that of the module
    std::string_view function;
    std::string_view signature;
    std::string_view header;
};

struct PlanRow {
    std::string_view dll;
    size_t module, row;
    std::string_view name;
    RowText text;
};

// One for each row, in their order, which is that of the slots.
std::vector<CallPlan> make_plans(const std::vector<PlanRow>& rows);

}  // namespace lsw::trace
