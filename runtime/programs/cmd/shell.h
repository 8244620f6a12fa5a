// Shell: the state of one cmd.exe and what runs the trees that the parser makes.
// Rules: a command's *status* decides && and ||; ERRORLEVEL is a variable beside it that some
// commands leave alone. Jumps (GOTO, EXIT, a syntax error) are a flag that every loop looks at.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "abi/types.h"
#include "programs/cmd/parser.h"
#include "programs/cmd/syntax.h"

namespace lsw::cmd {

// A batch file or a called label of one, while it runs.
struct Frame {
    std::shared_ptr<const std::vector<std::u16string>> lines;
    size_t next_line = 0;
    std::u16string path;                                  // full path of the file
    std::vector<std::u16string> arguments;                // [0] is the name as it was typed
    std::u16string all_arguments;                         // %*
    size_t shifted[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};  // which argument each %n is
    size_t locals = 0;                                    // SETLOCALs that were open when it began
    bool is_label = false;

    std::u16string argument(size_t digit) const {
        return shifted[digit] < arguments.size() ? arguments[shifted[digit]] : std::u16string();
    }
};

class Shell {
public:
    enum class Jump { None, Goto, LeaveFrame, LeaveShell };

    int run_command_line();  // the whole program: /c, /k, interactive

    // --- used by the commands -------------------------------------------------------------------
    int run(Node& node);
    int run_text(const std::u16string& text, std::vector<Redirection>* redirections = nullptr);
    std::u16string expanded(const std::u16string& text);  // FOR variables, then delayed ones
    std::u16string expand_percent(const std::u16string& line);
    std::u16string expand_delayed(const std::u16string& text);
    std::u16string expand_loop_variables(const std::u16string& text);
    std::optional<std::u16string> variable(std::u16string_view name);
    std::u16string prompt_text();
    int fail(std::u16string_view message, int status = 1);
    int fail_with(DWORD error, int status = 1);

    bool in_batch() const { return !frames_.empty(); }
    int run_batch(const std::u16string& path, const std::u16string& name,
                  const std::u16string& rest);
    int launch(const std::u16string& name, const std::u16string& arguments, bool called);
    // Runs a command line in another cmd.exe with its output in a pipe.
    std::string output_of(const std::u16string& command);

    int errorlevel = 0;
    bool echo = true;
    bool delayed = false;
    bool extensions = true;

private:
    friend struct Commands;
    using Variables = std::map<char16_t, std::u16string>;

    struct Saved {  // by SETLOCAL
        std::u16string environment, directory;
        bool delayed, extensions;
    };
    struct SavedHandle {
        DWORD which;
        HANDLE before;
    };
    struct Pipeline;

    // shell.cpp
    bool read_switches(std::u16string_view line, std::u16string& command, bool& keep,
                       bool& run_once);
    int run_line(const std::u16string& line);
    void run_input();
    int run_frame(std::unique_ptr<Frame> frame);
    void syntax_error(const Parser& parser);
    // execute.cpp
    int run_simple(Node& node);
    int run_if(Node& node);
    int run_pipe(Node& node);
    bool holds(const Condition& condition);
    bool redirect(const std::vector<Redirection>& items, std::vector<SavedHandle>& saved,
                  std::vector<HANDLE>& opened);
    void restore(const std::vector<SavedHandle>& saved, const std::vector<HANDLE>& opened);
    void show(const Node& node);
    HANDLE start_side(Node& node, HANDLE input, HANDLE output);
    int dispatch(const std::u16string& text);
    // launch.cpp
    HANDLE create(const std::u16string& program, const std::u16string& command_line, DWORD flags,
                  const std::u16string& directory = {});
    int wait_for(HANDLE process);
    int not_found(const std::u16string& name);
    // loops.cpp
    int run_for(Node& node);
    int loop_over_names(Node& node, const std::u16string& set, const std::u16string& root);
    int loop_over_tree(Node& node, const std::u16string& root);
    int loop_over_numbers(Node& node);
    int loop_over_lines(Node& node);
    int loop_body(Node& node, std::u16string value);
    // batch.cpp
    std::u16string modified(std::u16string_view modifiers, std::u16string_view path_variable,
                            const std::u16string& value);
    bool take_argument(const std::u16string& line, size_t& at, std::u16string& out);
    bool take_variable(const std::u16string& line, size_t& at, char16_t mark, bool keep_unknown,
                       std::u16string& out);
    int call(const std::u16string& arguments);
    int call_label(const std::u16string& label, const std::u16string& rest);
    int go_to(std::u16string label);
    std::optional<size_t> find_label(const Frame& frame, std::u16string label, size_t from) const;
    void set_local(bool delayed, bool extensions);
    void end_local();

    std::vector<std::unique_ptr<Frame>> frames_;
    std::vector<Saved> locals_;
    std::vector<std::u16string> directories_;  // PUSHD
    Variables loop_variables_;
    Jump jump_ = Jump::None;
    std::u16string command_line_;
    bool interactive_ = false;
    bool ran_batch_ = false;
    bool changed_errorlevel_ = false;  // by the command that runs: its success leaves it alone
};

// The words of a command's arguments: separated by blanks, tabs, commas, semicolons and equals
// signs outside quotes.
std::vector<std::u16string> words(std::u16string_view text);
std::u16string without_quotes(std::u16string_view text);

// The word that names a command, quotes and all, and what is behind it.
struct CommandName {
    std::u16string_view name, rest;
};
CommandName command_name(std::u16string_view text);
bool is_batch_name(std::u16string_view path);
std::u16string own_program();
// text_of with the command's text replaced.
std::u16string text_of_expanded(const Node& node, const std::u16string& text);

// SET /A. False for an expression that is none, with its message.
bool evaluate(Shell& shell, std::u16string_view expression, int32_t& result,
              std::u16string& message);

}  // namespace lsw::cmd
