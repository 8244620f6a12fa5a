// `lsw exec`: from argv to a running program. On the start-up path, so parsed by hand.
#pragma once

namespace lsw::cli {

// `arguments` begins after "exec" (or is the whole line in the short form `lsw app.exe …`).
// Comes back only with a usage error's exit code.
int exec(int count, char** arguments);

}  // namespace lsw::cli
