#include "programs/cmd/syntax.h"

#include "base/text.h"

namespace lsw::cmd {
namespace {

constexpr std::u16string_view kSpecial = u"&|<>^()";

// Carets before what means something outside quotes.
std::u16string escaped(std::u16string_view text) {
    std::u16string out;
    bool quoted = false;
    for (char16_t unit : text) {
        if (unit == u'"') quoted = !quoted;
        if (!quoted && kSpecial.find(unit) != std::u16string_view::npos) out += u'^';
        out += unit;
    }
    return out;
}

std::u16string text_of(const Redirection& item) {
    std::u16string out(1, static_cast<char16_t>(u'0' + item.fd));
    switch (item.kind) {
        case Redirection::Read:
            return out + u"<" + item.target + u" ";
        case Redirection::Write:
            return out + u">" + item.target + u" ";
        case Redirection::Append:
            return out + u">>" + item.target + u" ";
        default:
            return out + (item.fd == 0 ? u"<&" : u">&") + item.target + u" ";
    }
}

std::u16string condition_text(const Condition& condition, bool quoted) {
    auto word = [&](const std::u16string& text) { return quoted ? escaped(text) : text; };
    std::u16string out = u"if ";
    if (condition.ignore_case) out += u"/I ";
    if (condition.negated) out += u"not ";
    switch (condition.kind) {
        case Condition::Exist:
            return out + u"exist " + word(condition.left) + u" ";
        case Condition::Defined:
            return out + u"defined " + word(condition.left) + u" ";
        case Condition::ErrorLevel:
            return out + u"errorlevel " + word(condition.left) + u" ";
        case Condition::ExtensionVersion:
            return out + u"cmdextversion " + word(condition.left) + u" ";
        default:
            return out + word(condition.left) + u" " + condition.operation + u" " +
                   word(condition.right) + u" ";
    }
}

std::u16string loop_text(const ForClause& loop) {
    std::u16string out = u"for ";
    if (loop.kind) out += std::u16string(u"/") + loop.kind + u" ";
    if (!loop.options.empty())
        out += loop.kind == 'F' ? u"\"" + loop.options + u"\" " : loop.options + u" ";
    return out + u"%" + loop.variable + u" in (" + loop.set + u") do ";
}

}  // namespace

std::u16string text_of(const Node& node, bool quoted) {
    std::u16string out = node.quiet && quoted ? u"@" : u"", redirections;
    for (const Redirection& item : node.redirections) redirections += text_of(item);
    auto child = [&](size_t index) { return text_of(*node.children[index], quoted); };
    auto pair = [&](const char16_t* operation) {
        return quoted ? child(0) + operation + child(1)
                      : child(0) + u" " + operation + u" " + child(1);
    };
    switch (node.kind) {
        // Redirections come first where another cmd.exe reads this: behind ECHO they would add a
        // blank.
        case NodeKind::Command:
            return quoted ? out + redirections + escaped(node.text)
                          : out + node.text + u" " + redirections;
        case NodeKind::Block:
            out += u"(";
            for (size_t i = 0; i < node.children.size(); ++i)
                out += (i == 0 ? u"" : quoted ? u"&" : u"\r\n") + child(i);
            out += u")";
            break;
        case NodeKind::If:
            out += condition_text(node.condition, quoted) + child(0);
            if (node.children.size() > 1) out += u" else " + child(1);
            break;
        case NodeKind::For:
            out += loop_text(node.loop) + child(0);
            break;
        case NodeKind::Sequence:
            out += pair(u"&");
            break;
        case NodeKind::And:
            out += pair(u"&&");
            break;
        case NodeKind::Or:
            out += pair(u"||");
            break;
        case NodeKind::Pipe:
            out += pair(u"|");
            break;
    }
    return quoted ? out + redirections : out + u" " + redirections;
}

std::u16string first_word(std::u16string_view text) {
    size_t start = 0;
    while (start < text.size() && (is_delimiter(text[start]) || text[start] == u'@')) ++start;
    size_t end = start;
    while (end < text.size() && ((text[end] | 0x20) >= u'a' && (text[end] | 0x20) <= u'z')) ++end;
    std::u16string out;
    for (size_t i = start; i < end; ++i) out += downcase(text[i]);
    return out;
}

}  // namespace lsw::cmd
