// The modules of another process of ours, read from the lists that its loader keeps for debuggers ("PEB_LDR_DATA
// structure"). What stands there is the other process's word: every length and link is checked.
#pragma once

#include <string>
#include <vector>

#include "core/process/process_object.h"

namespace lsw {

struct RemoteModule {
    uint64_t base = 0, entry_point = 0;
    uint32_t size = 0;
    std::u16string full_name, base_name;
};

// In the order of loading, the program first. Errors: STATUS_PARTIAL_COPY while there are none, STATUS_ACCESS_DENIED.
Result<std::vector<RemoteModule>> list_remote_modules(ProcessObject& process);

}  // namespace lsw
