#include "base/text.h"

#include <gtest/gtest.h>

#include <random>

namespace lsw {
namespace {

TEST(Text, LinuxNamesSurviveARoundTrip) {
    std::mt19937 random(7);
    for (int round = 0; round < 20000; ++round) {
        std::string bytes;
        for (size_t i = random() % 12; i > 0; --i)
            bytes.push_back(static_cast<char>(random() % 4 ? 0x80 + random() % 0x80 : random() % 256));
        EXPECT_EQ(linux_from_utf16(utf16_from_linux(bytes)), bytes);
    }
}

TEST(Text, SurrogateBytesOfLinuxNamesSurvive) {
    std::string pair_as_two_halves = "\xED\xA0\xBD\xED\xB8\x80";
    EXPECT_EQ(linux_from_utf16(utf16_from_linux(pair_as_two_halves)), pair_as_two_halves);
    std::string raw_byte_code = "\xED\xB2\x80";
    EXPECT_EQ(linux_from_utf16(utf16_from_linux(raw_byte_code)), raw_byte_code);
}

TEST(Text, StrictConversionReplacesWhatIsInvalid) {
    EXPECT_EQ(utf16_from_utf8("a\xFFz"), u"a\uFFFDz");
    EXPECT_EQ(utf8_from_utf16(std::u16string{0xD800, u'a'}), "\xEF\xBF\xBD" "a");
    EXPECT_EQ(utf16_from_utf8("\xF0\x9F\x98\x80"), u"\U0001F600");
    EXPECT_EQ(utf8_from_utf16(u"\U0001F600"), "\xF0\x9F\x98\x80");
}

TEST(Text, CaseMapsPairs) {
    EXPECT_EQ(upcase(u'z'), u'Z');
    EXPECT_EQ(upcase(u'é'), u'É');
    EXPECT_EQ(upcase(u'ß'), u'ß');
    EXPECT_EQ(downcase(u'Ж'), u'ж');
    EXPECT_EQ(upcase(u'ÿ'), u'Ÿ');
    EXPECT_TRUE(equal_ignore_case(u"Straße.TXT", u"sTRAßE.txt"));
    EXPECT_FALSE(equal_ignore_case(u"a", u"ab"));
    EXPECT_LT(compare_ignore_case(u"abc", u"ABD"), 0);
}

}  // namespace
}  // namespace lsw
