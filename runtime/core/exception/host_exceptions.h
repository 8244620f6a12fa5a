// C++ exceptions of the libraries that our functions use, which nobody catches: a program that passes a wild pointer or an
// absurd size gets an exception of its own kind for it, not the end of the process by std::terminate.
#pragma once

namespace lsw::seh {

void install_host_exceptions();

}  // namespace lsw::seh
