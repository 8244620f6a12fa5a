// Walking the resource tree (see resources.h).
#include "loader/pe/resources.h"

#include "base/text.h"

namespace lsw::pe {
namespace {

constexpr uint16_t kLanguageUsEnglish = 0x0409;

bool same(const ResourceId& a, const ResourceId& b) {
    if (a.is_name() != b.is_name()) return false;
    return a.is_name() ? equal_ignore_case(a.name, b.name) : a.id == b.id;
}

}  // namespace

ResourceDirectory ResourceDirectory::at(const ImageView& view, uint32_t offset) {
    ResourceDirectory directory;
    directory.view_ = &view;
    directory.root_rva_ = view.directory(IMAGE_DIRECTORY_ENTRY_RESOURCE).VirtualAddress;
    uint64_t rva = uint64_t{directory.root_rva_} + offset;
    IMAGE_RESOURCE_DIRECTORY header{};
    if (directory.root_rva_ == 0 || !view.read(rva, header)) return directory;
    uint32_t count = uint32_t{header.NumberOfNamedEntries} + header.NumberOfIdEntries;
    if (count == 0) return directory;
    // In the same contiguous piece as the header, so the addition cannot overflow here.
    auto all = view.bytes_at(static_cast<Rva>(rva),
                             sizeof header + count * sizeof(IMAGE_RESOURCE_DIRECTORY_ENTRY));
    if (all.empty()) return directory;
    directory.entries_ = all.subspan(sizeof header);
    directory.count_ = count;
    return directory;
}

ResourceId ResourceDirectory::id_of(uint32_t name_field) const {
    if ((name_field & IMAGE_RESOURCE_NAME_IS_STRING) == 0) {
        return ResourceId::of(static_cast<uint16_t>(name_field));
    }
    uint64_t rva = uint64_t{root_rva_} + (name_field & ~IMAGE_RESOURCE_NAME_IS_STRING);
    WORD length = 0;
    if (!view_->read(rva, length)) return ResourceId::of(u"");
    auto text = view_->bytes_at(static_cast<Rva>(rva), sizeof length + length * sizeof(char16_t));
    if (text.empty()) return ResourceId::of(u"");
    auto* units = text.data() + sizeof length;
    if (reinterpret_cast<uintptr_t>(units) % alignof(char16_t) != 0) return ResourceId::of(u"");
    return ResourceId::of(std::u16string_view(reinterpret_cast<const char16_t*>(units), length));
}

bool ResourceDirectory::next(ResourceId& id, uint32_t& target) {
    if (index_ >= count_) return false;
    IMAGE_RESOURCE_DIRECTORY_ENTRY entry;
    std::memcpy(&entry, entries_.data() + size_t{index_++} * sizeof entry, sizeof entry);
    id = id_of(entry.Name);
    target = entry.OffsetToData;
    return true;
}

bool ResourceDirectory::next(ResourceId& id) {
    uint32_t target;
    return next(id, target);
}

ResourceDirectory ResourceDirectory::child(const ResourceId& wanted) const {
    ResourceDirectory walk = *this;
    walk.index_ = 0;
    uint32_t target = 0;
    for (ResourceId id; walk.next(id, target);) {
        if (!same(id, wanted)) continue;
        if ((target & IMAGE_RESOURCE_DATA_IS_DIRECTORY) == 0) break;
        return at(*view_, target & ~IMAGE_RESOURCE_DATA_IS_DIRECTORY);
    }
    return {};
}

ResourceDirectory ResourceDirectory::types(const ImageView& view) { return at(view, 0); }

ResourceDirectory ResourceDirectory::names(const ImageView& view, const ResourceId& type) {
    return types(view).child(type);
}

ResourceDirectory ResourceDirectory::languages(const ImageView& view, const ResourceId& type,
                                               const ResourceId& name) {
    return names(view, type).child(name);
}

ResourceResult find_resource(const ImageView& view, const ResourceId& type, const ResourceId& name,
                             std::optional<uint16_t> language) {
    auto root = ResourceDirectory::types(view);
    if (root.is_empty()) return {ResourceError::NoResources, {}};
    auto names = root.child(type);
    if (names.is_empty()) return {ResourceError::NoType, {}};
    auto languages = names.child(name);
    if (languages.is_empty()) return {ResourceError::NoName, {}};

    // Better rank wins; the first of the best.
    int best_rank = 0;
    uint32_t best_target = 0;
    uint16_t best_language = 0;
    uint32_t target = 0;
    for (ResourceId id; languages.next(id, target);) {
        if (id.is_name() || (target & IMAGE_RESOURCE_DATA_IS_DIRECTORY) != 0) continue;
        int rank = 1;
        if (language) {
            rank = id.id == *language ? 1 : 0;
        } else if (id.id == 0) {
            rank = 3;
        } else if (id.id == kLanguageUsEnglish) {
            rank = 2;
        }
        if (rank <= best_rank) continue;
        best_rank = rank;
        best_target = target;
        best_language = id.id;
    }
    if (best_rank == 0) return {ResourceError::NoLanguage, {}};
    IMAGE_RESOURCE_DATA_ENTRY entry{};
    uint64_t rva = uint64_t{view.directory(IMAGE_DIRECTORY_ENTRY_RESOURCE).VirtualAddress} + best_target;
    if (!view.read(rva, entry)) return {ResourceError::NoLanguage, {}};
    if (entry.Size != 0 && view.bytes_at(entry.OffsetToData, entry.Size).empty()) {
        return {ResourceError::NoLanguage, {}};
    }
    ResourceData data{entry.OffsetToData, entry.Size, entry.CodePage, best_language,
                      static_cast<Rva>(rva)};
    return {ResourceError::None, data};
}

}  // namespace lsw::pe
