#include "notify-agent/policy.h"

#include <gtest/gtest.h>

namespace lsw::agent {

TEST(Policy, FirstRuleThatFitsCounts) {
    std::vector<std::string> mistakes;
    Policy policy = Policy::from_text(
        "# comment\n\nlog NtOpenProcess\ndeny NtOpen* 0xC0000005 # all others\ndeny NtLoadDriver\n", &mistakes);
    EXPECT_TRUE(mistakes.empty());
    EXPECT_EQ(policy.rule_for("NtOpenProcess").verdict, Verdict::Log);
    EXPECT_EQ(policy.rule_for("NtOpenThread").verdict, Verdict::Deny);
    EXPECT_EQ(policy.rule_for("NtOpenThread").status, 0xC0000005u);
    EXPECT_EQ(policy.rule_for("NtLoadDriver").status, 0xC0000022u);
    EXPECT_EQ(policy.rule_for("NtClose").verdict, Verdict::Allow);
}

TEST(Policy, MistakesAreNamed) {
    std::vector<std::string> mistakes;
    Policy::from_text("deny\nforbid NtClose\nallow NtClose 5\ndeny NtClose x\ndeny NtClose 1 2\nallow N*C\n", &mistakes);
    EXPECT_EQ(mistakes.size(), 6u);
}

}  // namespace lsw::agent
