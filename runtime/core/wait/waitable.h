// Waitable: how a wait sees an object (Object::waitable).
#pragma once

#include "core/wait/record.h"

namespace lsw {

struct Waitable {
    // The record that is signalled, or, for an object that is signalled when a descriptor is ready, the record that the
    // bridge rings. Made on first use; nullptr when there was no memory for it.
    virtual SyncRecord* record() = 0;

    // Descriptor whose readiness (`poll_events`) is the signal; -1 when the record itself is.
    virtual int poll_descriptor() { return -1; }
    virtual short poll_events() { return 1; }  // POLLIN

    // A descriptor's readiness alone is not always the answer (console input that holds no event of interest).
    virtual bool confirm_ready() { return true; }

protected:
    ~Waitable() = default;
};

}  // namespace lsw
