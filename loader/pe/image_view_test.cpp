// Header checks: a good image, and each way in which one can be bad.
#include "loader/pe/image_view.h"

#include <gtest/gtest.h>

#include "loader/pe/test_image.h"

namespace lsw::pe {
namespace {

using test::TestImage;

ParseError parse(TestImage& image) {
    auto file = image.file();
    return ImageView::parse_file(file).error;
}

TestImage two_sections() {
    TestImage image;
    image.add_section(".text", 0x300);
    image.add_section(".data", 0x1800);
    return image;
}

TEST(ImageView, ReadsAGoodImage) {
    auto image = two_sections();
    image.optional().AddressOfEntryPoint = 0x1010;
    image.put_string(0x1020, "hello");
    auto file = image.file();
    auto view = ImageView::parse_file(file);
    ASSERT_TRUE(view.ok()) << describe(view.error);
    EXPECT_FALSE(view->is_dll());
    EXPECT_EQ(view->entry_rva(), 0x1010u);
    EXPECT_EQ(view->preferred_base(), test::kBase);
    EXPECT_EQ(view->size_of_image(), 0x4000u);
    EXPECT_EQ(view->stack_reserve(), 0x100000u);
    ASSERT_EQ(view->sections().size(), 2u);
    EXPECT_EQ(view->string_at(0x1020), "hello");
    EXPECT_EQ(view->section_at(0x2001), &view->sections()[1]);
    EXPECT_EQ(view->section_at(0x10), nullptr);
    EXPECT_EQ(view->directory(16).VirtualAddress, 0u);
    // .data has 0x1800 bytes: the file's end is not crossed, the tail of the page is not in the file.
    EXPECT_EQ(view->bytes_at(0x2000, 0x1800).size(), 0x1800u);
    EXPECT_TRUE(view->bytes_at(0x2000, 0x1801).empty());
    EXPECT_TRUE(view->bytes_at(0xFFFFFFFF, 1).empty());
    EXPECT_TRUE(view->bytes_at(0x2000, SIZE_MAX).empty());
}

TEST(ImageView, MappedImageIsContiguous) {
    auto image = two_sections();
    auto memory = image.mapped();
    auto view = ImageView::from_mapped(memory.data(), memory.size());
    ASSERT_TRUE(view.ok()) << describe(view.error);
    EXPECT_EQ(view->image_base(), reinterpret_cast<uint64_t>(memory.data()));
    EXPECT_EQ(view->bytes_at(0, 0x4000).size(), 0x4000u);
    EXPECT_TRUE(view->bytes_at(1, 0x4000).empty());
    EXPECT_EQ(view->rva_of_address(view->image_base() + 5), 5u);
    EXPECT_FALSE(view->rva_of_address(view->image_base() + 0x4000));
    EXPECT_FALSE(view->rva_of_address(view->image_base() - 1));
    EXPECT_EQ(ImageView::from_mapped(memory.data(), 0x2000).error, ParseError::BadImageSize);
}

TEST(ImageView, EveryTruncationIsAnErrorNotACrash) {
    auto image = two_sections();
    auto file = image.file();
    for (size_t size = 0; size < file.size(); ++size) {
        // A copy of the exact size, so that a sanitizer sees a read past it.
        std::vector<std::byte> cut(file.begin(), file.begin() + static_cast<ptrdiff_t>(size));
        EXPECT_FALSE(ImageView::parse_file(cut).ok()) << size;
    }
}

TEST(ImageView, TellsOtherFilesApart) {
    auto text = std::vector<std::byte>(100, std::byte{'x'});
    EXPECT_EQ(ImageView::parse_file(text).error, ParseError::NotMz);
    EXPECT_EQ(ImageView::parse_file({}).error, ParseError::Empty);
    const char elf[] = "\x7f" "ELF";
    EXPECT_EQ(ImageView::parse_file(std::as_bytes(std::span(elf))).error, ParseError::LinuxProgram);

    TestImage image;
    image.nt().Signature = 0x454E;  // NE: 16-bit Windows
    EXPECT_EQ(parse(image), ParseError::NoPeSignature);

    image = TestImage();
    image.nt().FileHeader.Machine = IMAGE_FILE_MACHINE_I386;
    image.optional().Magic = IMAGE_NT_OPTIONAL_HDR32_MAGIC;
    EXPECT_EQ(parse(image), ParseError::Image32);

    image = TestImage();
    image.nt().FileHeader.Machine = IMAGE_FILE_MACHINE_ARM64;
    EXPECT_EQ(parse(image), ParseError::Arm64);

    image = TestImage();
    image.nt().FileHeader.Machine = 0x5064;  // RISC-V
    EXPECT_EQ(parse(image), ParseError::OtherMachine);

    image = TestImage();
    image.nt().FileHeader.Characteristics = 0;
    EXPECT_EQ(parse(image), ParseError::NotExecutable);
}

TEST(ImageView, DotNetOnlyIsTold) {
    TestImage image;
    Rva text = image.add_section(".text", 0x200);
    IMAGE_COR20_HEADER header{};
    header.cb = sizeof header;
    header.Flags = COMIMAGE_FLAGS_ILONLY;
    image.put(text, header);
    image.set_directory(IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR, text, sizeof header);
    EXPECT_EQ(parse(image), ParseError::DotNet);
    header.Flags = 0;  // mixed: it has native code
    image.put(text, header);
    EXPECT_EQ(parse(image), ParseError::None);
}

TEST(ImageView, BadHeadersAreRefused) {
    struct Case {
        ParseError error;
        void (*spoil)(TestImage&);
    };
    const Case cases[] = {
        {ParseError::BadOptionalHeader, [](TestImage& i) { i.optional().Magic = 0x107; }},
        {ParseError::BadOptionalHeader, [](TestImage& i) { i.nt().FileHeader.SizeOfOptionalHeader = 0; }},
        {ParseError::BadOptionalHeader, [](TestImage& i) { i.nt().FileHeader.SizeOfOptionalHeader = 110; }},
        {ParseError::BadSectionTable, [](TestImage& i) { i.nt().FileHeader.SizeOfOptionalHeader = 0x3E0; }},
        {ParseError::BadAlignment, [](TestImage& i) { i.optional().SectionAlignment = 0; }},
        {ParseError::BadAlignment, [](TestImage& i) { i.optional().SectionAlignment = 0x1800; }},
        {ParseError::BadAlignment, [](TestImage& i) { i.optional().FileAlignment = 0x2000; }},
        {ParseError::BadAlignment, [](TestImage& i) { i.optional().SectionAlignment = 0x400; }},
        {ParseError::BadImageBase, [](TestImage& i) { i.optional().ImageBase += 0x1000; }},
        {ParseError::BadImageSize, [](TestImage& i) { i.optional().SizeOfImage = 0; }},
        {ParseError::TooLarge, [](TestImage& i) { i.optional().SizeOfImage = 0xFFFFFFFF; }},
        {ParseError::BadHeaderSize, [](TestImage& i) { i.optional().SizeOfHeaders = 0; }},
        {ParseError::BadHeaderSize, [](TestImage& i) { i.optional().SizeOfHeaders = 0xFFFFFFF0; }},
        {ParseError::BadEntryPoint, [](TestImage& i) { i.optional().AddressOfEntryPoint = 0x4000; }},
        {ParseError::BadSectionTable, [](TestImage& i) { i.optional().SizeOfHeaders = 0x100; }},
        {ParseError::SectionOutsideFile, [](TestImage& i) { i.section(1).SizeOfRawData += 0x200; }},
        {ParseError::SectionOutsideFile,
         [](TestImage& i) { i.section(1).PointerToRawData = 0xFFFFFE00; }},
        {ParseError::SectionOutsideImage, [](TestImage& i) { i.section(1).Misc.VirtualSize = 0xFFFFFFFF; }},
        {ParseError::SectionOutsideImage, [](TestImage& i) { i.section(1).VirtualAddress = 0xFFFFF000; }},
        {ParseError::SectionsOverlap, [](TestImage& i) { i.section(0).Misc.VirtualSize = 0x1001; }},
        {ParseError::SectionsOverlap, [](TestImage& i) { i.section(1).VirtualAddress = 0x1000; }},
        {ParseError::SectionsOverlap, [](TestImage& i) { i.section(0).VirtualAddress = 0; }},
        {ParseError::BadAlignment, [](TestImage& i) { i.section(1).VirtualAddress += 0x10; }},
    };
    for (const auto& test : cases) {
        auto image = two_sections();
        test.spoil(image);
        auto error = parse(image);
        EXPECT_EQ(error, test.error) << &test - cases << ": " << describe(error);
    }
}

TEST(ImageView, FewOrManyDirectories) {
    auto image = two_sections();
    image.set_directory(IMAGE_DIRECTORY_ENTRY_TLS, 0x1000, 40);
    image.optional().NumberOfRvaAndSizes = 9;  // TLS is index 9: not there
    auto file = image.file();
    EXPECT_EQ(ImageView::parse_file(file)->directory(IMAGE_DIRECTORY_ENTRY_TLS).Size, 0u);
    image.optional().NumberOfRvaAndSizes = 0xFFFFFFFF;
    file = image.file();
    EXPECT_EQ(ImageView::parse_file(file)->directory(IMAGE_DIRECTORY_ENTRY_TLS).Size, 40u);
}

TEST(ImageView, SectionRangeStaysInsideFileAndImage) {
    TestImage image;
    image.add_section(".text", 0x300);
    image.section(0).SizeOfRawData = 0x200;  // the rest is zeros
    auto file = image.file();
    auto view = ImageView::parse_file(file);
    ASSERT_TRUE(view.ok());
    auto range = view->section_range(view->sections()[0]);
    EXPECT_EQ(range.virtual_size, 0x1000u);
    EXPECT_EQ(range.file_offset, 0x400u);
    EXPECT_EQ(range.file_size, 0x200u);
    EXPECT_EQ(view->tail_at(0x1100).size(), 0x100u);
    EXPECT_TRUE(view->tail_at(0x1200).empty());
}

TEST(ImageView, EveryErrorHasItsLine) {
    for (int i = 0; i <= static_cast<int>(ParseError::BadRelocation); ++i) {
        std::string_view line = describe(static_cast<ParseError>(i));
        EXPECT_FALSE(line.empty());
        EXPECT_NE(line, "unknown error");
        EXPECT_EQ(line.find('\n'), std::string_view::npos);
    }
}

}  // namespace
}  // namespace lsw::pe
