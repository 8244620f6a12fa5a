// Libraries of the host that are loaded when first needed: OpenSSL and SQLite.
//
// A static lsw carries them in itself, as one shared object that is linked against lsw's own C library when it is loaded: a
// program linked statically must not dlopen, since that would bring a second C library in. Any other lsw takes the machine's.
#pragma once

#include <initializer_list>

namespace lsw {

// The first of the libraries, named by their sonames, that can be had; null when none can. Never closed again.
void* open_host_library(std::initializer_list<const char*> names);

// A function of it, null when it has none of that name.
void* host_symbol(void* library, const char* name);

// The same into a pointer of the function's type; tells whether the library has it.
template <class Function>
bool take_symbol(void* library, const char* name, Function*& out) {
    out = reinterpret_cast<Function*>(host_symbol(library, name));
    return out != nullptr;
}

}  // namespace lsw
