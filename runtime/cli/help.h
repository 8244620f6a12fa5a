// The texts of --help.
#pragma once

namespace lsw::cli {

extern const char kHelp[];
extern const char kHelpExec[];
extern const char kHelpCheck[];
extern const char kHelpApi[];
extern const char kHelpTrace[];

}  // namespace lsw::cli
