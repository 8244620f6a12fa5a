// Export lookup (see exports.h).
#include "loader/pe/exports.h"

#include <algorithm>

namespace lsw::pe {
namespace {

template <class T>
T element(std::span<const std::byte> table, uint32_t index) {
    T value;
    std::memcpy(&value, table.data() + size_t{index} * sizeof(T), sizeof(T));
    return value;
}

}  // namespace

std::optional<ExportTable> ExportTable::open(const ImageView& view) {
    ExportTable table;
    table.view_ = view;
    table.directory_ = view.directory(IMAGE_DIRECTORY_ENTRY_EXPORT);
    if (table.directory_.VirtualAddress == 0 || table.directory_.Size == 0) return std::nullopt;
    if (!view.read(table.directory_.VirtualAddress, table.header_)) return std::nullopt;
    const auto& header = table.header_;
    if (header.NumberOfFunctions > 0x10000 || header.NumberOfNames > 0x1000000) return std::nullopt;
    table.functions_ = view.bytes_at(header.AddressOfFunctions, header.NumberOfFunctions * sizeof(DWORD));
    table.names_ = view.bytes_at(header.AddressOfNames, header.NumberOfNames * sizeof(DWORD));
    table.ordinals_ = view.bytes_at(header.AddressOfNameOrdinals, header.NumberOfNames * sizeof(WORD));
    if (header.NumberOfFunctions != 0 && table.functions_.empty()) return std::nullopt;
    if (header.NumberOfNames != 0 && (table.names_.empty() || table.ordinals_.empty())) {
        return std::nullopt;
    }
    if (!view.is_file()) table.mapped_ = view.tail_at(0);
    table.ordinal_base_ = header.Base;
    table.function_count_ = header.NumberOfFunctions;
    table.name_count_ = header.NumberOfNames;
    return table;
}

std::string_view ExportTable::dll_name() const {
    return view_.string_at(header_.Name).value_or(std::string_view{});
}

std::optional<std::string_view> ExportTable::name_at(uint32_t index) const {
    if (index >= name_count_) return std::nullopt;
    return view_.string_at(element<DWORD>(names_, index));
}

std::optional<Export> ExportTable::target_of_name(uint32_t index) const {
    if (index >= name_count_) return std::nullopt;
    // Ordinals of names are indices into the functions, without the base.
    return function_at(element<WORD>(ordinals_, index));
}

std::optional<Export> ExportTable::function_at(uint32_t index) const {
    if (index >= function_count_) return std::nullopt;
    Export result;
    result.rva = element<DWORD>(functions_, index);
    result.ordinal = static_cast<uint16_t>(ordinal_base_ + index);
    if (result.rva == 0 || result.rva >= view_.size_of_image()) return std::nullopt;
    // An address inside the export directory is the name of an export elsewhere.
    if (result.rva >= directory_.VirtualAddress &&
        result.rva - directory_.VirtualAddress < directory_.Size) {
        auto forwarder = view_.string_at(result.rva);
        if (!forwarder || forwarder->find('.') == std::string_view::npos) return std::nullopt;
        result.forwarder = *forwarder;
    }
    return result;
}

std::optional<int> ExportTable::compare_name(uint32_t index, std::string_view name) const {
    uint32_t rva = element<DWORD>(names_, index);
    // Of a mapped image all bytes follow one another.
    auto candidate = rva < mapped_.size() ? mapped_.subspan(rva) : view_.tail_at(rva);
    if (candidate.empty()) return std::nullopt;
    // A candidate that is shorter differs at its terminator, which is less than any character. Most differ soon.
    auto bytes = reinterpret_cast<const unsigned char*>(candidate.data());
    size_t compared = std::min(candidate.size(), name.size());
    for (size_t i = 0; i < compared; ++i) {
        auto wanted = static_cast<unsigned char>(name[i]);
        if (bytes[i] != wanted) return bytes[i] < wanted ? -1 : 1;
    }
    if (compared == candidate.size()) return std::nullopt;  // no terminator before the end
    return bytes[compared] == 0 ? 0 : 1;
}

bool ExportTable::is_sorted() const {
    if (order_ == Order::Unknown) {
        order_ = Order::Sorted;
        auto last = name_at(0);
        for (uint32_t i = 1; i < name_count_ && order_ == Order::Sorted; ++i) {
            auto next = name_at(i);
            if (!last || !next || *next < *last) order_ = Order::Unsorted;
            last = next;
        }
    }
    return order_ == Order::Sorted;
}

std::optional<Export> ExportTable::find(std::string_view name, uint16_t hint) const {
    if (name.find('\0') != std::string_view::npos) return std::nullopt;
    if (hint != kNoHint && hint < name_count_ && compare_name(hint, name) == 0) return target_of_name(hint);
    uint32_t low = 0;
    uint32_t high = name_count_;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        auto order = compare_name(middle, name);
        if (!order) break;
        if (*order == 0) return target_of_name(middle);
        if (*order > 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    if (is_sorted()) return std::nullopt;
    for (uint32_t i = 0; i < name_count_; ++i) {
        if (compare_name(i, name) == 0) return target_of_name(i);
    }
    return std::nullopt;
}

std::optional<Export> ExportTable::find(uint16_t ordinal) const {
    if (ordinal < ordinal_base_) return std::nullopt;
    return function_at(ordinal - ordinal_base_);
}

std::optional<Export> find_export(const ImageView& view, std::string_view name, uint16_t hint) {
    auto table = ExportTable::open(view);
    return table ? table->find(name, hint) : std::nullopt;
}

std::optional<Export> find_export(const ImageView& view, uint16_t ordinal) {
    auto table = ExportTable::open(view);
    return table ? table->find(ordinal) : std::nullopt;
}

}  // namespace lsw::pe
