// The short way must say what the careful one says, for whatever text it takes.
#include "core/path/usual_path.h"

#include <gtest/gtest.h>

#include <random>

#include "core/path/dos_path.h"

namespace lsw::path {
namespace {

const DriveMap& map() {
    static const DriveMap instance({"/env/drive_c", "Ann"});
    return instance;
}

struct Place {
    std::u16string text;
    std::string directory;
    size_t root_bytes;
};
const Place kPlaces[] = {
    {u"Z:\\home\\u\\", "/home/u", 0}, {u"Z:\\", "", 0}, {u"C:\\a\\", "/env/drive_c/a", 12}};

std::string usual(std::u16string text, const Place& place = kPlaces[0]) {
    Target target;
    if (!usual_target(text.c_str(), {place.directory, place.root_bytes}, target, map())) return "declined";
    return target.linux_path + (target.wants_directory ? " dir" : "");
}

TEST(UsualPath, TakesTheUsual) {
    EXPECT_EQ(usual(u"a\\b.txt"), "/home/u/a/b.txt");
    EXPECT_EQ(usual(u"../x/./y/"), "/home/x/y dir");
    EXPECT_EQ(usual(u"z:\\.git\\..\\..\\..\\x"), "/x");
    EXPECT_EQ(usual(u"\\tmp", kPlaces[2]), "/env/drive_c/tmp");
    EXPECT_EQ(usual(u"..\\..\\b", kPlaces[2]), "/env/drive_c/b");
    EXPECT_EQ(usual(u"C:/"), "/env/drive_c dir");
    EXPECT_EQ(usual(u"\\\\?\\Z:\\a.\\nul\\"), "/a./nul dir");
    EXPECT_EQ(usual(std::u16string(255, u'x')), "/home/u/" + std::string(255, 'x'));
}

TEST(UsualPath, DeclinesTheRest) {
    for (const char16_t* text : {u"", u"nul", u"a\\CON.txt", u"com1", u"a.", u"a \\b", u"a..\\b", u"...", u"a:b", u"C:", u"C:a",
                                 u"\\\\?\\Z:\\..\\a", u"\\\\?\\Z:/a", u"\\\\?\\Z:\\\\a", u"\\\\?\\D:\\a", u"\\\\s\\t",
                                 u"a*", u"\u00e9", u"D:\\a", u"a\x01"})
        EXPECT_EQ(usual(text), "declined");
    EXPECT_EQ(usual(std::u16string(256, u'x')), "declined");
    std::u16string deep;
    for (int i = 0; i < 300; ++i) deep += u"\\abcdef";
    EXPECT_EQ(usual(deep), "declined");
}

TEST(UsualPath, AgreesWithTheCarefulWay) {
    const char16_t kUnits[] = u"aB.. \\\\/:nulcom1?Z\u00e9";
    std::mt19937 random(7);
    int taken = 0;
    for (int i = 0; i < 200000; ++i) {
        std::u16string text;
        bool verbatim = random() % 8 == 0;
        if (verbatim) text = u"\\\\?\\Z:\\";
        else if (random() % 4 == 0) text = random() % 2 ? u"C:\\" : u"z:/";
        for (size_t length = random() % 14; length > 0; --length) text += kUnits[random() % (std::size(kUnits) - 1)];
        const Place& place = kPlaces[random() % std::size(kPlaces)];
        Target quick;
        UsualBase base{place.directory, place.root_bytes};
        if (!usual_target(text.c_str(), base, quick, map())) continue;
        ++taken;
        auto full = verbatim ? Result<std::u16string>(text) : full_path(text, {place.text});
        ASSERT_TRUE(full.ok());
        auto careful = target_of(*full, map());
        ASSERT_TRUE(careful.ok());
        ASSERT_EQ(quick.kind, careful->kind);
        ASSERT_EQ(quick.linux_path, careful->linux_path) << std::string(text.begin(), text.end());
        ASSERT_EQ(quick.wants_directory, careful->wants_directory) << std::string(text.begin(), text.end());
        Target narrow;
        ASSERT_TRUE(usual_target(std::string(text.begin(), text.end()).c_str(), base, narrow, map()));
        ASSERT_EQ(narrow.linux_path, quick.linux_path);
    }
    EXPECT_GT(taken, 20000);
}

}  // namespace
}  // namespace lsw::path
