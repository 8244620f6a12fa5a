// The environment: Windows' own variables over the caller's Linux ones, and back again for Linux
// children. The process's block is one std::u16string behind PEB.ProcessParameters.Environment,
// replaced as a whole by each change. Doc: "Environment Variables", "Changing Environment
// Variables".
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/find16.h"

namespace lsw {

// Length of a block in code units, its final zero included.
size_t environment_block_length(const char16_t* block);

// Calls visit(name, value) for each variable of a block; the hidden "=C:" ones have names too.
template <class Visit>
void for_each_variable(std::u16string_view block, Visit visit) {
    while (!block.empty() && block[0]) {
        size_t end = std::min(find16(block, u'\0'), block.size());
        std::u16string_view entry = block.substr(0, end);
        size_t equals = find16(entry, u'=', 1);
        if (equals != std::u16string_view::npos)
            visit(entry.substr(0, equals), entry.substr(equals + 1));
        block.remove_prefix(std::min(end + 1, block.size()));
    }
}

// What a Linux child is to see: PATH in Linux form, no variables that only Windows programs know.
std::vector<std::string> linux_environment(std::u16string_view block);

// The same block with names sorted and the hidden "=C:" ones first, as CreateProcess keeps a
// caller's own.
std::u16string sorted_environment_block(std::u16string_view block);

// The process's own block. All of these may be called from any thread.
// One of the two once, when the process starts: of a Linux caller's variables, or of a block, which is sorted "NAME=value"
// strings, each zero-terminated, ended by one more zero.
void adopt_linux_environment(char** linux_environment);
void adopt_environment(std::u16string block);
std::u16string environment_block();
std::optional<std::u16string> environment_variable(std::u16string_view name);
// The same, empty when it is not set.
inline std::u16string environment_value(std::u16string_view name) {
    return environment_variable(name).value_or(u"");
}
// What Windows itself says of this machine and user, whatever the program's own block has become: its known folders.
std::u16string system_variable(std::u16string_view name);
// The same, all of it, as a block.
std::u16string system_environment_block();

// Without a value the variable goes. False for a name that is none (empty, or with '=' after its
// first character).
bool set_environment_variable(std::u16string_view name, std::optional<std::u16string_view> value);

// %NAME% replaced where the variable exists.
std::u16string expand_environment(std::u16string_view text);

}  // namespace lsw
