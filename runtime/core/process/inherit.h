// Handing handles down: which of this process's handles a child gets, and as what.
#pragma once

#include <span>
#include <vector>

#include "base/unique_fd.h"
#include "core/process/startup_block.h"
#include "object/handle_table.h"

namespace lsw {

// Those marked inheritable; with a list, those of the list alone. Each keeps its value. The objects
// stay open as long as `holders` does, so that descriptors are valid until the child has them.
void collect_inherited(bool inherit, std::span<const HANDLE> list,
                       std::vector<InheritedHandle>& out, std::vector<Ref<Object>>& holders);

// How another process would open the same object; false for kinds that cannot be handed over.
bool describe_handle(HANDLE value, const HandleTable::Entry& entry, InheritedHandle& out);
// The object that `description` stands for; takes over `fd`, which need not be description.fd.
Ref<Object> object_from_description(const InheritedHandle& description, UniqueFd fd);

}  // namespace lsw
