#include "cli/coverage.h"

#include <charconv>
#include <cstring>
#include <unordered_map>

#include "core/module/search.h"

namespace lsw::cli {
namespace {

using Index = std::unordered_map<std::string_view, size_t>;

const Index& index_of(const api::ExportTable& table) {
    static std::unordered_map<const api::ExportTable*, Index> indices;
    auto [found, is_new] = indices.try_emplace(&table);
    if (is_new) {
        for (size_t i = 0; i < table.rows.size(); ++i) {
            api::Export row = table.rows[i];
            if (row.kind != api::Kind::Ordinal) found->second.emplace(row.name, i);
        }
    }
    return found->second;
}

// "DLL.Name" or "DLL.#7".
std::optional<api::Export> follow_forwarder(std::string_view target) {
    size_t dot = target.find_last_of('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto* table = find_builtin(host_module_name(target.substr(0, dot)));
    if (!table) return std::nullopt;
    std::string_view name = target.substr(dot + 1);
    if (!name.starts_with('#')) return find_row(*table, name);
    uint16_t ordinal = 0;
    std::from_chars(name.data() + 1, name.data() + name.size(), ordinal);
    return find_row(*table, ordinal);
}

// An alias names a C++ function, "kernel32::CreateFileW": the row of that module, when it is one.
std::optional<api::Export> follow_alias(const api::Export& row) {
    std::string_view target = row.signature;
    size_t colons = target.rfind("::");
    if (colons == std::string_view::npos) return std::nullopt;
    std::string_view dll = target.substr(0, colons);
    while (dll.starts_with(':')) dll.remove_prefix(1);
    const auto* table = find_builtin(host_module_name(dll));
    return table ? find_row(*table, target.substr(colons + 2)) : std::nullopt;
}

}  // namespace

const char* coverage_name(api::Coverage coverage) {
    switch (coverage) {
        case api::Coverage::full: return "full";
        case api::Coverage::partial: return "partial";
        case api::Coverage::stub: return "stub";
    }
    return "";
}

std::optional<api::Export> find_row(const api::ExportTable& table, std::string_view name) {
    const Index& index = index_of(table);
    auto found = index.find(name);
    if (found == index.end()) return std::nullopt;
    return table.rows[found->second];
}

std::optional<api::Export> find_row(const api::ExportTable& table, uint16_t ordinal) {
    for (const api::Export row : table.rows) {
        if (row.kind == api::Kind::Ordinal && row.ordinal == ordinal) return find_row(table, row.name);
    }
    return std::nullopt;
}

std::optional<api::Export> body_of(const api::Export& row) {
    std::optional<api::Export> at = row;
    for (int hops = 0; at && hops < 8; ++hops) {
        if (at->kind == api::Kind::Forward) {
            at = follow_forwarder(at->note);
        } else if (at->kind == api::Kind::Alias) {
            auto target = follow_alias(*at);
            if (!target) break;  // a function without a row of its own: the alias tells
            at = target;
        } else {
            break;
        }
    }
    return at;
}

std::string declaration_of(const api::Export& row) {
    if (row.kind == api::Kind::Forward) return std::string("-> ") + row.note;
    if (row.kind == api::Kind::Alias) return std::string("= ") + row.signature;
    std::string_view signature = row.signature;
    size_t bar = signature.find('|');
    if (bar == std::string_view::npos) return row.name;
    std::string text(signature.substr(0, bar));
    text += ' ';
    text += row.name;
    if (row.kind != api::Kind::Data) text += signature.substr(bar + 1);
    return text;
}

}  // namespace lsw::cli
