// Reads every table of an image through the parser (see pe_exercise.h). Aborts where a result
// breaks a promise of the parser's headers, so that a fuzzer finds broken promises too.
#include "fuzz/pe_exercise.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "loader/pe/exports.h"
#include "loader/pe/imports.h"
#include "loader/pe/load_config.h"
#include "loader/pe/relocations.h"
#include "loader/pe/resources.h"
#include "loader/pe/tls.h"

namespace lsw::pe {
namespace {

volatile unsigned g_sink;  // keeps reads from being optimised away
constexpr unsigned kManyEntries = 512;  // enough per table: the fuzzer is after code, not after time

void require(bool condition) {
    if (!condition) abort();
}

void touch(std::span<const std::byte> bytes) {
    unsigned sum = 0;
    if (!bytes.empty()) sum += static_cast<unsigned>(bytes.front()) + static_cast<unsigned>(bytes.back());
    g_sink = sum;
}

void touch(std::string_view text) { touch(std::as_bytes(std::span(text))); }

void read_entries(const ImageView& view, Rva lookup, Rva slots) {
    ImportEntries entries(view, lookup, slots);
    ImportEntry entry;
    for (unsigned i = 0; i < kManyEntries && entries.next(entry); ++i) {
        require(entry.slot_rva + sizeof(ULONGLONG) <= view.size_of_image());
        require(entry.by_ordinal == entry.name.empty());
        touch(entry.name);
    }
}

void read_imports(const ImageView& view) {
    ImportModules modules(view);
    ImportModule module;
    for (unsigned i = 0; i < kManyEntries && modules.next(module); ++i) {
        touch(module.dll_name);
        if (i < 16) read_entries(view, module.lookup_rva, module.address_rva);
    }
    DelayImportModules delayed(view);
    DelayImportModule delay;
    for (unsigned i = 0; i < kManyEntries && delayed.next(delay); ++i) {
        touch(delay.dll_name);
        if (i < 16) read_entries(view, delay.lookup_rva, delay.address_rva);
    }
}

void read_exports(const ImageView& view) {
    auto table = ExportTable::open(view);
    if (!table) return;
    touch(table->dll_name());
    for (uint32_t i = 0; i < std::min(table->name_count(), kManyEntries); ++i) {
        auto name = table->name_at(i);
        if (!name) continue;
        auto target = table->target_of_name(i);
        if (target) touch(target->forwarder);
        if (i < 8) table->find(*name, static_cast<uint16_t>(i + 1));
    }
    for (uint32_t i = 0; i < std::min(table->function_count(), kManyEntries); ++i) {
        auto target = table->function_at(i);
        if (target) require(target->rva < view.size_of_image());
    }
    table->find("CloseHandle");
    table->find(uint16_t{1});
}

void read_resources(const ImageView& view) {
    ResourceId type;
    ResourceId name;
    // A directory may have 131,070 entries, and each lookup may look at all of them on three levels.
    constexpr unsigned kTypes = 8;
    constexpr unsigned kNames = 4;
    auto types = ResourceDirectory::types(view);
    for (unsigned t = 0; t < kTypes && types.next(type); ++t) {
        touch(std::as_bytes(std::span(type.name)));
        auto names = ResourceDirectory::names(view, type);
        for (unsigned i = 0; i < kNames && names.next(name); ++i) {
            auto found = find_resource(view, type, name);
            if (!found.ok()) continue;
            auto data = view.bytes_at(found.data.rva, found.data.size);
            require(data.size() == found.data.size);
            touch(data);
        }
    }
}

void read_tables(const ImageView& view) {
    read_imports(view);
    read_exports(view);
    read_resources(view);
    auto tls = read_tls(view);
    if (tls && *tls) {
        const TlsInfo& info = **tls;
        require(uint64_t{info.template_rva} + info.template_size <= view.size_of_image());
        TlsCallbacks callbacks(view, info);
        Rva callback = 0;
        for (unsigned i = 0; i < kManyEntries && callbacks.next(callback); ++i) {
            require(callback < view.size_of_image());
        }
    }
    auto config = read_load_config(view);
    if (config && *config) {
        require((*config)->guard_function_table_rva < view.size_of_image());
        g_sink = (*config)->security_cookie_rva;
    }
}

// Lays the file out in memory; sections go where the parser says they do.
std::vector<std::byte> map(const ImageView& view, std::span<const std::byte> file) {
    std::vector<std::byte> image(view.size_of_image());
    std::copy_n(file.begin(), std::min<size_t>(view.size_of_headers(), file.size()), image.begin());
    for (const auto& section : view.sections()) {
        auto range = view.section_range(section);
        require(range.file_size <= range.virtual_size);
        require(uint64_t{range.rva} + range.virtual_size <= image.size());
        require(uint64_t{range.file_offset} + range.file_size <= file.size());
        std::copy_n(file.begin() + range.file_offset, range.file_size, image.begin() + range.rva);
    }
    return image;
}

}  // namespace

void exercise(std::span<const std::byte> input) {
    // The exact size on the heap, so that AddressSanitizer sees one byte too many.
    std::vector<std::byte> file(input.begin(), input.end());
    file.shrink_to_fit();
    auto parsed = ImageView::parse_file(file);
    require(describe(parsed.error) != nullptr);
    if (!parsed.ok()) return;
    read_tables(*parsed);

    constexpr uint32_t kMaxMapped = 1 << 22;  // larger ones cost the fuzzer its speed
    if (parsed->size_of_image() > kMaxMapped) return;
    auto image = map(*parsed, file);
    auto mapped = ImageView::from_mapped(image.data(), image.size(), parsed->preferred_base());
    if (!mapped.ok()) return;
    read_tables(*mapped);
    g_sink = static_cast<unsigned>(apply_relocations(*mapped, image, 0x12340000));
    // The relocations may have rewritten the headers and every table.
    read_tables(*mapped);
    auto again = ImageView::from_mapped(image.data(), image.size());
    if (again.ok()) read_tables(*again);
}

}  // namespace lsw::pe
