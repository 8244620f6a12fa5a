// Expectations: "File path formats on Windows systems", "Naming Files, Paths, and Namespaces",
// "GetFullPathNameW function (fileapi.h)".
#include "core/path/dos_path.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace lsw::path {
namespace {

std::u16string of_drive(char16_t drive) { return drive == u'C' || drive == u'c' ? u"C:\\work" : u""; }

std::string full(std::u16string_view path, std::u16string_view current = u"Z:\\home\\u") {
    auto result = full_path(path, {current, of_drive});
    return result.ok() ? utf8_from_utf16(*result) : "status";
}

std::string nt(std::u16string_view path) {
    auto result = nt_path(path, {u"Z:\\home\\u", of_drive});
    return result.ok() ? utf8_from_utf16(*result) : "status";
}

TEST(DosPath, Types) {
    EXPECT_EQ(dos_path_type(u"\\\\s\\t"), DosPathType::kUncAbsolute);
    EXPECT_EQ(dos_path_type(u"//s/t"), DosPathType::kUncAbsolute);
    EXPECT_EQ(dos_path_type(u"c:\\a"), DosPathType::kDriveAbsolute);
    EXPECT_EQ(dos_path_type(u"c:/a"), DosPathType::kDriveAbsolute);
    EXPECT_EQ(dos_path_type(u"c:a"), DosPathType::kDriveRelative);
    EXPECT_EQ(dos_path_type(u"c:"), DosPathType::kDriveRelative);
    EXPECT_EQ(dos_path_type(u"\\a"), DosPathType::kRooted);
    EXPECT_EQ(dos_path_type(u"a\\b"), DosPathType::kRelative);
    EXPECT_EQ(dos_path_type(u"\\\\.\\a"), DosPathType::kLocalDevice);
    EXPECT_EQ(dos_path_type(u"\\\\?\\a"), DosPathType::kLocalDevice);
    EXPECT_EQ(dos_path_type(u"\\\\."), DosPathType::kRootLocalDevice);
    EXPECT_EQ(dos_path_type(u"\\\\.x"), DosPathType::kUncAbsolute);
    EXPECT_EQ(dos_path_type(u""), DosPathType::kUnknown);
}

TEST(DosPath, FullPathOfEachType) {
    EXPECT_EQ(full(u"a\\b.txt"), "Z:\\home\\u\\a\\b.txt");
    EXPECT_EQ(full(u"a/b/../c"), "Z:\\home\\u\\a\\c");
    EXPECT_EQ(full(u"\\a"), "Z:\\a");
    EXPECT_EQ(full(u"\\"), "Z:\\");
    EXPECT_EQ(full(u"C:a"), "C:\\work\\a");
    EXPECT_EQ(full(u"C:"), "C:\\work");
    EXPECT_EQ(full(u"z:a"), "Z:\\home\\u\\a");
    EXPECT_EQ(full(u"D:a"), "D:\\a");
    EXPECT_EQ(full(u"c:/x//y\\\\z"), "c:\\x\\y\\z");
    EXPECT_EQ(full(u"//server/share/../a"), "\\\\server\\share\\a");
    EXPECT_EQ(full(u"\\a", u"\\\\server\\share\\b"), "\\\\server\\share\\a");
    EXPECT_EQ(full(u"\\\\.\\C:\\a\\..\\b"), "\\\\.\\C:\\b");
    EXPECT_EQ(full(u"\\\\?\\C:/a"), "\\\\?\\C:\\a");
    EXPECT_EQ(full(u""), "status");
    EXPECT_EQ(full(u"   "), "status");
    EXPECT_EQ(full(u"a", u"Z:\\"), "Z:\\a");
}

TEST(DosPath, DotsAndSpaces) {
    EXPECT_EQ(full(u"C:\\.."), "C:\\");
    EXPECT_EQ(full(u"C:\\a\\..\\..\\b"), "C:\\b");
    EXPECT_EQ(full(u"C:\\a\\."), "C:\\a");
    EXPECT_EQ(full(u"C:\\a\\.\\"), "C:\\a\\");
    EXPECT_EQ(full(u"C:\\a\\b\\..\\"), "C:\\a\\");
    EXPECT_EQ(full(u"C:\\a.\\b."), "C:\\a\\b");
    EXPECT_EQ(full(u"C:\\a\\b. . "), "C:\\a\\b");
    EXPECT_EQ(full(u"C:\\a..\\b"), "C:\\a..\\b");
    EXPECT_EQ(full(u"C:\\a \\b"), "C:\\a \\b");
    EXPECT_EQ(full(u"C:\\...\\b"), "C:\\...\\b");
    EXPECT_EQ(full(u"."), "Z:\\home\\u");
    EXPECT_EQ(full(u".."), "Z:\\home");
    EXPECT_EQ(full(u"..\\..\\..\\x"), "Z:\\x");
}

TEST(DosPath, LongPathsHaveNoLimit) {
    std::u16string path = u"C:";
    for (int i = 0; i < 3000; ++i) path += u"\\component";
    EXPECT_EQ(full(path).size(), path.size());
}

TEST(DosPath, Devices) {
    EXPECT_EQ(full(u"NUL"), "\\\\.\\NUL");
    EXPECT_EQ(full(u"C:\\a\\nul"), "\\\\.\\nul");
    EXPECT_EQ(full(u"nul.txt"), "\\\\.\\nul");
    EXPECT_EQ(full(u"nul :x"), "\\\\.\\nul");
    EXPECT_EQ(full(u"C:con"), "\\\\.\\con");
    EXPECT_EQ(full(u"COM1"), "\\\\.\\COM1");
    EXPECT_EQ(full(u"lpt9.x"), "\\\\.\\lpt9");
    EXPECT_EQ(full(u"CONOUT$"), "\\\\.\\CONOUT$");
    EXPECT_EQ(full(u"COM0"), "Z:\\home\\u\\COM0");
    EXPECT_EQ(full(u"null"), "Z:\\home\\u\\null");
    EXPECT_EQ(full(u"console"), "Z:\\home\\u\\console");
    EXPECT_EQ(full(u"a.nul"), "Z:\\home\\u\\a.nul");
}

TEST(DosPath, NtPaths) {
    EXPECT_EQ(nt(u"a"), "\\??\\Z:\\home\\u\\a");
    EXPECT_EQ(nt(u"\\\\?\\C:\\a\\..\\b. "), "\\??\\C:\\a\\..\\b. ");
    EXPECT_EQ(nt(u"\\??\\C:\\a"), "\\??\\C:\\a");
    EXPECT_EQ(nt(u"\\\\.\\pipe\\x"), "\\??\\pipe\\x");
    EXPECT_EQ(nt(u"\\\\s\\t\\a"), "\\??\\UNC\\s\\t\\a");
    EXPECT_EQ(nt(u"nul"), "\\??\\nul");
}

TEST(DosPath, FilePart) {
    EXPECT_EQ(file_part(u"C:\\a\\b"), 5u);
    EXPECT_EQ(file_part(u"C:\\a\\"), std::u16string_view::npos);
    EXPECT_EQ(file_part(u"C:\\"), std::u16string_view::npos);
    EXPECT_EQ(file_part(u"\\\\s\\t"), std::u16string_view::npos);
    EXPECT_EQ(file_part(u"\\\\s\\t\\a"), 6u);
}

}  // namespace
}  // namespace lsw::path
