#include "cli/api.h"

#include <cstdio>
#include <string>
#include <vector>

#include "base/log.h"
#include "cli/arguments.h"
#include "cli/coverage.h"
#include "cli/help.h"
#include "cli/json.h"
#include "core/module/search.h"

namespace lsw::cli {
namespace {

struct Counts {
    size_t full = 0;
    size_t partial = 0;
    size_t stub = 0;

    void add(api::Coverage coverage) {
        if (coverage == api::Coverage::full) ++full;
        if (coverage == api::Coverage::partial) ++partial;
        if (coverage == api::Coverage::stub) ++stub;
    }
    Counts& operator+=(const Counts& other) {
        full += other.full;
        partial += other.partial;
        stub += other.stub;
        return *this;
    }
    size_t total() const { return full + partial + stub; }
};

// One line of the listing: what the row says, with the status and note of the row that has the body.
struct Line {
    api::Export row;
    api::Coverage coverage;
    std::string declaration;
    std::string note;
};

std::vector<Line> lines_of(const api::ExportTable& table) {
    std::vector<Line> lines;
    for (const api::Export row : table.rows) {
        if (row.kind == api::Kind::Ordinal) continue;
        auto body = body_of(row);
        Line line{row, body ? body->coverage : api::Coverage::stub, declaration_of(row), ""};
        if (!body) {
            line.note = "its target does not exist";
        } else if (body->kind != api::Kind::Forward) {
            line.note = body->note;
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

Counts counts_of(const std::vector<Line>& lines) {
    Counts counts;
    for (const Line& line : lines) counts.add(line.coverage);
    return counts;
}

void print_summary(const char* name, const Counts& counts) {
    printf("%s: %zu exports: %zu full, %zu partial, %zu stub\n", name, counts.total(), counts.full,
           counts.partial, counts.stub);
}

void print_table(const std::vector<const api::ExportTable*>& tables) {
    Counts all;
    for (const auto* table : tables) {
        auto lines = lines_of(*table);
        for (const Line& line : lines) {
            printf("%-14s %-8s %-22s %s%s%s\n", table->dll, coverage_name(line.coverage), line.row.header,
                   line.row.kind == api::Kind::Forward || line.row.kind == api::Kind::Alias
                       ? (std::string(line.row.name) + " " + line.declaration).c_str()
                       : line.declaration.c_str(),
                   line.note.empty() ? "" : "  // ", line.note.c_str());
        }
        all += counts_of(lines);
    }
    if (!tables.empty()) printf("\n");
    for (const auto* table : tables) print_summary(table->dll, counts_of(lines_of(*table)));
    if (tables.size() > 1) print_summary("all", all);
}

const char* kind_name(api::Kind kind) {
    switch (kind) {
        case api::Kind::Function:
        case api::Kind::Stub: return "function";
        case api::Kind::Alias: return "alias";
        case api::Kind::Data: return "data";
        case api::Kind::Forward: return "forwarder";
        case api::Kind::Ordinal: return "ordinal";
    }
    return "";
}

void put_counts(Json& json, const Counts& counts) {
    json.key("counts").begin_object();
    json.count("total", counts.total());
    json.count("full", counts.full);
    json.count("partial", counts.partial);
    json.count("stub", counts.stub);
    json.end_object();
}

void print_json(const std::vector<const api::ExportTable*>& tables) {
    Json json;
    Counts all;
    json.begin_object();
    json.key("modules").begin_array();
    for (const auto* table : tables) {
        auto lines = lines_of(*table);
        json.begin_object();
        json.field("dll", table->dll);
        put_counts(json, counts_of(lines));
        json.key("exports").begin_array();
        for (const Line& line : lines) {
            json.begin_object();
            json.field("name", line.row.name);
            json.field("kind", kind_name(line.row.kind));
            json.field("status", coverage_name(line.coverage));
            json.field("header", line.row.header);
            json.field("declaration", line.declaration);
            json.field("note", line.note);
            json.end_object();
        }
        json.end_array();
        json.end_object();
        all += counts_of(lines);
    }
    json.end_array();
    put_counts(json, all);
    json.end_object();
    fputs(json.string().c_str(), stdout);
}

}  // namespace

int api(int count, char** words) {
    Arguments arguments("api", count, words);
    bool as_json = false;
    std::vector<const api::ExportTable*> tables;
    do {
        while (arguments.next_option()) {
            if (arguments.is("--help", "-h")) {
                fputs(kHelpApi, stdout);
                return 0;
            }
            const char* format = arguments.value_of("--format");
            if (!format && !arguments.is("--json")) arguments.unknown();
            std::string_view chosen = format ? format : "json";
            if (chosen != "json" && chosen != "table") {
                fatal(kExitInternal, "unknown format %s (table or json)", format);
            }
            as_json = chosen == "json";
        }
        const char* dll = arguments.next_word();
        if (!dll) break;
        const auto* table = find_builtin(host_module_name(dll));
        if (!table) fatal(kExitNotFound, "%s: not a built-in DLL (lsw api lists them at its end)", dll);
        tables.push_back(table);
    } while (arguments.left() > 0);
    if (tables.empty()) {
        for (const auto& table : api::builtin_modules()) tables.push_back(&table);
    }
    as_json ? print_json(tables) : print_table(tables);
    return fflush(stdout) == 0 ? 0 : kExitInternal;
}

}  // namespace lsw::cli
