// See registry.h.
#include "core/registry/registry.h"

#include <unistd.h>

#include <algorithm>
#include <mutex>

#include "base/text.h"
#include "core/registry/database.h"
#include "core/registry/defaults.h"
#include "core/registry/notify.h"
#include "core/security/sid_text.h"
#include "core/security/token.h"
#include "core/thread/host_stack.h"

namespace lsw::registry {
namespace {

constexpr int64_t kBuilt = 132514272000000000;  // the defaults are as old as the built-in files

std::mutex& lock() {
    static std::mutex instance;
    return instance;
}

// Under the lock, and on a stack that is large enough for the database.
template <class Work>
auto guarded(Work work) {
    decltype(work()) out{Status(STATUS_SUCCESS)};
    on_host_stack([&] {
        std::lock_guard guard(lock());
        out = work();
    });
    return out;
}

std::u16string upper(std::u16string_view text) {
    std::u16string out(text);
    for (char16_t& unit : out) unit = upcase(unit);
    return out;
}

std::u16string_view parent_of(std::u16string_view path) {
    size_t slash = path.rfind(u'\\');
    return slash == std::u16string_view::npos ? std::u16string_view() : path.substr(0, slash);
}

const std::u16string& user_path() {
    static const std::u16string path = [] {
        std::vector<BYTE> sid = user_sid(getuid());
        return u"USER\\" + sid_text(*reinterpret_cast<const SID*>(sid.data()));
    }();
    return path;
}

bool is_below(std::u16string_view path, std::u16string_view top) {
    if (path.size() < top.size() || !equal_ignore_case(path.substr(0, top.size()), top))
        return false;
    return path.size() == top.size() || path[top.size()] == u'\\';
}

Database* existing_database() {
    auto database = Database::get(false);
    return database.ok() ? *database : nullptr;
}

// Whether defaults show in `key` itself: no deleted or fresh key on the way.
bool defaults_show(Database* database, std::u16string_view key) {
    for (; database && !key.empty(); key = parent_of(key))
        if (auto row = database->key(key); row && row->mark != Mark::Here) return false;
    return true;
}

bool there(Database* database, const std::u16string& key) {
    if (database)
        if (auto row = database->key(key)) return row->mark != Mark::Gone;
    return default_key(key) && defaults_show(database, key);
}

Result<void> make(Database& database, std::u16string_view path, bool& created) {
    std::u16string key = upper(path);
    created = false;
    if (there(&database, key)) return {};
    std::u16string_view above = parent_of(path);
    // What stands at the top is there.
    if (above.empty()) return STATUS_OBJECT_NAME_NOT_FOUND;
    bool ignored;
    LSW_CHECK(make(database, above, ignored));
    auto old = database.key(key);
    Mark mark = old && old->mark == Mark::Gone ? Mark::Fresh : Mark::Here;
    LSW_CHECK(database.put_key(key, upper(above), last_name(path), mark));
    LSW_CHECK(database.touch(upper(above)));
    created = true;
    return {};
}

// A row for a key that only the defaults have, so that it can hold values and times.
Result<void> own(Database& database, std::u16string_view path) {
    bool created;
    if (database.key(upper(path))) return {};
    if (!there(&database, upper(path))) return STATUS_KEY_DELETED;
    std::u16string_view above = parent_of(path);
    (void)created;
    return database.put_key(upper(path), upper(above), last_name(path), Mark::Here);
}

std::vector<std::u16string> names_below(Database* database, const std::u16string& key) {
    std::vector<std::u16string> out;
    std::vector<KeyRow> rows;
    if (database) rows = database->children(key);
    for (const KeyRow& row : rows)
        if (row.mark != Mark::Gone) out.push_back(row.name);
    const DefaultKey* known = default_key(key);
    if (known && defaults_show(database, key))
        for (const std::u16string& name : known->children) {
            bool has_row = std::any_of(rows.begin(), rows.end(), [&](const KeyRow& row) {
                return equal_ignore_case(row.name, name);
            });
            if (!has_row) out.push_back(name);
        }
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return compare_ignore_case(a, b) < 0; });
    return out;
}

std::vector<Value> values_in(Database* database, const std::u16string& key) {
    std::vector<Value> out;
    std::vector<ValueRow> rows;
    if (database) rows = database->values(key);
    const DefaultKey* known = default_key(key);
    if (known && defaults_show(database, key))
        for (const Value& value : known->values) {
            bool has_row = std::any_of(rows.begin(), rows.end(), [&](const ValueRow& row) {
                return equal_ignore_case(row.value.name, value.name);
            });
            if (!has_row) out.push_back(value);
        }
    for (ValueRow& row : rows)
        if (row.mark != Mark::Gone) out.push_back(std::move(row.value));
    return out;
}

// Deletes a key's rows and hides its default.
Result<void> erase(Database& database, std::u16string_view path) {
    std::u16string key = upper(path);
    LSW_CHECK(database.drop_below(key));
    LSW_CHECK(database.drop_key(key));
    if (default_key(key))
        LSW_CHECK(database.put_key(key, upper(parent_of(path)), last_name(path), Mark::Gone));
    return database.touch(upper(parent_of(path)));
}

