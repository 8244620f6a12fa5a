// See database.h. SQLite's prototypes come from its public header; the library itself is loaded
// when needed.
#include "core/registry/database.h"

#include <sqlite3.h>
#include <time.h>
#include <unistd.h>

#include <mutex>

#include "base/host_library.h"
#include "base/log.h"
#include "base/text.h"
#include "core/path/environment_directory.h"

// What is used of SQLite.
#define LSW_SQLITE_FUNCTIONS                                                             \
    LSW_SQLITE(open_v2) LSW_SQLITE(exec) LSW_SQLITE(busy_timeout) LSW_SQLITE(prepare_v2) \
    LSW_SQLITE(bind_blob) LSW_SQLITE(bind_int64) LSW_SQLITE(step) LSW_SQLITE(finalize)   \
    LSW_SQLITE(column_blob) LSW_SQLITE(column_bytes) LSW_SQLITE(column_int64)

namespace lsw::registry {

struct Database::Library {
    bool loaded = false;
#define LSW_SQLITE(name) decltype(&sqlite3_##name) name = nullptr;
    LSW_SQLITE_FUNCTIONS
#undef LSW_SQLITE

    void load() {
        void* handle = open_host_library({"libsqlite3.so.0"});
        if (!handle) return;
        loaded = true;
#define LSW_SQLITE(name) loaded = take_symbol(handle, "sqlite3_" #name, name) && loaded;
        LSW_SQLITE_FUNCTIONS
#undef LSW_SQLITE
    }
};

Database::Library& Database::library() {
    static Library& instance = *new Library;
    return instance;
}

namespace {

// Keys and names as bytes: lossless, also for unpaired surrogates.
std::string bytes_of(std::u16string_view text) {
    return {reinterpret_cast<const char*>(text.data()), text.size() * 2};
}

std::u16string upper(std::u16string_view text) {
    std::u16string out(text);
    for (char16_t& unit : out) unit = upcase(unit);
    return out;
}

int64_t now() {
    timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (time.tv_sec + 11644473600) * 10'000'000 + time.tv_nsec / 100;
}

constexpr const char* kSchema =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    "CREATE TABLE IF NOT EXISTS keys(path BLOB PRIMARY KEY, parent BLOB NOT NULL, name BLOB NOT "
    "NULL, mark INTEGER NOT NULL,"
    " time INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS keys_of_parent ON keys(parent);"
    "CREATE TABLE IF NOT EXISTS key_values(id INTEGER PRIMARY KEY, path BLOB NOT NULL, key BLOB "
    "NOT NULL, name BLOB NOT NULL,"
    " type INTEGER NOT NULL, data BLOB NOT NULL, mark INTEGER NOT NULL, UNIQUE(path, key));";

}  // namespace

// One prepared statement; values are bound and columns read in order.
struct Database::Statement {
    Library& sqlite = library();
    sqlite3_stmt* handle = nullptr;
    int next = 1, status = SQLITE_OK;

    Statement(Database& database, const char* sql) {
        status =
            sqlite.prepare_v2(static_cast<sqlite3*>(database.handle_), sql, -1, &handle, nullptr);
    }
    ~Statement() { sqlite.finalize(handle); }

