// Images built in memory, mapped from a memfd: contents, zero fill, relocation, protections.
#include "loader/image/mapped_image.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "loader/pe/test_image.h"

namespace lsw::image {
namespace {

using pe::test::kBase;
using pe::test::TestImage;

struct File {
    explicit File(TestImage& image) : bytes(image.file()), fd(memfd_create("image", MFD_CLOEXEC)) {
        EXPECT_EQ(write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
        auto parsed = pe::ImageView::parse_file(bytes);
        EXPECT_TRUE(parsed.ok()) << pe::describe(parsed.error);
        view = *parsed;
    }
    ~File() { close(fd); }
    std::vector<std::byte> bytes;
    int fd;
    pe::ImageView view;
};

// "r-x" and so on, of the mapping that holds an address.
std::string protection_at(const void* address) {
    std::string found = "none";
    FILE* maps = fopen("/proc/self/maps", "r");
    char line[512];
    while (fgets(line, sizeof line, maps)) {
        unsigned long start = 0, end = 0;
        char protection[5] = "";
        sscanf(line, "%lx-%lx %4s", &start, &end, protection);
        auto at = reinterpret_cast<unsigned long>(address);
        if (at >= start && at < end) found.assign(protection, 3);
    }
    fclose(maps);
    return found;
}

// .text (small), .data (large enough to be mapped from the file, then zeros), .reloc.
TestImage three_sections() {
    TestImage image;
    image.add_section(".text", 0x200);
    image.add_section(".data", 0x8000);
    image.add_section(".reloc", 0x200);
    image.section(0).Characteristics = IMAGE_SCN_MEM_READ | IMAGE_SCN_MEM_EXECUTE;
    image.section(2).Characteristics = IMAGE_SCN_MEM_READ;
    image.put_string(0x1000, "code");
    image.put<ULONGLONG>(0x2000, kBase + 0x1000);
    image.put<ULONGLONG>(0x9FF8, 0x1122334455667788);
    image.put(0xA000, IMAGE_BASE_RELOCATION{0x2000, 10});
    image.put<WORD>(0xA008, IMAGE_REL_BASED_DIR64 << 12);
    image.set_directory(IMAGE_DIRECTORY_ENTRY_BASERELOC, 0xA000, 10);
    return image;
}

uint64_t word_at(const std::byte* at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

TEST(MappedImage, SectionsLieWhereTheyBelong) {
    auto image = three_sections();
    File file(image);
    auto mapped = map(file.fd, file.view);
    ASSERT_TRUE(mapped.ok());
    EXPECT_EQ(reinterpret_cast<uint64_t>(mapped->base), kBase);
    EXPECT_FALSE(mapped->relocated);
    EXPECT_EQ(memcmp(mapped->base, "MZ", 2), 0);
    EXPECT_STREQ(reinterpret_cast<char*>(mapped->base + 0x1000), "code");
    EXPECT_EQ(word_at(mapped->base + 0x2000), kBase + 0x1000);
    EXPECT_EQ(word_at(mapped->base + 0x9FF8), 0x1122334455667788u);
    EXPECT_EQ(word_at(mapped->base + 0x1800), 0u);
    ASSERT_TRUE(protect(*mapped).ok());
    EXPECT_EQ(protection_at(mapped->base), "r--");
    EXPECT_EQ(protection_at(mapped->base + 0x1000), "r-x");
    EXPECT_EQ(protection_at(mapped->base + 0x2000), "rw-");
    EXPECT_EQ(protection_at(mapped->base + 0xA000), "r--");
    unmap(*mapped);
}

TEST(MappedImage, SecondOneIsRelocated) {
    auto image = three_sections();
    File file(image);
    auto first = map(file.fd, file.view);
    auto second = map(file.fd, file.view);
    ASSERT_TRUE(first.ok() && second.ok());
    EXPECT_NE(first->base, second->base);
    EXPECT_TRUE(second->relocated);
    EXPECT_EQ(word_at(second->base + 0x2000), reinterpret_cast<uint64_t>(second->base) + 0x1000);
    EXPECT_EQ(second->view.image_base(), reinterpret_cast<uint64_t>(second->base));
    EXPECT_EQ(second->view.preferred_base(), second->view.image_base());
    // The pages of the first are its own.
    EXPECT_EQ(word_at(first->base + 0x2000), kBase + 0x1000);
    unmap(*first);
    unmap(*second);
}

TEST(MappedImage, WithoutRelocationsOnlyItsBaseWillDo) {
    auto image = three_sections();
    image.nt().FileHeader.Characteristics |= IMAGE_FILE_RELOCS_STRIPPED;
    File file(image);
    auto first = map(file.fd, file.view);
    ASSERT_TRUE(first.ok());
    EXPECT_FALSE(map(file.fd, file.view).ok());
    unmap(*first);
}

TEST(MappedImage, FlatImageIsReadableWritableExecutable) {
    TestImage image;
    image.optional().SectionAlignment = 0x200;
    image.optional().SizeOfImage = pe::test::kHeaderSize;
    image.add_section(".flat", 0x200);
    image.optional().SizeOfImage = 0x600;
    image.put_string(0x400, "flat");
    File file(image);
    auto mapped = map(file.fd, file.view);
    ASSERT_TRUE(mapped.ok());
    EXPECT_STREQ(reinterpret_cast<char*>(mapped->base + 0x400), "flat");
    ASSERT_TRUE(protect(*mapped).ok());
    EXPECT_EQ(protection_at(mapped->base), "rwx");
    unmap(*mapped);
}

TEST(MappedImage, MalformedRelocationsAreRefused) {
    auto image = three_sections();
    image.put<WORD>(0xA008, 0x7000);  // no such type
    File file(image);
    auto first = map(file.fd, file.view);  // at its base: nothing is relocated
    ASSERT_TRUE(first.ok());
    EXPECT_FALSE(map(file.fd, file.view).ok());
    unmap(*first);
}

}  // namespace
}  // namespace lsw::image
