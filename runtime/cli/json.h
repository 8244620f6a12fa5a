// Writes JSON to a string: objects, arrays, text, numbers. Indents, so that people can read it too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lsw::cli {

class Json {
public:
    Json& begin_object() { return open('{'); }
    Json& end_object() { return close('}'); }
    Json& begin_array() { return open('['); }
    Json& end_array() { return close(']'); }
    Json& key(std::string_view name);
    Json& text(std::string_view value);
    Json& number(uint64_t value);
    Json& boolean(bool value);

    Json& field(std::string_view name, std::string_view value) { return key(name).text(value); }
    Json& field(std::string_view name, const char* value) { return key(name).text(value); }
    Json& field(std::string_view name, bool value) { return key(name).boolean(value); }
    Json& count(std::string_view name, uint64_t value) { return key(name).number(value); }

    const std::string& string() const { return out_; }

private:
    Json& open(char bracket);
    Json& close(char bracket);
    void separate();
    void new_line();
    void quote(std::string_view value);

    std::string out_;
    int depth_ = 0;
    bool first_ = true;        // no comma before the next value
    bool after_key_ = false;
};

}  // namespace lsw::cli
