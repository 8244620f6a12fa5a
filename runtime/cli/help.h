// The texts of --help.
#pragma once

namespace lsw::cli {

extern const char kHelp[];
extern const char kHelpExec[];
extern const char kHelpCheck[];
extern const char kHelpApi[];
extern const char kHelpTrace[];
extern const char kHelpPs[];
extern const char kHelpKill[];
extern const char kHelpWait[];
extern const char kHelpLogs[];
extern const char kHelpShutdown[];
extern const char kHelpDoctor[];

}  // namespace lsw::cli
