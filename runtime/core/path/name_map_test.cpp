#include "core/path/name_map.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace lsw::path {
namespace {

std::string back(std::u16string_view windows) {
    std::string out;
    Status status = append_linux_path(out, windows);
    return status.ok() ? out : "status";
}

TEST(NameMap, Plain) {
    EXPECT_EQ(windows_name_from_linux("a b.txt"), u"a b.txt");
    EXPECT_EQ(windows_name_from_linux("é"), u"é");
    EXPECT_EQ(back(u"a\\b c\\d"), "/a/b c/d");
    EXPECT_EQ(back(u"a\\"), "/a");
    EXPECT_EQ(back(u""), "");
}

TEST(NameMap, ForbiddenCharactersUseThePrivateArea) {
    EXPECT_EQ(windows_name_from_linux("a:b\\c"), u"a\uF03Ab\uF05Cc");
    EXPECT_EQ(windows_name_from_linux("a."), u"a\uF02E");
    EXPECT_EQ(windows_name_from_linux("a "), u"a\uF020");
    EXPECT_EQ(windows_name_from_linux("a.b"), u"a.b");
    EXPECT_EQ(back(u"a\uF03Ab"), "/a:b");
    EXPECT_EQ(windows_name_from_linux("."), u".");
}

TEST(NameMap, RejectsWhatNtfsRejects) {
    for (auto name : {u"a:b", u"a*", u"a?", u"a<b", u"a|b", u"a\\\\b", u"a\\..\\b", u".", u"a/b", u"\x01"})
        EXPECT_EQ(back(name), "status");
    EXPECT_EQ(back(std::u16string(256, u'x')), "status");
    EXPECT_EQ(back(std::u16string(255, u'x')).size(), 256u);
}

TEST(NameMap, EveryLinuxNameComesBack) {
    std::mt19937 random(7);
    std::set<std::u16string> seen;
    std::set<std::string> names;
    const char* pieces[] = {"a", ".", " ", ":", "\\", "*", "\xEF\x80\xBA", "\xEF\x80\xAE", "\xFF",
                            "é", "\xED\xA0\x80", "\xF0\x9F\x98\x80", "\x01", "\x80", "\xEF", "\xEF\x80"};
    for (int i = 0; i < 20000; ++i) {
        std::string name;
        for (int n = 1 + random() % 5; n > 0; --n) name += pieces[random() % std::size(pieces)];
        if (name == "." || name == "..") continue;
        names.insert(name);
        std::u16string windows = windows_name_from_linux(name);
        seen.insert(windows);
        ASSERT_EQ(back(windows), "/" + name);
    }
    EXPECT_EQ(seen.size(), names.size());
}

}  // namespace
}  // namespace lsw::path