    Statement& text(std::u16string_view value) { return blob(bytes_of(value)); }
    Statement& blob(const std::string& value) {
        if (handle)
            sqlite.bind_blob(handle, next++, value.data() ? value.data() : "",
                             static_cast<int>(value.size()), SQLITE_TRANSIENT);
        return *this;
    }
    Statement& number(int64_t value) {
        if (handle) sqlite.bind_int64(handle, next++, value);
        return *this;
    }
    bool row() { return handle && (status = sqlite.step(handle)) == SQLITE_ROW; }
    Result<void> run() {
        if (handle && sqlite.step(handle) == SQLITE_DONE) return {};
        return STATUS_REGISTRY_IO_FAILED;
    }
    std::string bytes_at(int column) {
        auto* data = static_cast<const char*>(sqlite.column_blob(handle, column));
        return data ? std::string(data, static_cast<size_t>(sqlite.column_bytes(handle, column)))
                    : std::string();
    }
    std::u16string text_at(int column) {
        std::string bytes = bytes_at(column);
        return {reinterpret_cast<const char16_t*>(bytes.data()), bytes.size() / 2};
    }
    int64_t number_at(int column) { return sqlite.column_int64(handle, column); }
};

Result<void> Database::open(const std::string& path) {
    Library& sqlite = library();
    if (!sqlite.loaded) sqlite.load();
    if (!sqlite.loaded) {
        log_debug("the registry cannot be read or written: libsqlite3.so.0 is missing");
        return STATUS_REGISTRY_IO_FAILED;
    }
    sqlite3* handle = nullptr;
    constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite.open_v2(path.c_str(), &handle, kFlags, nullptr) != SQLITE_OK)
        return STATUS_REGISTRY_IO_FAILED;
    handle_ = handle;
    sqlite.busy_timeout(handle, 10'000);
    return execute(kSchema);
}

Result<void> Database::execute(const char* sql) {
    bool done =
        library().exec(static_cast<sqlite3*>(handle_), sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    return done ? STATUS_SUCCESS : STATUS_REGISTRY_IO_FAILED;
}

Result<Database*> Database::get(bool make) {
    static Database* opened = nullptr;
    if (opened) return opened;
    std::string directory = path::environment_directory(), file = directory + "/registry.db";
    if (access(file.c_str(), F_OK) != 0) {
        if (!make) return Status(STATUS_OBJECT_NAME_NOT_FOUND);
        path::make_directories(directory);
    }
    auto* database = new Database;
    LSW_CHECK(database->open(file));
    return opened = database;
}

std::optional<KeyRow> Database::key(std::u16string_view key) {
    Statement query(*this, "SELECT name, mark, time FROM keys WHERE path = ?");
    if (!query.text(key).row()) return std::nullopt;
    return KeyRow{query.text_at(0), static_cast<Mark>(query.number_at(1)), query.number_at(2)};
}

std::vector<KeyRow> Database::children(std::u16string_view key) {
    std::vector<KeyRow> out;
    Statement query(*this, "SELECT name, mark, time FROM keys WHERE parent = ?");
    query.text(key);
    while (query.row())
        out.push_back(
            {query.text_at(0), static_cast<Mark>(query.number_at(1)), query.number_at(2)});
    return out;
}

std::vector<ValueRow> Database::values(std::u16string_view key) {
    std::vector<ValueRow> out;
    Statement query(*this,
                    "SELECT name, type, data, mark FROM key_values WHERE path = ? ORDER BY id");
    query.text(key);
    while (query.row())
        out.push_back(
            {{query.text_at(0), static_cast<uint32_t>(query.number_at(1)), query.bytes_at(2)},
             static_cast<Mark>(query.number_at(3))});
    return out;
}

std::optional<ValueRow> Database::value(std::u16string_view key, std::u16string_view name) {
    Statement query(*this,
                    "SELECT name, type, data, mark FROM key_values WHERE path = ? AND key = ?");
    if (!query.text(key).text(upper(name)).row()) return std::nullopt;
    return ValueRow{
        {query.text_at(0), static_cast<uint32_t>(query.number_at(1)), query.bytes_at(2)},
        static_cast<Mark>(query.number_at(3))};
}

Result<void> Database::put_key(std::u16string_view key, std::u16string_view parent,
                               std::u16string_view name, Mark mark) {
    Statement change(*this,
                     "INSERT INTO keys(path, parent, name, mark, time) VALUES(?, ?, ?, ?, ?)"
                     " ON CONFLICT(path) DO UPDATE SET mark = excluded.mark, name = excluded.name, "
                     "time = excluded.time");
    return change.text(key)
        .text(parent)
        .text(name)
        .number(static_cast<int>(mark))
        .number(now())
        .run();
}

Result<void> Database::put_value(std::u16string_view key, const Value& value, Mark mark) {
    Statement change(
        *this,
        "INSERT INTO key_values(path, key, name, type, data, mark) VALUES(?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(path, key) DO UPDATE SET type = excluded.type, data = excluded.data, mark = "
        "excluded.mark");
    change.text(key).text(upper(value.name)).text(value.name).number(value.type).blob(value.data);
    return change.number(static_cast<int>(mark)).run();
}

Result<void> Database::drop_key(std::u16string_view key) {
    LSW_CHECK(Statement(*this, "DELETE FROM key_values WHERE path = ?").text(key).run());
    return Statement(*this, "DELETE FROM keys WHERE path = ?").text(key).run();
}

// Paths that begin with the key's and a backslash, which is 5C 00; 5D 00 is the first that no
// longer does.
Result<void> Database::drop_below(std::u16string_view key) {
    std::u16string first(key), last(key);
    first += u'\\';
    last += u']';
    LSW_CHECK(Statement(*this, "DELETE FROM key_values WHERE path >= ? AND path < ?")
                  .text(first)
                  .text(last)
                  .run());
    return Statement(*this, "DELETE FROM keys WHERE path >= ? AND path < ?")
        .text(first)
        .text(last)
        .run();
}

Result<void> Database::drop_value(std::u16string_view key, std::u16string_view name) {
    return Statement(*this, "DELETE FROM key_values WHERE path = ? AND key = ?")
        .text(key)
        .text(upper(name))
        .run();
}

Result<void> Database::touch(std::u16string_view key) {
    return Statement(*this, "UPDATE keys SET time = ? WHERE path = ?")
        .number(now())
        .text(key)
        .run();
}

Database::Transaction::Transaction(Database& database) : database_(database) {
    if (database_.depth_++ == 0) (void)database_.execute("BEGIN IMMEDIATE");
}

Database::Transaction::~Transaction() {
    if (--database_.depth_ == 0 && !done_) (void)database_.execute("ROLLBACK");
}

Result<void> Database::Transaction::commit() {
    done_ = true;
    if (database_.depth_ > 1) return {};
    return database_.execute("COMMIT");
}

}  // namespace lsw::registry
