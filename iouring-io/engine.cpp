#include "iouring-io/engine.h"

#include <cstdlib>
#include <cstring>
#include <mutex>

#include "iouring-io/backends.h"

namespace lsw::io {
namespace {

std::unique_ptr<Engine> choose() {
    const char* wish = getenv("LSW_IO");
    if (wish && !strcmp(wish, "blocking")) return make_blocking_engine("LSW_IO=blocking");
    const char* why = "io_uring works";
    if (auto ring = make_ring_engine(&why)) return ring;
    // A wish for a ring cannot be fulfilled where there is none; the program runs all the same.
    return make_blocking_engine(why);
}

struct Instance {
    std::once_flag once;
    std::atomic<Engine*> engine{nullptr};
};
Instance& instance() {
    static Instance& made = *new Instance;
    return made;
}

}  // namespace

Engine& engine() {
    Instance& our = instance();
    Engine* ready = our.engine.load(std::memory_order_acquire);
    if (ready) return *ready;
    std::call_once(our.once, [&] { our.engine.store(choose().release(), std::memory_order_release); });
    return *our.engine.load();
}

Engine* engine_if_used() { return instance().engine.load(std::memory_order_acquire); }

Description describe_engine() {
    if (Engine* used = engine_if_used()) return used->describe();
    return choose()->describe();
}

}  // namespace lsw::io
