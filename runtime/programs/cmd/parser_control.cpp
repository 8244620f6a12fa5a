// IF and FOR as the parser takes them apart; see parser.h.
// Doc: "if", "for".
#include "base/text.h"
#include "programs/cmd/parser.h"

namespace lsw::cmd {
namespace {

bool is_comparison(std::u16string_view word) {
    for (const char16_t* known : {u"equ", u"neq", u"lss", u"leq", u"gtr", u"geq"})
        if (equal_ignore_case(word, known)) return true;
    return false;
}

// "/r" in front of something.
bool is_switch(char16_t slash, char16_t letter) {
    return slash == u'/' && (letter | 0x20) >= u'a' && (letter | 0x20) <= u'z';
}

}  // namespace

bool Parser::condition_of(Condition& out) {
    for (;;) {
        skip_delimiters();
        if (peek() == u'/' && downcase(peek(1)) == u'i' && !out.ignore_case) {
            out.ignore_case = true;
            at_ += 2;
        } else if (take_word(u"not")) {
            out.negated = !out.negated;
        } else {
            break;
        }
    }
    auto word_test = [&](const char16_t* word, Condition::Kind kind) {
        size_t start = at_;
        if (!take_word(word)) return false;
        skip_blanks();
        if (peek() == u'=' && peek(1) == u'=') return at_ = start, false;  // if exist==exist
        skip_delimiters();
        out.kind = kind;
        out.left = read_token();
        return true;
    };
    if (word_test(u"exist", Condition::Exist) || word_test(u"defined", Condition::Defined) ||
        word_test(u"errorlevel", Condition::ErrorLevel) ||
        word_test(u"cmdextversion", Condition::ExtensionVersion)) {
        if (out.left.empty()) fail(u"\n");
        return !failed();
    }
    out.left = read_token();
    skip_blanks();
    while (peek() == u',' || peek() == u';') ++at_;
    if (peek() == u'=' && peek(1) == u'=') {
        out.operation = u"==";
        at_ += 2;
    } else {
        out.operation = read_token();
        if (!is_comparison(out.operation)) {
            fail(out.operation.empty() ? std::u16string(1, peek()) : out.operation);
            return false;
        }
    }
    skip_delimiters();
    out.right = read_token();
    if (out.right.empty()) fail(std::u16string(1, peek()));
    return !failed();
}

// After a block only: "else" on the same line.
bool Parser::else_follows() {
    size_t start = at_;
    skip_delimiters();
    if (take_word(u"else")) return true;
    at_ = start;
    return false;
}

NodePtr Parser::if_command() {
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::If;
    if (!condition_of(node->condition)) return nullptr;
    NodePtr body = sequence();
    if (!body) return fail(std::u16string(1, peek())), nullptr;
    node->children.push_back(std::move(body));
    if (else_follows()) {
        NodePtr other = sequence();
        if (!other) return fail(std::u16string(1, peek())), nullptr;
        node->children.push_back(std::move(other));
    }
    return node;
}

bool Parser::for_switches(ForClause& out) {
    for (;;) {
        skip_delimiters();
        if (!is_switch(peek(), peek(1))) return true;
        char16_t letter = upcase(peek(1));
        if (letter != u'D' && letter != u'R' && letter != u'L' && letter != u'F')
            return fail(std::u16string(u"/") + peek(1)), false;
        at_ += 2;
        if (letter == u'D' && out.kind == u'R')
            out.also_directories = true;
        else if (letter == u'R' && out.kind == u'D')
            out.also_directories = true, out.kind = u'R';
        else
            out.kind = letter;
        skip_delimiters();
        if (letter != u'F' && letter != u'R') continue;
        while (peek() != u'%' && peek() != u'\n' && !is_switch(peek(), peek(1))) {
            std::u16string word = read_token();
            if (word.empty()) return fail(std::u16string(1, peek())), false;
            if (letter == u'F' && word.size() > 1 && word.front() == u'"' && word.back() == u'"')
                word = word.substr(1, word.size() - 2);
            out.options += (out.options.empty() ? u"" : u" ") + word;
            skip_delimiters();
        }
    }
}

// Everything up to the closing parenthesis; line ends separate like blanks.
bool Parser::for_set(std::u16string& out) {
    bool quoted = false;
    for (;;) {
        char16_t unit = peek();
        if (unit == u'\n') {
            if (!out.empty()) out += u' ';
            quoted = false;
            if (!refill(true)) return fail(u"\n"), false;
            continue;
        }
        if (!quoted) {
            if (unit == u')') break;
            if (unit == u'^') {
                if (!escape_into(out)) return false;
                continue;
            }
        }
        if (unit == u'"') quoted = !quoted;
        out += unit;
        ++at_;
    }
    ++at_;
    return true;
}

NodePtr Parser::for_command() {
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::For;
    ForClause& loop = node->loop;
    if (!for_switches(loop)) return nullptr;
    if (peek() != u'%' || peek(1) == u'\n')
        return fail(peek() == u'\n' ? u"\n" : read_token()), nullptr;
    ++at_;
    loop.variable = line_[at_++];
    skip_delimiters();
    if (!take_word(u"in")) return fail(peek() == u'\n' ? u"\n" : read_token()), nullptr;
    skip_delimiters();
    if (peek() != u'(') return fail(std::u16string(1, peek())), nullptr;
    ++at_;
    if (!for_set(loop.set)) return nullptr;
    skip_delimiters();
    if (!take_word(u"do")) return fail(peek() == u'\n' ? u"\n" : read_token()), nullptr;
    NodePtr body = sequence();
    if (!body) return fail(std::u16string(1, peek())), nullptr;
    node->children.push_back(std::move(body));
    return node;
}

}  // namespace lsw::cmd
