#include "cli/trace/catalogue.h"

#include <fnmatch.h>

#include "api/export.h"
#include "api/facade.h"
#include "cli/trace/values.h"

namespace lsw::cli::trace {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

struct Word {
    std::string_view text;
    std::string_view rest;
};

Word next_word(std::string_view list) {
    size_t comma = list.find(',');
    if (comma == list.npos) return {trimmed(list), {}};
    return {trimmed(list.substr(0, comma)), list.substr(comma + 1)};
}

bool name_matches(const std::string& pattern, std::string_view name) {
    bool plain = pattern.find_first_of("*?[\\") == pattern.npos;
    auto matches = [&](std::string_view text) {
        return plain ? pattern == text : fnmatch(pattern.c_str(), std::string(text).c_str(), 0) == 0;
    };
    if (matches(name)) return true;
    return !name.empty() && (name.back() == 'A' || name.back() == 'W') && matches(name.substr(0, name.size() - 1));
}

api::Export row_of(size_t index) {
    const CallPlan& plan = lsw_trace_plans[index];
    return api::builtin_modules()[plan.module].rows[plan.row];
}

}  // namespace

Catalogue::Catalogue() : selection_((api::facade_calls() + 63) / 64), calls_(api::facade_calls()) {}

const char* Catalogue::name_of(size_t index) const { return row_of(index).name; }

const Call& Catalogue::make(size_t index) const {
    const CallPlan& plan = lsw_trace_plans[index];
    Signature signature = parse_signature(row_of(plan.signature_of).signature);
    calls_[index].reset(new Call{api::builtin_modules()[plan.module].dll, name_of(index), signature.result_type,
                                 std::move(signature.parameters), signature.variadic, plan.call_class, plan});
    describe_values(*calls_[index]);
    return *calls_[index];
}

void Catalogue::choose(size_t index) {
    if (!(lsw_trace_plans[index].flags & kNeverTraced)) selection_[index / 64] |= uint64_t{1} << index % 64;
}

void Catalogue::select_default() {
    for (size_t i = 0; i < size(); ++i)
        if (lsw_trace_plans[i].call_class < CallClass::kHeap) choose(i);
}

std::string Catalogue::select(std::string_view list) {
    while (!list.empty()) {
        auto [word, rest] = next_word(list);
        list = rest;
        if (word.empty()) continue;
        bool found = false;
        auto choose_where = [&](auto chosen) {
            for (size_t i = 0; i < size(); ++i) {
                if (!chosen(i)) continue;
                found = true;
                choose(i);
            }
        };
        if (word == "all") choose_where([](size_t) { return true; });
        else if (word == "raw") choose_where([](size_t i) { return lsw_trace_plans[i].flags & kRaw; });
        else choose_where([&](size_t i) { return word == class_name(lsw_trace_plans[i].call_class); });
        std::string pattern(word);  // some classes are called like functions
        choose_where([&](size_t i) { return name_matches(pattern, name_of(i)); });
        if (!found) return pattern;
    }
    return {};
}

}  // namespace lsw::cli::trace
