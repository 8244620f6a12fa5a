// Walks the words of a command line: flags, options with a value ("--x=v" or "--x v"), the rest.
// No allocation and nothing global: `lsw exec` parses with it on its way into a program.
#pragma once

#include <string_view>

namespace lsw::cli {

class Arguments {
public:
    // `command` is named in the message about an unknown option ("exec").
    Arguments(const char* command, int count, char** words)
        : command_(command), words_(words), count_(count) {}

    // Steps to the next option. False at the first word that is none (left for next_word), at the end,
    // and after "--".
    bool next_option();
    // The next word that is no option, or nullptr at the end.
    const char* next_word();
    // Words not yet taken.
    int left() const { return count_ - at_; }
    char** rest() const { return words_ + at_; }

    // For the current option:
    bool is(std::string_view name, std::string_view short_name = {}) const;
    // Its value when it is `name`, else nullptr. Ends the process when the value is missing.
    const char* value_of(std::string_view name);
    // Ends the process with one line: nobody knows this option.
    [[noreturn]] void unknown() const;

private:
    const char* command_;
    char** words_;
    int count_;
    int at_ = 0;
    bool only_words_ = false;
    std::string_view option_;
};

}  // namespace lsw::cli
