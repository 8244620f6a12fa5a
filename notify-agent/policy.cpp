#include "notify-agent/policy.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "notify-agent/log.h"

namespace lsw::agent {
namespace {

bool parse_rule(const std::string& line, Rule* rule) {
    std::istringstream words(line);
    std::string verdict, status, rest;
    if (!(words >> verdict >> rule->name)) return false;
    if (verdict == "allow") rule->verdict = Verdict::Allow;
    else if (verdict == "log") rule->verdict = Verdict::Log;
    else if (verdict == "deny") rule->verdict = Verdict::Deny;
    else return false;
    if (words >> status) {
        char* end;
        rule->status = static_cast<uint32_t>(strtoul(status.c_str(), &end, 0));
        if (rule->verdict != Verdict::Deny || *end || end == status.c_str()) return false;
    }
    if (words >> rest) return false;
    rule->prefix = rule->name.ends_with('*');
    if (rule->prefix) rule->name.pop_back();
    return rule->name.find('*') == std::string::npos;
}

std::string file_name() {
    if (const char* given = getenv("LSW_POLICY"); given && *given) return given;
    if (const char* base = getenv("XDG_CONFIG_HOME"); base && *base) return std::string(base) + "/lsw/policy.conf";
    const char* home = getenv("HOME");
    return home ? std::string(home) + "/.config/lsw/policy.conf" : std::string();
}

}  // namespace

Policy Policy::from_text(std::string_view text, std::vector<std::string>* mistakes) {
    Policy policy;
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        line = line.substr(0, line.find('#'));
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        Rule rule;
        if (parse_rule(line, &rule)) policy.rules_.push_back(std::move(rule));
        else if (mistakes) mistakes->push_back(line);
    }
    return policy;
}

Policy Policy::load() {
    std::string name = file_name();
    std::ifstream file(name);
    if (!file) return {};
    std::ostringstream text;
    text << file.rdbuf();
    std::vector<std::string> mistakes;
    Policy policy = from_text(text.str(), &mistakes);
    for (const std::string& line : mistakes) log_line("%s: no rule: %s", name.c_str(), line.c_str());
    return policy;
}

const Rule& Policy::rule_for(std::string_view service) const {
    static const Rule allow;
    for (const Rule& rule : rules_)
        if (rule.prefix ? service.starts_with(rule.name) : service == rule.name) return rule;
    return allow;
}

}  // namespace lsw::agent
