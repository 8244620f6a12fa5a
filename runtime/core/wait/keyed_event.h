// Keyed events: a releaser and a waiter meet by key, each blocks until the other is there (NtWaitForKeyedEvent,
// NtReleaseKeyedEvent). Keys are addresses, so the meeting place is the process.
#pragma once

#include "abi/status.h"
#include "core/wait/futex.h"
#include "object/object.h"

namespace lsw {

class KeyedEvent final : public Object {
public:
    static constexpr ObjectType kType = ObjectType::Other;
    KeyedEvent() : Object(kType) {}
};

enum class KeyedSide { Wait, Release };

// `event` tells keyed events apart; the one without a handle is nullptr. STATUS_SUCCESS, STATUS_TIMEOUT.
NTSTATUS meet_by_key(const Object* event, const void* key, KeyedSide side, int64_t deadline_ns);

}  // namespace lsw
