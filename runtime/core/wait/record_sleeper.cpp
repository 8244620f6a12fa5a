#include "core/wait/record_sleeper.h"

#include <mutex>

namespace lsw {

RecordSleeper::All& RecordSleeper::all() {
    static constinit All value;
    return value;
}

RecordSleeper::Scope::Scope(RecordSleeper& sleeper) : sleeper_(sleeper) {
    std::lock_guard guard(all().lock);
    next_ = all().first;
    if (next_) next_->previous_ = this;
    all().first = this;
    count().fetch_add(1);
}

RecordSleeper::Scope::~Scope() {
    std::lock_guard guard(all().lock);
    (previous_ ? previous_->next_ : all().first) = next_;
    if (next_) next_->previous_ = previous_;
    count().fetch_sub(1);
}

void RecordSleeper::tell_all() {
    std::lock_guard guard(all().lock);
    for (Scope* scope = all().first; scope; scope = scope->next_) scope->sleeper_.record_changed();
}

}  // namespace lsw
