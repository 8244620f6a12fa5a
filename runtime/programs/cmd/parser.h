// Takes command lines apart (the second of cmd.exe's phases): quotes, carets, redirections,
// operators, blocks over several lines, IF, FOR and REM. Lines come from a LineSource, which has
// replaced %variables% already. Doc: "cmd", "Using multiple commands and conditional processing
// symbols", "Command redirection operators".
#pragma once

#include <optional>
#include <string>

#include "programs/cmd/syntax.h"

namespace lsw::cmd {

class LineSource {
public:
    virtual ~LineSource() = default;
    // The next line without its end; nothing at the end of the input. `more`: a statement goes on.
    virtual std::optional<std::u16string> next(bool more) = 0;
};

class Parser {
public:
    explicit Parser(LineSource& source) : source_(source) {}

    // The next statement; null at the end of the input, for an empty line and for an error.
    NodePtr statement();
    bool at_end() const { return at_end_; }
    // What a statement had in a place where it may not be; empty when all was well.
    const std::u16string& unexpected() const { return unexpected_; }

private:
    NodePtr sequence();
    NodePtr alternatives();
    NodePtr conjunction();
    NodePtr pipeline();
    NodePtr command();
    NodePtr block();
    NodePtr if_command();
    NodePtr for_command();
    NodePtr simple_command(std::vector<Redirection> redirections, bool is_rem);
    bool condition_of(Condition& out);
    bool for_set(std::u16string& out);
    bool for_switches(ForClause& out);
    bool else_follows();

    bool refill(bool more);
    char16_t peek(size_t ahead = 0) const {
        return at_ + ahead < line_.size() ? line_[at_ + ahead] : u'\n';
    }
    bool ends_command() const;
    void skip_delimiters();
    void skip_blanks();
    bool take_word(const char16_t* word);
    bool read_redirection(std::u16string& before, std::vector<Redirection>& out);
    bool escape_into(std::u16string& out);
    std::u16string read_token(bool stop_at_equals = true);
    void fail(std::u16string what);
    bool failed() const { return !unexpected_.empty(); }

    LineSource& source_;
    std::u16string line_;  // with a line feed at its end
    size_t at_ = 0;
    int depth_ = 0;
    bool at_end_ = false;
    std::u16string unexpected_;
};

}  // namespace lsw::cmd
