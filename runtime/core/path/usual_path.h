// The usual DOS path (ASCII, on a drive or relative, nothing to be taken off a name) straight to the Linux one, in one
// pass over the text and without the heap but for the result. What is unusual in any way is declined and goes through
// dos_path.h and lookup.h, which say what paths mean; here it is only said faster.
#pragma once

#include <string_view>

#include "core/path/lookup.h"

namespace lsw::path {

// What relative paths are relative to, in Linux terms.
struct UsualBase {
    std::string_view directory;  // without a slash at its end ("" is the root)
    size_t root_bytes = 0;       // how much of it is the drive's root, which ".." does not leave
};

// Whether `text` (zero-terminated) is a usual path; `target` receives what target_of(full_path(text)) would give.
// char text is ASCII or declined.
bool usual_target(const char16_t* text, const UsualBase& current, Target& target, const DriveMap& map = drives());
bool usual_target(const char* text, const UsualBase& current, Target& target, const DriveMap& map = drives());

}  // namespace lsw::path
