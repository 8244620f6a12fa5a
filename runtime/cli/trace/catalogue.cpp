#include "cli/trace/catalogue.h"

#include <fnmatch.h>

#include <unordered_map>

#include "api/export.h"
#include "api/facade.h"

namespace lsw::cli::trace {
namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

Parameter parse_parameter(std::string_view text) {
    text = trim(text);
    // "int (*compare)(const void*, const void*)"
    if (size_t star = text.find("(*"); star != text.npos) {
        size_t end = text.find(')', star);
        return {"callback", text.substr(star + 2, end - star - 2)};
    }
    size_t at = text.size();
    while (at > 0 && is_word(text[at - 1])) --at;
    std::string_view name = text.substr(at), type = trim(text.substr(0, at));
    if (type.empty() || type == "const" || type == "unsigned" || type == "struct") return {text, ""};
    return {type, name};
}

struct Word {
    std::string_view text;
    std::string_view rest;
};

Word next_word(std::string_view list) {
    size_t comma = list.find(',');
    if (comma == list.npos) return {trim(list), {}};
    return {trim(list.substr(0, comma)), list.substr(comma + 1)};
}

bool name_matches(const std::string& pattern, std::string_view name) {
    std::string text(name);
    if (fnmatch(pattern.c_str(), text.c_str(), 0) == 0) return true;
    if (!text.empty() && (text.back() == 'A' || text.back() == 'W')) {
        text.pop_back();
        return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
    }
    return false;
}

}  // namespace

void parse_signature(std::string_view signature, Call& call) {
    size_t bar = signature.find('|');
    call.result_type = trim(signature.substr(0, bar));
    std::string_view list = bar == signature.npos ? "" : signature.substr(bar + 1);
    if (list.size() >= 2) list = list.substr(1, list.size() - 2);
    call.parameters.reserve(6);
    int depth = 0;
    size_t start = 0;
    for (size_t i = 0; i <= list.size(); ++i) {
        char c = i < list.size() ? list[i] : ',';
        if (c == '(' || c == '<') ++depth;
        if (c == ')' || c == '>') --depth;
        if (c != ',' || (depth > 0 && i < list.size())) continue;
        std::string_view part = trim(list.substr(start, i - start));
        start = i + 1;
        if (part.empty() || part == "void") continue;
        if (part == "...") call.variadic = true;
        else call.parameters.push_back(parse_parameter(part));
    }
}

// Names and classes first; of most exports no more is ever asked.
Catalogue::Catalogue() {
    calls_.reserve(8192);
    sources_.reserve(8192);
    for (const api::ExportTable& table : api::builtin_modules()) {
        for (const api::Export row : table.rows) {
            if (!api::has_slot(row.kind)) continue;
            Call& call = calls_.emplace_back();
            call.dll = table.dll;
            call.name = row.name;
            call.raw = call.name.starts_with("Nt") && call.dll == "ntdll.dll";
            call.call_class = classify(call.dll, call.name, row.header);
            sources_.push_back({row.target, row.signature, row.header, row.kind == api::Kind::Alias});
        }
    }
    classify_aliases();
}

// An alias's row names the header of its function loosely; the function's own class holds, unless the name is one of the
// quick ones.
void Catalogue::classify_aliases() {
    functions_.reserve(sources_.size());
    for (uint32_t i = 0; i < sources_.size(); ++i)
        if (!sources_[i].is_alias) functions_.emplace(sources_[i].target, i);
    for (uint32_t i = 0; i < sources_.size(); ++i) {
        if (!sources_[i].is_alias || calls_[i].call_class == CallClass::kQuick) continue;
        auto found = functions_.find(sources_[i].target);
        if (found != functions_.end()) calls_[i].call_class = calls_[found->second].call_class;
    }
}

void Catalogue::choose(uint32_t index) {
    Call& call = calls_[index];
    if (never_traced(call.name)) return;
    if (!(call.plan.flags & kTraced)) {
        auto found = functions_.find(sources_[index].target);
        bool known = found != functions_.end();
        parse_signature(known ? sources_[found->second].signature : "void|()", call);
        make_plan(call);
    }
    call.plan.flags |= kTraced;
}

void Catalogue::select_default() {
    for (uint32_t i = 0; i < calls_.size(); ++i)
        if (calls_[i].call_class < CallClass::kHeap) choose(i);
}

std::string Catalogue::select(std::string_view list) {
    while (!list.empty()) {
        auto [word, rest] = next_word(list);
        list = rest;
        if (word.empty()) continue;
        bool found = word == "all";
        std::string pattern(word);
        for (uint32_t i = 0; i < calls_.size(); ++i) {
            const Call& call = calls_[i];
            bool chosen = word == "all" || word == class_name(call.call_class) || (word == "raw" && call.raw) ||
                          name_matches(pattern, call.name);
            if (!chosen) continue;
            found = true;
            choose(i);
        }
        if (!found) return pattern;
    }
    return {};
}

}  // namespace lsw::cli::trace
