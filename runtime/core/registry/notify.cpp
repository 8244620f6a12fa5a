#include "core/registry/notify.h"

#include <mutex>
#include <vector>

#include "base/text.h"
#include "core/wait/arena.h"
#include "core/wait/wait.h"

namespace lsw::registry {
namespace {

struct Watch {
    std::u16string path;
    bool subtree;
    Ref<Event> event;
};

struct Watches {
    std::mutex lock;
    std::vector<Watch> list;
};

Watches& watches() {
    static Watches& instance = *new Watches;
    return instance;
}

// A key made or deleted is a change of the key above it.
bool concerns(const Watch& watch, std::u16string_view path) {
    if (path.size() < watch.path.size() ||
        !equal_ignore_case(path.substr(0, watch.path.size()), watch.path))
        return false;
    std::u16string_view rest = path.substr(watch.path.size());
    if (rest.empty()) return true;
    return rest[0] == u'\\' && (watch.subtree || rest.find(u'\\', 1) == std::u16string_view::npos);
}

}  // namespace

void watch(const std::u16string& path, bool subtree, Ref<Event> event) {
    std::lock_guard guard(watches().lock);
    watches().list.push_back({path, subtree, std::move(event)});
}

Result<void> wait_for_change(const std::u16string& path, bool subtree) {
    SyncRecord* record = LSW_TRY(allocate_record(SyncKind::ManualEvent));
    initialise_record(*record, {SyncKind::ManualEvent});
    auto event = make_object<Event>(record);
    watch(path, subtree, event);
    Waitable* object = event->waitable();
    return wait_for({&object, 1}, {});
}

void announce_change(const std::u16string& path) {
    std::lock_guard guard(watches().lock);
    std::vector<Watch>& list = watches().list;
    for (size_t i = 0; i < list.size();) {
        if (!concerns(list[i], path)) {
            ++i;
            continue;
        }
        set_event(*list[i].event->record());
        list.erase(list.begin() + static_cast<ptrdiff_t>(i));
    }
}

}  // namespace lsw::registry
