// What a command line of cmd.exe means once it is taken apart: a tree of commands, blocks, IF, FOR
// and operators. Texts have lost their carets and kept their quotes; %x of FOR and !x! are replaced
// when a node runs.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace lsw::cmd {

enum class NodeKind { Command, Block, If, For, Sequence, And, Or, Pipe };

struct Redirection {
    enum Kind { Read, Write, Append, Duplicate } kind;
    int fd;
    std::u16string target;  // a file name, or the digit of a Duplicate
};

struct Condition {
    enum Kind { Exist, Defined, ErrorLevel, ExtensionVersion, Compare } kind = Compare;
    bool negated = false, ignore_case = false;
    std::u16string left, operation, right;  // of Compare; the others use `left`
};

struct ForClause {
    char16_t kind = 0;       // 0, 'D', 'R', 'L', 'F'
    std::u16string options;  // of /F its options, of /R its root
    char16_t variable = 0;
    std::u16string set;
    bool also_directories = false;  // /R with /D
};

struct Node {
    NodeKind kind = NodeKind::Command;
    bool quiet = false;   // behind '@'
    std::u16string text;  // of a command
    std::vector<std::unique_ptr<Node>>
        children;  // a block's statements; both sides; IF's branches; FOR's body
    std::vector<Redirection> redirections;
    Condition condition;
    ForClause loop;
};
using NodePtr = std::unique_ptr<Node>;

// As ECHO ON shows it; `quoted`: with carets, so that another cmd.exe reads the same.
std::u16string text_of(const Node& node, bool quoted = false);

// Blank, tab, comma, semicolon, equals sign.
inline bool is_delimiter(char16_t unit) {
    return unit == u' ' || unit == u'\t' || unit == u',' || unit == u';' || unit == u'=';
}

// The first word's letters in lower case, if they are a word of their own ("rem", "if").
std::u16string first_word(std::u16string_view text);

}  // namespace lsw::cmd
