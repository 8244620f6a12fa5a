// See parser.h. Precedence, loosest first: & || && | .
#include "programs/cmd/parser.h"

#include "base/text.h"

namespace lsw::cmd {

bool Parser::refill(bool more) {
    auto line = source_.next(more);
    if (!line) return at_end_ = true, false;
    line_ = std::move(*line) + u'\n';
    at_ = 0;
    return true;
}

void Parser::fail(std::u16string what) {
    if (unexpected_.empty())
        unexpected_ = what == u"\n" ? u"The syntax of the command is incorrect." : what;
}

bool Parser::ends_command() const {
    char16_t unit = peek();
    return unit == u'\n' || unit == u'&' || unit == u'|' || (unit == u')' && depth_ > 0);
}

void Parser::skip_delimiters() {
    while (is_delimiter(peek())) ++at_;
}

void Parser::skip_blanks() {
    while (peek() == u' ' || peek() == u'\t') ++at_;
}

// A keyword, followed by something that ends a word.
bool Parser::take_word(const char16_t* word) {
    size_t length = length16(word);
    for (size_t i = 0; i < length; ++i)
        if (downcase(peek(i)) != word[i]) return false;
    char16_t next = peek(length);
    bool ends = is_delimiter(next) || next == u'\n' || next == u'(' || next == u'/' ||
                next == u'&' || next == u'|' || next == u'<' || next == u'>' || next == u')' ||
                next == u'"';
    if (ends) at_ += length;
    return ends;
}

// At a caret: what follows is taken as it is; at the end of a line the next one goes on here.
bool Parser::escape_into(std::u16string& out) {
    ++at_;
    if (peek() != u'\n') {
        out += line_[at_++];
        return true;
    }
    if (!refill(true)) return false;
    if (peek() == u'\n') {
        out += u'\n';
        return refill(true);
    }
    out += line_[at_++];
    return true;
}

std::u16string Parser::read_token(bool stop_at_equals) {
    std::u16string out;
    bool quoted = false;
    for (;;) {
        char16_t unit = peek();
        if (unit == u'\n') break;
        if (!quoted) {
            if (is_delimiter(unit) && (unit != u'=' || stop_at_equals)) break;
            if (ends_command() || unit == u'<' || unit == u'>') break;
            if (unit == u'^') {
                if (!escape_into(out)) break;
                continue;
            }
        }
        if (unit == u'"') quoted = !quoted;
        out += unit;
        ++at_;
    }
    return out;
}

// At '<' or '>'. A digit that stands alone before it names the handle.
bool Parser::read_redirection(std::u16string& before, std::vector<Redirection>& out) {
    Redirection item{};
    bool input = peek() == u'<';
    item.fd = input ? 0 : 1;
    size_t size = before.size();
    if (size != 0 && before[size - 1] >= u'0' && before[size - 1] <= u'9' && at_ > 0 &&
        line_[at_ - 1] == before[size - 1] && (size == 1 || is_delimiter(before[size - 2]))) {
        item.fd = before[size - 1] - u'0';
        before.pop_back();
    }
    ++at_;
    item.kind = input ? Redirection::Read : Redirection::Write;
    if (!input && peek() == u'>') {
        item.kind = Redirection::Append;
        ++at_;
    }
    if (peek() == u'&') {
        ++at_;
        skip_delimiters();
        item.kind = Redirection::Duplicate;
        if (peek() < u'0' || peek() > u'9') return fail(std::u16string(1, peek())), false;
        item.target = std::u16string(1, line_[at_++]);
    } else {
        skip_delimiters();
        item.target = read_token();
        if (item.target.empty()) return fail(std::u16string(1, peek())), false;
    }
    out.push_back(std::move(item));
    return true;
}

NodePtr Parser::statement() {
    depth_ = 0;
    if (!refill(false)) return nullptr;
    skip_delimiters();
    if (peek() == u':') return nullptr;  // a label
    if (peek() == u'\n') return nullptr;
    NodePtr node = sequence();
    if (failed()) return nullptr;
    if (node && peek() != u'\n') fail(std::u16string(1, peek()));
    return failed() ? nullptr : std::move(node);
}

namespace {

NodePtr pair(NodeKind kind, NodePtr left, NodePtr right) {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->children.push_back(std::move(left));
    node->children.push_back(std::move(right));
    return node;
}

}  // namespace

NodePtr Parser::sequence() {
    NodePtr left = alternatives();
    while (left && !failed() && peek() == u'&') {
        ++at_;
        skip_delimiters();
        if (peek() == u'\n' || (peek() == u')' && depth_ > 0)) break;
        if (peek() == u'&') return fail(u"&"), nullptr;
        NodePtr right = alternatives();
        if (!right) return left;
        left = pair(NodeKind::Sequence, std::move(left), std::move(right));
    }
    return left;
}

NodePtr Parser::alternatives() {
    NodePtr left = conjunction();
    while (left && !failed() && peek() == u'|' && peek(1) == u'|') {
        at_ += 2;
        NodePtr right = conjunction();
        if (!right) return fail(std::u16string(1, peek())), nullptr;
        left = pair(NodeKind::Or, std::move(left), std::move(right));
    }
    return left;
}

NodePtr Parser::conjunction() {
    NodePtr left = pipeline();
    while (left && !failed() && peek() == u'&' && peek(1) == u'&') {
        at_ += 2;
        NodePtr right = pipeline();
        if (!right) return fail(std::u16string(1, peek())), nullptr;
        left = pair(NodeKind::And, std::move(left), std::move(right));
    }
    return left;
}

NodePtr Parser::pipeline() {
    NodePtr left = command();
    while (left && !failed() && peek() == u'|' && peek(1) != u'|') {
        ++at_;
        NodePtr right = command();
        if (!right) return fail(std::u16string(1, peek())), nullptr;
        left = pair(NodeKind::Pipe, std::move(left), std::move(right));
    }
    return left;
}

NodePtr Parser::command() {
    std::vector<Redirection> redirections;
    std::u16string nothing;
    bool quiet = false;
    for (;;) {
        skip_delimiters();
        if (peek() == u'@') {
            quiet = true;
            ++at_;
            continue;
        }
        if ((peek() >= u'0' && peek() <= u'9') && (peek(1) == u'<' || peek(1) == u'>')) {
            nothing = std::u16string(1, line_[at_++]);
            if (!read_redirection(nothing, redirections)) return nullptr;
            continue;
        }
        if (peek() != u'<' && peek() != u'>') break;
        nothing.clear();
        if (!read_redirection(nothing, redirections)) return nullptr;
    }
    NodePtr node;
    if (peek() == u'(') {
        node = block();
    } else if (depth_ == 0 && peek() == u')') {
        at_ = line_.size() - 1;  // the rest of such a line is passed over
        node = std::make_unique<Node>();
        node->text = u"rem";
        node->quiet = true;
        return node;
    } else if (ends_command()) {
        if (peek() != u'\n' && !(peek() == u')' && depth_ > 0)) fail(std::u16string(1, peek()));
        if (redirections.empty()) return nullptr;
        node = std::make_unique<Node>();  // "> file" alone makes the file
    } else if (size_t start = at_; take_word(u"if")) {
        node = if_command();
    } else if (at_ = start; take_word(u"for")) {
        node = for_command();
    } else {
        at_ = start;
        bool is_rem = take_word(u"rem");
        at_ = start;
        return [&] {
            NodePtr simple = simple_command(std::move(redirections), is_rem);
            if (simple) simple->quiet = quiet;
            return simple;
        }();
    }
    if (!node) return nullptr;
    node->quiet = node->quiet || quiet;
    node->redirections.insert(node->redirections.begin(), redirections.begin(), redirections.end());
    return node;
}

NodePtr Parser::simple_command(std::vector<Redirection> redirections, bool is_rem) {
    auto node = std::make_unique<Node>();
    std::u16string& text = node->text;
    if (is_rem) {
        text = line_.substr(at_, 3);
        at_ += 3;
        size_t start = at_;
        skip_delimiters();
        char16_t next = peek();
        if (next != u'\n' && next != u'&' && next != u'|' && next != u'<' && next != u'>') {
            // A remark goes to the end of its line, whatever is in it.
            text += line_.substr(start, line_.size() - 1 - start);
            at_ = line_.size() - 1;
            return node;
        }
        text += line_.substr(start, at_ - start);
    }
    bool quoted = false;
    while (peek() != u'\n') {
        char16_t unit = peek();
        if (!quoted) {
            if (ends_command()) break;
            if (unit == u'<' || unit == u'>') {
                if (!read_redirection(text, redirections)) return nullptr;
                continue;
            }
            if (unit == u'^') {
                if (!escape_into(text)) break;
                continue;
            }
        }
        if (unit == u'"') quoted = !quoted;
        text += unit;
        ++at_;
    }
    node->redirections = std::move(redirections);
    return node;
}

NodePtr Parser::block() {
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::Block;
    ++at_;
    ++depth_;
    for (;;) {
        skip_delimiters();
        if (peek() == u'\n') {
            if (!refill(true)) {
                --depth_;
                return fail(u"\n"), nullptr;
            }
            skip_delimiters();
            if (peek() == u':') at_ = line_.size() - 1;
            continue;
        }
        if (peek() == u')') break;
        NodePtr child = sequence();
        if (failed()) return nullptr;
        if (child) node->children.push_back(std::move(child));
        if (peek() != u'\n' && peek() != u')') return fail(std::u16string(1, peek())), nullptr;
    }
    ++at_;
    --depth_;
    std::u16string nothing;
    for (;;) {
        size_t start = at_;
        skip_delimiters();
        bool digit = peek() >= u'0' && peek() <= u'9' && (peek(1) == u'<' || peek(1) == u'>');
        if (digit) nothing = std::u16string(1, line_[at_++]);
        if (peek() != u'<' && peek() != u'>') {
            at_ = start;
            break;
        }
        if (!read_redirection(nothing, node->redirections)) return nullptr;
        nothing.clear();
    }
    skip_delimiters();
    return node;
}

}  // namespace lsw::cmd
