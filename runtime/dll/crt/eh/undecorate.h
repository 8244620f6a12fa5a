// Readable names of types from the names that Microsoft's compiler gives them: ".?AVerror@a@@" is "class a::error".
// Fundamental types, classes, enumerations, and pointers and references to them; what else there is stays as it is.
#pragma once

#include <string>

namespace lsw::crt {

std::string undecorate_type(const char* decorated);

}  // namespace lsw::crt
