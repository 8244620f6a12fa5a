// Expectations: [MS-FSA] "Algorithm for Determining if a FileName Is in an Expression" and
// "FindFirstFileW function (fileapi.h)".
#include "core/path/wildcard.h"

#include <gtest/gtest.h>

namespace lsw::path {
namespace {

bool found(std::u16string_view pattern, std::u16string_view name) {
    return name_matches(expression_from_find_pattern(pattern), name, true);
}

TEST(Wildcard, Plain) {
    EXPECT_TRUE(name_matches(u"abc", u"ABC", true));
    EXPECT_FALSE(name_matches(u"abc", u"ABC", false));
    EXPECT_TRUE(name_matches(u"a*c", u"abbc", false));
    EXPECT_TRUE(name_matches(u"a*", u"a", false));
    EXPECT_FALSE(name_matches(u"a?", u"a", false));
    EXPECT_TRUE(name_matches(u"*b*", u"abc", false));
    EXPECT_FALSE(name_matches(u"", u"a", false));
}

TEST(Wildcard, FindPatterns) {
    EXPECT_TRUE(found(u"*.*", u"noext"));
    EXPECT_TRUE(found(u"*", u"a.b.c"));
    EXPECT_TRUE(found(u"*.c", u"x.C"));
    EXPECT_TRUE(found(u"*.c", u"x.y.c"));
    EXPECT_FALSE(found(u"*.c", u"x.cc"));
    EXPECT_TRUE(found(u"*.", u"noext"));
    EXPECT_FALSE(found(u"*.", u"has.ext"));
    EXPECT_TRUE(found(u"foo.*", u"foo"));
    EXPECT_TRUE(found(u"foo.*", u"foo.txt"));
    EXPECT_FALSE(found(u"foo.*", u"food"));
    EXPECT_TRUE(found(u"???.txt", u"ab.txt"));
    EXPECT_TRUE(found(u"???.txt", u"abc.txt"));
    EXPECT_FALSE(found(u"???.txt", u"abcd.txt"));
    EXPECT_TRUE(found(u"ab??", u"ab"));
    EXPECT_FALSE(found(u"?b", u"b"));
}

TEST(Wildcard, DosCharacters) {
    EXPECT_TRUE(name_matches(u"<.txt", u"a.b.txt", false));
    EXPECT_FALSE(name_matches(u"<", u"a.b", false));
    EXPECT_TRUE(name_matches(u"a\"", u"a", false));
    EXPECT_TRUE(name_matches(u"a\"b", u"a.b", false));
    EXPECT_TRUE(name_matches(u">>>", u"ab", false));
}

TEST(Wildcard, LongPatternsAreLinear) {
    std::u16string pattern, name(250, u'a');
    for (int i = 0; i < 120; ++i) pattern += u"*a";
    EXPECT_TRUE(name_matches(pattern, name, false));
    EXPECT_FALSE(name_matches(pattern + u"b", name, false));
}

}  // namespace
}  // namespace lsw::path
