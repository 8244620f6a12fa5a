// How complete an export is, seen through aliases and forwarders: the row that has the body decides.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/export.h"

namespace lsw::cli {

const char* coverage_name(api::Coverage coverage);

// The row of `table` that exports `name`. The built-in modules have thousands: the rows are indexed on
// first use.
std::optional<api::Export> find_row(const api::ExportTable& table, std::string_view name);
std::optional<api::Export> find_row(const api::ExportTable& table, uint16_t ordinal);

// The row that has the body: `row` itself, or what its alias or forwarder leads to. Nothing for a
// forwarder that leads nowhere.
std::optional<api::Export> body_of(const api::Export& row);

// "BOOL CloseHandle(HANDLE hObject)", "int _fmode" for data, "-> NTDLL.RtlAllocateHeap" for a forwarder.
std::string declaration_of(const api::Export& row);

}  // namespace lsw::cli
