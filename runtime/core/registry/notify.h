// RegNotifyChangeKeyValue: who waits for changes below a key. Changes of this process only.
#pragma once

#include <string>

#include "base/result.h"
#include "core/wait/sync_objects.h"

namespace lsw::registry {

// Sets the event once, at the next change of the key or, with `subtree`, below it.
void watch(const std::u16string& path, bool subtree, Ref<Event> event);

// The same for a caller that sleeps until then.
Result<void> wait_for_change(const std::u16string& path, bool subtree);

// Something at `path` changed.
void announce_change(const std::u16string& path);

}  // namespace lsw::registry
