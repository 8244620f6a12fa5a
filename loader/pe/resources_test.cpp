// The resource tree: lookup by id, name and language, and trees that bite their own tail.
#include "loader/pe/resources.h"

#include <gtest/gtest.h>

#include "loader/pe/test_image.h"

namespace lsw::pe {
namespace {

using test::TestImage;

constexpr Rva kRoot = 0x1000;

// Writes a directory at `offset` of the tree with the given {name, target} entries.
void put_directory(TestImage& image, uint32_t offset, uint16_t named,
                   std::initializer_list<IMAGE_RESOURCE_DIRECTORY_ENTRY> entries) {
    IMAGE_RESOURCE_DIRECTORY header{};
    header.NumberOfNamedEntries = named;
    header.NumberOfIdEntries = static_cast<WORD>(entries.size() - named);
    image.put(kRoot + offset, header);
    Rva rva = kRoot + offset + sizeof header;
    for (const auto& entry : entries) {
        image.put(rva, entry);
        rva += sizeof entry;
    }
}

constexpr DWORD dir(DWORD offset) { return offset | IMAGE_RESOURCE_DATA_IS_DIRECTORY; }

// Type 10 / name "ICON1" / languages 0x407 and 0x409; type 6 / name 1 / neutral.
TestImage with_resources() {
    TestImage image;
    image.add_section(".rsrc", 0x1000);
    image.set_directory(IMAGE_DIRECTORY_ENTRY_RESOURCE, kRoot, 0x1000);
    put_directory(image, 0x000, 0, {{6, dir(0x100)}, {10, dir(0x140)}});
    put_directory(image, 0x100, 0, {{1, dir(0x180)}});
    put_directory(image, 0x140, 1, {{dir(0x300), dir(0x1C0)}});
    put_directory(image, 0x180, 0, {{0, 0x240}});
    put_directory(image, 0x1C0, 0, {{0x407, 0x250}, {0x409, 0x260}});
    image.put(kRoot + 0x240, IMAGE_RESOURCE_DATA_ENTRY{kRoot + 0x400, 4, 1252, 0});
    image.put(kRoot + 0x250, IMAGE_RESOURCE_DATA_ENTRY{kRoot + 0x500, 5, 0, 0});
    image.put(kRoot + 0x260, IMAGE_RESOURCE_DATA_ENTRY{kRoot + 0x600, 6, 0, 0});
    image.put<WORD>(kRoot + 0x300, 5);
    const char16_t name[] = {u'I', u'C', u'O', u'N', u'1'};
    image.put(kRoot + 0x302, name);
    return image;
}

TEST(Resources, FindByIdNameAndLanguage) {
    auto image = with_resources();
    auto file = image.file();
    auto view = ImageView::parse_file(file);
    ASSERT_TRUE(view.ok());
    auto found = find_resource(*view, ResourceId::of(6), ResourceId::of(1));
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found.data.rva, kRoot + 0x400);
    EXPECT_EQ(found.data.size, 4u);
    EXPECT_EQ(found.data.code_page, 1252u);
    EXPECT_EQ(found.data.data_entry_rva, kRoot + 0x240);

    auto icon = ResourceId::of(u"icon1");
    EXPECT_EQ(find_resource(*view, ResourceId::of(10), icon).data.size, 6u) << "US English preferred";
    EXPECT_EQ(find_resource(*view, ResourceId::of(10), icon, 0x407).data.size, 5u);
    EXPECT_EQ(find_resource(*view, ResourceId::of(10), icon, 0x40C).error, ResourceError::NoLanguage);
    EXPECT_EQ(find_resource(*view, ResourceId::of(10), ResourceId::of(3)).error, ResourceError::NoName);
    EXPECT_EQ(find_resource(*view, ResourceId::of(11), icon).error, ResourceError::NoType);
}

TEST(Resources, Enumerate) {
    auto image = with_resources();
    auto file = image.file();
    auto view = ImageView::parse_file(file);
    auto types = ResourceDirectory::types(*view);
    ResourceId id;
    ASSERT_TRUE(types.next(id));
    EXPECT_EQ(id.id, 6);
    ASSERT_TRUE(types.next(id));
    EXPECT_EQ(id.id, 10);
    EXPECT_FALSE(types.next(id));
    auto names = ResourceDirectory::names(*view, ResourceId::of(10));
    ASSERT_TRUE(names.next(id));
    EXPECT_TRUE(id.is_name());
    EXPECT_EQ(id.name, u"ICON1");
    auto languages = ResourceDirectory::languages(*view, ResourceId::of(10), id);
    ASSERT_TRUE(languages.next(id));
    EXPECT_EQ(id.id, 0x407);
}

TEST(Resources, CyclesAndWildOffsetsEnd) {
    auto image = with_resources();
    put_directory(image, 0x100, 0, {{1, dir(0)}});         // names of type 6: the root again
    put_directory(image, 0x140, 0, {{1, dir(0x7FFFFFFF)}});  // far outside
    image.put(kRoot + 0x000, IMAGE_RESOURCE_DIRECTORY{0, 0, 0, 0, 0, 2});
    auto file = image.file();
    auto view = ImageView::parse_file(file);
    // The third level is then the root, whose entries are no data.
    EXPECT_EQ(find_resource(*view, ResourceId::of(6), ResourceId::of(1)).error,
              ResourceError::NoLanguage);
    EXPECT_EQ(find_resource(*view, ResourceId::of(10), ResourceId::of(1)).error, ResourceError::NoName);
    // More entries than there are bytes.
    image.put(kRoot + 0x000, IMAGE_RESOURCE_DIRECTORY{0, 0, 0, 0, 0xFFFF, 0xFFFF});
    file = image.file();
    view = ImageView::parse_file(file);
    EXPECT_EQ(find_resource(*view, ResourceId::of(6), ResourceId::of(1)).error,
              ResourceError::NoResources);
}

TEST(Resources, DataOutsideTheImageIsNotFound) {
    auto image = with_resources();
    image.put(kRoot + 0x240, IMAGE_RESOURCE_DATA_ENTRY{kRoot + 0x400, 0xFFFFFFFF, 0, 0});
    auto file = image.file();
    auto view = ImageView::parse_file(file);
    EXPECT_FALSE(find_resource(*view, ResourceId::of(6), ResourceId::of(1)).ok());
}

}  // namespace
}  // namespace lsw::pe
