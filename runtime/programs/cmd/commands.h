// The internal commands of cmd.exe. Each gets the text behind its name, expanded, and returns its
// status.
#pragma once

#include <string>
#include <string_view>

#include "programs/cmd/shell.h"

namespace lsw::cmd {

// What success does to ERRORLEVEL.
enum class Clears { Always, InCmdFiles, Never };

struct InternalCommand {
    const char16_t* name;
    int (*run)(Shell& shell, const std::u16string& arguments);
    Clears clears;
    bool sets_on_failure = true;  // RD leaves ERRORLEVEL alone unless || asks
};

// The command that a text begins with, or nullptr; `rest` is where its arguments begin.
const InternalCommand* internal_command(std::u16string_view text, size_t& rest);

struct Commands {
    static int call(Shell&, const std::u16string&);
    static int cd(Shell&, const std::u16string&);
    static int cls(Shell&, const std::u16string&);
    static int copy(Shell&, const std::u16string&);
    static int date(Shell&, const std::u16string&);
    static int del(Shell&, const std::u16string&);
    static int dir(Shell&, const std::u16string&);
    static int echo(Shell&, const std::u16string&);
    static int endlocal(Shell&, const std::u16string&);
    static int exit(Shell&, const std::u16string&);
    static int go_to(Shell&, const std::u16string&);
    static int md(Shell&, const std::u16string&);
    static int mklink(Shell&, const std::u16string&);
    static int move(Shell&, const std::u16string&);
    static int nothing(Shell&, const std::u16string&);
    static int path(Shell&, const std::u16string&);
    static int pause(Shell&, const std::u16string&);
    static int popd(Shell&, const std::u16string&);
    static int prompt(Shell&, const std::u16string&);
    static int pushd(Shell&, const std::u16string&);
    static int rd(Shell&, const std::u16string&);
    static int ren(Shell&, const std::u16string&);
    static int set(Shell&, const std::u16string&);
    static int setlocal(Shell&, const std::u16string&);
    static int shift(Shell&, const std::u16string&);
    static int start(Shell&, const std::u16string&);
    static int time(Shell&, const std::u16string&);
    static int title(Shell&, const std::u16string&);
    static int type(Shell&, const std::u16string&);
    static int ver(Shell&, const std::u16string&);
    static int verify(Shell&, const std::u16string&);
    static int vol(Shell&, const std::u16string&);
    static int assoc(Shell&, const std::u16string&);
};

// Arguments of a file command: switches ("/s", "/a:h", taken apart also where they touch) and names
// without quotes.
struct FileArguments {
    std::vector<std::u16string> names;
    std::vector<std::u16string> switches;  // lower case, without the slash
    bool has(std::u16string_view letter) const;
    // The rest of the switch that starts with `letter` ("h" of "a:h"); nullptr when there is none.
    const std::u16string* with(char16_t letter) const;
};
FileArguments file_arguments(std::u16string_view text);

// Asks on the standard output; true for an answer that starts with y.
bool confirmed(std::u16string_view question, bool* all = nullptr);

}  // namespace lsw::cmd
