// DOS wildcards. Beside * and ? a file system knows < (DOS_STAR), > (DOS_QM) and " (DOS_DOT), into which
// FindFirstFile turns what a program wrote so that "*.*", "foo.*" and "*." mean what they meant in DOS.
// Rules: [MS-FSA] "Algorithm for Determining if a FileName Is in an Expression".
#pragma once

#include <string>
#include <string_view>

namespace lsw::path {

bool has_wildcards(std::u16string_view text);

// Whether `name` is in `expression`, upcased or not. An empty expression matches only an empty name.
bool name_matches(std::u16string_view expression, std::u16string_view name, bool ignore_case);

// FindFirstFile's translation of the last component a program gave ("*.*" becomes "*").
std::u16string expression_from_find_pattern(std::u16string_view pattern);

}  // namespace lsw::path
