#include "core/runtime.h"

namespace lsw {

// Never destroyed: threads of the guest may still run while the process ends.
Runtime& runtime() {
    static Runtime& instance = *new Runtime;
    return instance;
}

}  // namespace lsw