// HKEY_CLASSES_ROOT: the user's classes over the machine's. Only the top of such a path is
// "CLASSES".
constexpr std::u16string_view kClasses = u"CLASSES";

std::u16string user_classes(std::u16string_view rest) {
    return user_path() + u"\\Software\\Classes" + std::u16string(rest);
}
std::u16string machine_classes(std::u16string_view rest) {
    return u"MACHINE\\SOFTWARE\\Classes" + std::u16string(rest);
}

std::u16string real(Database* database, const std::u16string& path) {
    if (!is_below(path, kClasses)) return path;
    std::u16string_view rest = std::u16string_view(path).substr(kClasses.size());
    std::u16string user = user_classes(rest);
    return !rest.empty() && there(database, upper(user)) ? user : machine_classes(rest);
}

// Runs `work(database, real path)` for a change, in one transaction.
template <class Work>
Result<void> change(const std::u16string& path, Work work) {
    Result<void> out = guarded([&]() -> Result<void> {
        Database* database = LSW_TRY(Database::get(true));
        Database::Transaction transaction(*database);
        LSW_CHECK(work(*database, real(database, path)));
        return transaction.commit();
    });
    if (out.ok()) announce_change(path);
    return out;
}

}  // namespace

std::u16string_view last_name(std::u16string_view path) {
    size_t slash = path.rfind(u'\\');
    return slash == std::u16string_view::npos ? path : path.substr(slash + 1);
}

std::u16string predefined_path(uint64_t handle) {
    switch (static_cast<uint32_t>(handle)) {
        case 0x80000000:
            return std::u16string(kClasses);
        case 0x80000001:
            return user_path();
        case 0x80000002:
            return u"MACHINE";
        case 0x80000003:
            return u"USER";
        case 0x80000005:
            return u"MACHINE\\SYSTEM\\ControlSet001\\Hardware Profiles\\0001";
        case 0x80000007:
            return user_path() + u"\\Software\\Classes\\Local Settings";
        default:
            return {};
    }
}

std::u16string path_from_nt_name(std::u16string_view name) {
    constexpr std::u16string_view kTop = u"\\REGISTRY";
    if (!is_below(name, kTop)) return {};
    name.remove_prefix(std::min(name.size(), kTop.size() + 1));
    while (name.ends_with(u'\\')) name.remove_suffix(1);
    if (is_below(name, u"MACHINE"))
        return child_path(u"MACHINE", name.substr(std::min<size_t>(name.size(), 8)), 0);
    if (is_below(name, u"USER"))
        return child_path(u"USER", name.substr(std::min<size_t>(name.size(), 5)), 0);
    return {};
}

std::u16string nt_name_of_path(std::u16string_view path) {
    if (is_below(path, kClasses))
        return u"\\REGISTRY\\" + machine_classes(path.substr(kClasses.size()));
    return u"\\REGISTRY\\" + std::u16string(path);
}

