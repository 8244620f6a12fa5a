// The resource tree: type, name, language, data. The three levels are fixed, so a tree that points
// back at itself cannot be followed for ever.
// Doc: "PE Format", "The .rsrc Section"; "FindResourceExW function (libloaderapi.h)".
#pragma once

#include "loader/pe/image_view.h"

namespace lsw::pe {

// A number, or text (compared without case) when `name` has a data pointer.
struct ResourceId {
    uint16_t id = 0;
    std::u16string_view name;

    bool is_name() const { return name.data() != nullptr; }
    static ResourceId of(uint16_t id) { return {id, {}}; }
    static ResourceId of(std::u16string_view name) { return {0, name}; }
};

struct ResourceData {
    Rva rva = 0;
    uint32_t size = 0;  // bytes
    uint32_t code_page = 0;
    uint16_t language = 0;
    Rva data_entry_rva = 0;  // of the IMAGE_RESOURCE_DATA_ENTRY: what FindResource returns
};

// How far a lookup got, for the three different errors that Windows reports.
enum class ResourceError { None, NoResources, NoType, NoName, NoLanguage };

struct ResourceResult {
    ResourceError error = ResourceError::NoResources;
    ResourceData data;
    bool ok() const { return error == ResourceError::None; }
};

// With a language: that one, or NoLanguage. Without: neutral, then US English, then the first.
ResourceResult find_resource(const ImageView& view, const ResourceId& type, const ResourceId& name,
                             std::optional<uint16_t> language = std::nullopt);

// One directory of the tree; next() gives its entries in file order.
class ResourceDirectory {
public:
    static ResourceDirectory types(const ImageView& view);
    static ResourceDirectory names(const ImageView& view, const ResourceId& type);
    static ResourceDirectory languages(const ImageView& view, const ResourceId& type,
                                       const ResourceId& name);

    bool is_empty() const { return count_ == 0; }
    bool next(ResourceId& id);
    // The same, and where the entry leads: an offset in the tree, with IMAGE_RESOURCE_DATA_IS_DIRECTORY.
    bool next(ResourceId& id, uint32_t& target);

private:
    static ResourceDirectory at(const ImageView& view, uint32_t offset);
    ResourceDirectory child(const ResourceId& id) const;
    ResourceId id_of(uint32_t name_field) const;
    friend ResourceResult find_resource(const ImageView&, const ResourceId&, const ResourceId&,
                                        std::optional<uint16_t>);

    const ImageView* view_ = nullptr;
    Rva root_rva_ = 0;
    std::span<const std::byte> entries_;
    uint32_t count_ = 0;
    uint32_t index_ = 0;
};

}  // namespace lsw::pe
