#include "cli/arguments.h"

#include <gtest/gtest.h>

#include <vector>

namespace lsw::cli {
namespace {

struct Words {
    explicit Words(std::vector<const char*> words) : words_(std::move(words)) {}
    Arguments arguments() {
        return Arguments("test", static_cast<int>(words_.size()), const_cast<char**>(words_.data()));
    }
    std::vector<const char*> words_;
};

TEST(Arguments, OptionsEndAtTheFirstWord) {
    Words words({"--flag", "app.exe", "--flag", "-x"});
    auto arguments = words.arguments();
    ASSERT_TRUE(arguments.next_option());
    EXPECT_TRUE(arguments.is("--flag", "-f"));
    EXPECT_FALSE(arguments.next_option());
    EXPECT_STREQ(arguments.next_word(), "app.exe");
    EXPECT_EQ(arguments.left(), 2) << "the program's own options are not ours";
    EXPECT_STREQ(arguments.rest()[0], "--flag");
}

TEST(Arguments, ValuesInBothForms) {
    Words words({"--file", "a", "--file=b", "--file=", "--filex"});
    auto arguments = words.arguments();
    for (const char* expected : {"a", "b", ""}) {
        ASSERT_TRUE(arguments.next_option());
        EXPECT_STREQ(arguments.value_of("--file"), expected);
    }
    ASSERT_TRUE(arguments.next_option());
    EXPECT_EQ(arguments.value_of("--file"), nullptr) << "a longer name is another option";
}

TEST(Arguments, DoubleDashAndSingleDash) {
    Words words({"--", "--not-an-option"});
    auto arguments = words.arguments();
    EXPECT_FALSE(arguments.next_option());
    EXPECT_FALSE(arguments.next_option());
    EXPECT_STREQ(arguments.next_word(), "--not-an-option");
    Words dash({"-"});
    auto only = dash.arguments();
    EXPECT_FALSE(only.next_option());
    EXPECT_STREQ(only.next_word(), "-");
    EXPECT_EQ(only.next_word(), nullptr);
}

TEST(ArgumentsDeath, UnknownOptionsAndMissingValuesEndWithOneLine) {
    Words words({"--file"});
    auto arguments = words.arguments();
    arguments.next_option();
    EXPECT_EXIT(arguments.unknown(), testing::ExitedWithCode(125), "^lsw: unknown option --file [^\n]*\n$");
    EXPECT_EXIT(arguments.value_of("--file"), testing::ExitedWithCode(125), "^lsw: option --file needs a value");
}

}  // namespace
}  // namespace lsw::cli