std::u16string child_path(std::u16string_view parent, std::u16string_view name, uint32_t access) {
    constexpr uint32_t kView32 = 0x200;
    constexpr std::u16string_view kSoftware = u"MACHINE\\SOFTWARE",
                                  kSet = u"MACHINE\\SYSTEM\\CurrentControlSet",
                                  kNode = u"MACHINE\\SOFTWARE\\Wow6432Node";
    std::u16string out(parent);
    while (!name.empty()) {
        size_t end = std::min(name.find(u'\\'), name.size());
        if (end > 0) out.append(u"\\").append(name.substr(0, end));
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    if (is_below(out, kSet)) out = u"MACHINE\\SYSTEM\\ControlSet001" + out.substr(kSet.size());
    bool narrow = access & kView32 && is_below(out, kSoftware) && out.size() > kSoftware.size();
    if (narrow && !is_below(out, kNode)) out = std::u16string(kNode) + out.substr(kSoftware.size());
    return out;
}

bool exists(const std::u16string& path) {
    return guarded([&]() -> Result<void> {
               Database* database = existing_database();
               return there(database, upper(real(database, path))) ? STATUS_SUCCESS
                                                                   : STATUS_OBJECT_NAME_NOT_FOUND;
           })
        .ok();
}

Result<void> create(const std::u16string& path, bool& created) {
    created = false;
    // A key that is there needs no write, and so no database.
    if (exists(path)) return {};
    return change(path, [&](Database& database, const std::u16string& where) {
        return make(database, where, created);
    });
}

Result<void> remove(const std::u16string& path) {
    if (!exists(path)) return STATUS_OBJECT_NAME_NOT_FOUND;
    return change(path, [&](Database& database, const std::u16string& where) -> Result<void> {
        if (parent_of(parent_of(where)).empty() && where.find(u'\\') == std::u16string::npos)
            return STATUS_ACCESS_DENIED;
        if (!names_below(&database, upper(where)).empty()) return STATUS_CANNOT_DELETE;
        return erase(database, where);
    });
}

Result<void> remove_tree(const std::u16string& path, bool keep_key) {
    if (!exists(path)) return STATUS_OBJECT_NAME_NOT_FOUND;
    return change(path, [&](Database& database, const std::u16string& where) -> Result<void> {
        if (!keep_key) return erase(database, where);
        std::u16string key = upper(where);
        for (const std::u16string& name : names_below(&database, key))
            LSW_CHECK(erase(database, where + u"\\" + name));
        for (const Value& value : values_in(&database, key)) {
            LSW_CHECK(database.drop_value(key, value.name));
            if (default_key(key)) LSW_CHECK(database.put_value(key, value, Mark::Gone));
        }
        return {};
    });
}

namespace {

Result<void> copy_tree(Database& database, const std::u16string& from, const std::u16string& to) {
    bool created;
    LSW_CHECK(make(database, to, created));
    LSW_CHECK(own(database, to));
    for (const Value& value : values_in(&database, upper(from)))
        LSW_CHECK(database.put_value(upper(to), value, Mark::Here));
    for (const std::u16string& name : names_below(&database, upper(from)))
        LSW_CHECK(copy_tree(database, from + u"\\" + name, to + u"\\" + name));
    return {};
}

}  // namespace

Result<void> rename(const std::u16string& path, const std::u16string& new_name) {
    if (!exists(path)) return STATUS_OBJECT_NAME_NOT_FOUND;
    return change(path, [&](Database& database, const std::u16string& where) -> Result<void> {
        std::u16string target = std::u16string(parent_of(where)) + u"\\" + new_name;
        if (there(&database, upper(target))) return STATUS_ACCESS_DENIED;
        LSW_CHECK(copy_tree(database, where, target));
        return erase(database, where);
    });
}

Result<std::vector<std::u16string>> children(const std::u16string& path) {
    using Names = Result<std::vector<std::u16string>>;
    return guarded([&]() -> Names {
        Database* database = existing_database();
        std::u16string where = real(database, path);
        bool classes = is_below(path, kClasses);
        if (!classes && !there(database, upper(where))) return Status(STATUS_KEY_DELETED);
        std::vector<std::u16string> out = names_below(database, upper(where));
        if (!classes) return out;
        std::u16string_view rest = std::u16string_view(path).substr(kClasses.size());
        for (const std::u16string& other : {user_classes(rest), machine_classes(rest)})
            for (std::u16string& name : names_below(database, upper(other)))
                if (std::none_of(out.begin(), out.end(),
                                 [&](const auto& have) { return equal_ignore_case(have, name); }))
                    out.push_back(std::move(name));
        std::sort(out.begin(), out.end(),
                  [](const auto& a, const auto& b) { return compare_ignore_case(a, b) < 0; });
        return out;
    });
}

Result<std::vector<Value>> values(const std::u16string& path) {
    return guarded([&]() -> Result<std::vector<Value>> {
        Database* database = existing_database();
        std::u16string key = upper(real(database, path));
        if (!there(database, key)) return Status(STATUS_KEY_DELETED);
        return values_in(database, key);
    });
}

Result<Value> value(const std::u16string& path, std::u16string_view name) {
    return guarded([&]() -> Result<Value> {
        Database* database = existing_database();
        std::u16string key = upper(real(database, path));
        if (database)
            if (auto row = database->value(key, name)) {
                if (row->mark == Mark::Gone) return Status(STATUS_OBJECT_NAME_NOT_FOUND);
                return row->value;
            }
        if (!there(database, key)) return Status(STATUS_KEY_DELETED);
        const DefaultKey* known = default_key(key);
        if (known && defaults_show(database, key))
            for (const Value& one : known->values)
                if (equal_ignore_case(one.name, name)) return one;
        return Status(STATUS_OBJECT_NAME_NOT_FOUND);
    });
}

Result<void> set_value(const std::u16string& path, const Value& value) {
    return change(path, [&](Database& database, const std::u16string& where) -> Result<void> {
        LSW_CHECK(own(database, where));
        LSW_CHECK(database.put_value(upper(where), value, Mark::Here));
        return database.touch(upper(where));
    });
}

Result<void> remove_value(const std::u16string& path, std::u16string_view name) {
    auto old = value(path, name);
    if (!old.ok()) return Status(old.status());
    return change(path, [&](Database& database, const std::u16string& where) -> Result<void> {
        LSW_CHECK(own(database, where));
        LSW_CHECK(database.drop_value(upper(where), name));
        if (default_key(upper(where)))
            LSW_CHECK(database.put_value(upper(where), *old, Mark::Gone));
        return database.touch(upper(where));
    });
}

int64_t last_write(const std::u16string& path) {
    int64_t time = kBuilt;
    (void)guarded([&]() -> Result<void> {
        Database* database = existing_database();
        if (database)
            if (auto row = database->key(upper(real(database, path)))) time = row->time;
        return {};
    });
    return time;
}

}  // namespace lsw::registry
