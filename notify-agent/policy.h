// What the user allows services to do that lswhost sees: $LSW_POLICY, or lsw/policy.conf below $XDG_CONFIG_HOME (~/.config).
// One rule a line, the first that fits counts; '*' at the end of a name stands for any rest; '#' begins a comment:
//     allow NtOpenProcess
//     log   NtQuerySystem*
//     deny  NtOpenThread 0xC0000022
// A service without a rule is allowed. A line that is no rule is reported in the log and left out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lsw::agent {

enum class Verdict : uint8_t { Allow, Log, Deny };

struct Rule {
    std::string name;
    bool prefix = false;
    Verdict verdict = Verdict::Allow;
    uint32_t status = 0xC0000022;  // STATUS_ACCESS_DENIED
};

class Policy {
public:
    static Policy from_text(std::string_view text, std::vector<std::string>* mistakes);
    static Policy load();

    // The rule for a service; one that allows where none fits.
    const Rule& rule_for(std::string_view service) const;

private:
    std::vector<Rule> rules_;
};

}  // namespace lsw::agent
