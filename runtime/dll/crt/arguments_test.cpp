// Command lines of programs that lsw starts: what build_command_line puts together, the C runtimes take apart again.
#include "dll/crt/arguments.h"

#include <gtest/gtest.h>

#include <random>

#include "base/text.h"
#include "core/process/command_line.h"

namespace lsw::crt {
namespace {

std::vector<std::u16string> parsed(std::u16string_view line) {
    std::vector<std::u16string> texts;
    for (const Argument& argument : parse_command_line(line)) texts.push_back(argument.text);
    return texts;
}

// The examples of "Parsing C command-line arguments".
TEST(Arguments, DocumentedExamples) {
    using List = std::vector<std::u16string>;
    EXPECT_EQ(parsed(u"p \"a b c\" d e"), (List{u"p", u"a b c", u"d", u"e"}));
    EXPECT_EQ(parsed(u"p \"ab\\\"c\" \"\\\\\" d"), (List{u"p", u"ab\"c", u"\\", u"d"}));
    EXPECT_EQ(parsed(u"p a\\\\\\b d\"e f\"g h"), (List{u"p", u"a\\\\\\b", u"de fg", u"h"}));
    EXPECT_EQ(parsed(u"p a\\\\\\\"b c d"), (List{u"p", u"a\\\"b", u"c", u"d"}));
    EXPECT_EQ(parsed(u"p a\\\\\\\\\"b c\" d e"), (List{u"p", u"a\\\\b c", u"d", u"e"}));
    EXPECT_EQ(parsed(u"p a\"b\"\" c d"), (List{u"p", u"ab\" c d"}));
}

TEST(Arguments, ProgramNameTakesBackslashesLiterally) {
    EXPECT_EQ(parsed(u"\"C:\\my dir\\\" x"), (std::vector<std::u16string>{u"C:\\my dir\\", u"x"}));
    EXPECT_EQ(parsed(u""), (std::vector<std::u16string>{u""}));
}

TEST(Arguments, QuotesMakeWildcardsLiteral) {
    std::vector<Argument> arguments = parse_command_line(u"p *.c \"*.h\"");
    EXPECT_FALSE(arguments[1].quoted);
    EXPECT_TRUE(arguments[2].quoted);
}

TEST(Arguments, AnyArgvComesBack) {
    std::mt19937 random(4711);
    const std::string units = "ab \t\"\\\\\"*?'^%\n\xC3\xA9";
    for (int round = 0; round < 20000; ++round) {
        std::vector<std::string> given(random() % 5);
        for (std::string& text : given)
            for (size_t n = random() % 9; n > 0; --n) {
                size_t pick = random() % (units.size() - 1);
                text += pick >= units.size() - 2 ? "\xC3\xA9" : std::string(1, units[pick]);
            }
        std::vector<std::u16string> back = parsed(build_command_line(u"C:\\a b\\p.exe", given));
        ASSERT_EQ(back.size(), given.size() + 1);
        EXPECT_EQ(back[0], u"C:\\a b\\p.exe");
        for (size_t i = 0; i < given.size(); ++i) EXPECT_EQ(back[i + 1], utf16_from_utf8(given[i]));
    }
}

}  // namespace
}  // namespace lsw::crt
