// Expectations: "File Streams (Local File Systems)", "Naming Files, Paths, and Namespaces".
#include "core/path/stream_name.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace lsw::path {
namespace {

std::string taken(std::u16string_view path) {
    std::string stream;
    if (!take_stream(path, stream).ok()) return "invalid";
    return utf8_from_utf16(path) + " " + stream;
}

TEST(StreamName, IsTakenOffTheLastName) {
    EXPECT_EQ(taken(u"a\\b.txt"), "a\\b.txt ");
    EXPECT_EQ(taken(u"a\\b.txt:Zone.Identifier"), "a\\b.txt Zone.Identifier");
    EXPECT_EQ(taken(u"b:s:$data"), "b s");
    EXPECT_EQ(taken(u"b::$DATA"), "b ");
    EXPECT_EQ(taken(u"b:\u0001"), "b \x01");
}

TEST(StreamName, Invalid) {
    for (const char16_t* path : {u":s", u"a\\:s", u"a:", u"a:s\\b", u"a:s:$INDEX_ALLOCATION", u"a:s:", u"a:b:c:$DATA", u"a:*",
                                 u"a:b/c"})
        EXPECT_EQ(taken(path), "invalid") << utf8_from_utf16(path);
    EXPECT_EQ(taken(u"a:" + std::u16string(256, u's')), "invalid");
}

}  // namespace
}  // namespace lsw::path
