// Libraries of the machine that are loaded when first needed (SQLite, OpenSSL).
#pragma once

#include <initializer_list>

namespace lsw {

// dlopen of the first name that can be had; null when none can. lsw itself is linked statically: what it loads brings the
// machine's C library along, which therefore has to be the release lsw was linked with. Such a library must have no
// thread-local variables of its own (C11 or __thread): a static program's loader does not know them.
void* open_host_library(std::initializer_list<const char*> names);

}  // namespace lsw
