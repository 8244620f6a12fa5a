#include "api/trace/plan_gen.h"

#include <string>
#include <unordered_map>

#include "api/trace/classify.h"

namespace lsw::trace {
namespace {

// "kernel32::CreateFileW" of a row.
std::string qualified(const PlanRow& row) {
    bool alias = row.text.signature.empty();
    if (alias && row.text.function.find("::") != std::string_view::npos) {
        std::string_view name = row.text.function;
        return std::string(name.starts_with("::") ? name.substr(2) : name);
    }
    std::string_view space = row.text.space.empty() ? row.dll.substr(0, row.dll.rfind('.')) : row.text.space;
    return std::string(space).append("::").append(row.text.function);
}

}  // namespace

std::vector<CallPlan> make_plans(const std::vector<PlanRow>& rows) {
    std::unordered_map<std::string, size_t> functions;
    for (size_t i = 0; i < rows.size(); ++i)
        if (!rows[i].text.signature.empty()) functions.emplace(qualified(rows[i]), i);
    std::vector<CallPlan> plans;
    plans.reserve(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
        const PlanRow& row = rows[i];
        auto found = functions.find(qualified(row));
        const PlanRow& function = found == functions.end() ? row : rows[found->second];
        CallClass call_class = classify(row.dll, row.name, row.text.header);
        // An alias's row names the header of its function loosely; the function's own class holds, unless the name is
        // one of the quick ones.
        if (row.text.signature.empty() && call_class != CallClass::kQuick)
            call_class = classify(function.dll, function.name, function.text.header);
        CallPlan plan = make_plan(row.name, call_class, parse_signature(function.text.signature));
        plan.module = static_cast<uint8_t>(row.module);
        plan.row = static_cast<uint16_t>(row.row);
        plan.signature_of = static_cast<uint16_t>(found == functions.end() ? i : found->second);
        if (row.dll == "ntdll.dll" && row.name.starts_with("Nt")) plan.flags |= kRaw;
        plans.push_back(plan);
    }
    return plans;
}

}  // namespace lsw::trace
