// The export directory: lookup by name and by ordinal, and enumeration.
// Doc: "PE Format", "The .edata Section".
#pragma once

#include "loader/pe/image_view.h"

namespace lsw::pe {

// Where an export leads: an RVA in the image, or "DLL.Name" / "DLL.#ordinal" elsewhere.
struct Export {
    Rva rva = 0;
    uint16_t ordinal = 0;
    std::string_view forwarder;  // not empty: look there instead of at the RVA

    bool is_forwarder() const { return !forwarder.empty(); }
};

// Hint for callers that have none.
inline constexpr uint16_t kNoHint = 0xFFFF;

class ExportTable {
public:
    // Nothing when the image has no export directory or a malformed one.
    static std::optional<ExportTable> open(const ImageView& view);

    // By name: first where the hint says, then by binary search; one by one when the names are not
    // sorted, as they should be (Windows finds such exports by their hint only).
    std::optional<Export> find(std::string_view name, uint16_t hint = kNoHint) const;
    std::optional<Export> find(uint16_t ordinal) const;

    // Name the image gives to itself, empty when malformed.
    std::string_view dll_name() const;
    uint32_t name_count() const { return name_count_; }
    uint32_t function_count() const { return function_count_; }
    uint32_t ordinal_base() const { return ordinal_base_; }

    // The index-th name (0 … name_count()), and what it leads to.
    std::optional<std::string_view> name_at(uint32_t index) const;
    std::optional<Export> target_of_name(uint32_t index) const;
    // The index-th function (0 … function_count()); nothing for a gap in the ordinals.
    std::optional<Export> function_at(uint32_t index) const;

private:
    // Order of the index-th name and `name`: <0, 0, >0. Nothing for a name outside the image.
    std::optional<int> compare_name(uint32_t index, std::string_view name) const;
    bool is_sorted() const;

    ImageView view_;
    IMAGE_DATA_DIRECTORY directory_{};
    IMAGE_EXPORT_DIRECTORY header_{};
    std::span<const std::byte> functions_;  // DWORD each
    std::span<const std::byte> names_;      // DWORD each
    std::span<const std::byte> ordinals_;   // WORD each
    std::span<const std::byte> mapped_;     // all of a mapped image; nothing of a file
    uint32_t ordinal_base_ = 0;
    uint32_t name_count_ = 0;
    uint32_t function_count_ = 0;
    enum class Order : uint8_t { Unknown, Sorted, Unsorted };
    mutable Order order_ = Order::Unknown;  // found out by the first miss
};

// One lookup; use ExportTable for several.
std::optional<Export> find_export(const ImageView& view, std::string_view name,
                                  uint16_t hint = kNoHint);
std::optional<Export> find_export(const ImageView& view, uint16_t ordinal);

}  // namespace lsw::pe
