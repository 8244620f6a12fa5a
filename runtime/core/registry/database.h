// The upper layer of the registry: SQLite in WAL mode, one file in the environment's directory. The
// library is loaded, and the file opened, when a key is first looked for and the file exists; it is
// made by the first write. Rows say what is there and what is hidden: see Mark.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/registry/registry.h"

namespace lsw::registry {

enum class Mark : int {
    Here = 0,   // the key or value is there, over its default
    Gone = 1,   // deleted: the default does not show
    Fresh = 2,  // a key that is there, though it was deleted: nothing of the defaults shows in it
                // or below
};

struct KeyRow {
    std::u16string name;
    Mark mark;
    int64_t time;
};

struct ValueRow {
    Value value;
    Mark mark;
};

class Database {
public:
    // Errors: STATUS_OBJECT_NAME_NOT_FOUND when there is none yet and `make` is false,
    // STATUS_REGISTRY_IO_FAILED.
    static Result<Database*> get(bool make);

    // `key` is an upper-cased path.
    std::optional<KeyRow> key(std::u16string_view key);
    std::vector<KeyRow> children(std::u16string_view key);
    std::vector<ValueRow> values(std::u16string_view key);
    std::optional<ValueRow> value(std::u16string_view key, std::u16string_view name);

    Result<void> put_key(std::u16string_view key, std::u16string_view parent,
                         std::u16string_view name, Mark mark);
    Result<void> put_value(std::u16string_view key, const Value& value, Mark mark);
    Result<void> drop_key(std::u16string_view key);  // its row and its values
    Result<void> drop_below(std::u16string_view key);
    Result<void> drop_value(std::u16string_view key, std::u16string_view name);
    Result<void> touch(std::u16string_view key);

    // One transaction for several changes; nested ones join.
    class Transaction {
    public:
        explicit Transaction(Database& database);
        ~Transaction();
        Result<void> commit();

    private:
        Database& database_;
        bool done_ = false;
    };

private:
    struct Library;
    Database() = default;
    static Library& library();
    Result<void> open(const std::string& path);
    Result<void> execute(const char* sql);
    struct Statement;
    friend struct Statement;

    void* handle_ = nullptr;
    int depth_ = 0;
};

}  // namespace lsw::registry
