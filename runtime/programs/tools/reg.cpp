// reg, setx: the registry from the command line. Doc: "reg", "setx".
#include <algorithm>
#include <cstring>

#include "abi/file.h"
#include "abi/winerror.h"
#include "base/status.h"
#include "base/text.h"
#include "core/registry/key_object.h"
#include "core/registry/registry.h"
#include "dll/kernel32/kernel32.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"
#include "programs/tools/tools.h"

namespace lsw::tools {

using namespace programs;
namespace rg = lsw::registry;

namespace {

struct TypeName {
    const char16_t* name;
    uint32_t type;
};
constexpr TypeName kTypes[] = {{u"REG_NONE", rg::kNone},
                               {u"REG_SZ", rg::kString},
                               {u"REG_EXPAND_SZ", rg::kExpandString},
                               {u"REG_BINARY", rg::kBinary},
                               {u"REG_DWORD", rg::kDword},
                               {u"REG_DWORD_BIG_ENDIAN", rg::kDwordBigEndian},
                               {u"REG_LINK", rg::kLink},
                               {u"REG_MULTI_SZ", rg::kMultiString},
                               {u"REG_QWORD", rg::kQword}};

struct Root {
    const char16_t *short_name, *long_name;
    uint32_t handle;
};
constexpr Root kRoots[] = {{u"HKCR", u"HKEY_CLASSES_ROOT", 0x80000000},
                           {u"HKCU", u"HKEY_CURRENT_USER", 0x80000001},
                           {u"HKLM", u"HKEY_LOCAL_MACHINE", 0x80000002},
                           {u"HKU", u"HKEY_USERS", 0x80000003},
                           {u"HKCC", u"HKEY_CURRENT_CONFIG", 0x80000005}};

// A key as it was typed, as it is shown ("HKEY_CURRENT_USER\…"), and as the registry has it.
struct KeyName {
    std::u16string shown, path;
};

bool key_name(std::u16string text, uint32_t view, KeyName& out) {
    while (text.ends_with(u'\\')) text.pop_back();
    if (text.starts_with(u"\\\\")) text.erase(0, std::min(text.size(), text.find(u'\\', 2) + 1));
    size_t slash = std::min(text.find(u'\\'), text.size());
    std::u16string root = text.substr(0, slash),
                   rest = text.substr(std::min(slash + 1, text.size()));
    for (const Root& known : kRoots) {
        if (!equal_ignore_case(root, known.short_name) && !equal_ignore_case(root, known.long_name))
            continue;
        out.shown = known.long_name + (rest.empty() ? u"" : u"\\" + rest);
        out.path = rg::child_path(rg::predefined_path(known.handle), rest, view);
        return true;
    }
    complain(u"ERROR: Invalid key name.\r\nType \"REG /?\" for usage.\r\n");
    return false;
}

uint32_t fail(const char16_t* text) {
    complain(std::u16string(u"ERROR: ") + text + u"\r\n");
    return 1;
}

std::u16string type_name(uint32_t type) {
    for (const TypeName& known : kTypes)
        if (known.type == type) return known.name;
    return u"REG_NONE";
}

std::u16string hex(uint64_t number, int digits = 0) {
    char text[24];
    snprintf(text, sizeof text, "%0*llx", digits, static_cast<unsigned long long>(number));
    return utf16_from_utf8(text);
}

std::u16string text_of(const std::string& data) {
    std::u16string out(reinterpret_cast<const char16_t*>(data.data()), data.size() / 2);
    while (out.ends_with(u'\0')) out.pop_back();
    return out;
}

std::u16string shown_data(const rg::Value& value) {
    uint64_t number = 0;
    memcpy(&number, value.data.data(), std::min<size_t>(8, value.data.size()));
    switch (value.type) {
        case rg::kString:
        case rg::kExpandString:
            return text_of(value.data);
        case rg::kMultiString: {
            std::u16string out;
            for (char16_t unit : text_of(value.data))
                out += unit == 0 ? std::u16string(u"\\0") : std::u16string(1, unit);
            return out;
        }
        case rg::kDword:
            return u"0x" + hex(number & 0xFFFFFFFF);
        case rg::kQword:
            return u"0x" + hex(number);
        default: {
            std::u16string out;
            for (unsigned char byte : value.data) {
                constexpr char16_t kDigits[] = u"0123456789ABCDEF";
                out += kDigits[byte >> 4];
                out += kDigits[byte & 15];
            }
            return out;
        }
    }
}

std::string as_bytes(std::u16string_view text) {
    return {reinterpret_cast<const char*>(text.data()), text.size() * 2};
}

// What /d says for a type; false for data that cannot be that.
bool read_data(uint32_t type, const std::u16string& text, std::u16string_view separator,
               std::string& out) {
    switch (type) {
        case rg::kString:
        case rg::kExpandString:
            out = as_bytes(text + u'\0');
            return true;
        case rg::kMultiString: {
            std::u16string list;
            for (size_t at = 0; at < text.size();) {
                size_t end = std::min(text.find(separator, at), text.size());
                if (end > at) list += text.substr(at, end - at) + u'\0';
                at = end + separator.size();
            }
            out = as_bytes(list + u'\0');
            return true;
        }
        case rg::kDword:
        case rg::kQword: {
            std::string digits = utf8_from_utf16(text);
            char* end = nullptr;
            uint64_t number = strtoull(digits.c_str(), &end, 0);
            if (digits.empty() || *end || (type == rg::kDword && number > 0xFFFFFFFF)) return false;
            out.assign(reinterpret_cast<const char*>(&number), type == rg::kDword ? 4 : 8);
            return true;
        }
        default: {
            std::string digits = utf8_from_utf16(text);
            if (digits.size() % 2) digits.insert(0, "0");
            for (size_t i = 0; i < digits.size(); i += 2) {
                char* end = nullptr;
                std::string pair = digits.substr(i, 2);
                out += static_cast<char>(strtoul(pair.c_str(), &end, 16));
                if (*end) return false;
            }
            return true;
        }
    }
}

struct Switches {
    std::u16string value, data, type = u"REG_SZ", find, separator = u"\\0";
    bool has_value = false, default_value = false, all_values = false, below = false, force = false,
         has_type = false, exact = false, keys_only = false, data_only = false, with_case = false;
    uint32_t view = 0;
    std::vector<std::u16string> names;
    bool valid = true;
};

Switches read_switches(const std::vector<std::u16string>& words, size_t from) {
    Switches out;
    for (size_t i = from; i < words.size(); ++i) {
        auto next = [&] {
            if (i + 1 >= words.size()) return out.valid = false, std::u16string();
            return words[++i];
        };
        const std::u16string& word = words[i];
        if (is_switch(word, u"v"))
            out.value = next(), out.has_value = true;
        else if (is_switch(word, u"ve"))
            out.has_value = out.default_value = true;
        else if (is_switch(word, u"va"))
            out.all_values = true;
        else if (is_switch(word, u"t"))
            out.type = next(), out.has_type = true;
        else if (is_switch(word, u"d") && i + 1 < words.size())
            out.data = next();
        else if (is_switch(word, u"d"))
            out.data_only = true;
        else if (is_switch(word, u"s") && from == 2 && out.separator.empty())
            out.separator = next();
        else if (is_switch(word, u"s"))
            out.below = true;
        else if (is_switch(word, u"f"))
            out.force = true;
        else if (is_switch(word, u"y"))
            out.force = true;
        else if (is_switch(word, u"e"))
            out.exact = true;
        else if (is_switch(word, u"k"))
            out.keys_only = true;
        else if (is_switch(word, u"c"))
            out.with_case = true;
        else if (is_switch(word, u"z"))
            continue;
        else if (is_switch(word, u"se"))
            out.separator = next();
        else if (is_switch(word, u"reg:32"))
            out.view = rg::kView32;
        else if (is_switch(word, u"reg:64"))
            out.view = 0;
        else if (word.starts_with(u"/"))
            out.valid = false;
        else
            out.names.push_back(word);
    }
    if (out.default_value) out.value.clear();
    return out;
}

// --- query ---------------------------------------------------------------------------------------

void show_value(Output& out, const rg::Value& value) {
    std::u16string name = value.name.empty() ? u"(Default)" : value.name;
    out.line(u"    " + name + u"    " + type_name(value.type) + u"    " + shown_data(value));
}

// The number of values (and keys) that were shown.
size_t show_key(Output& out, const KeyName& key, const Switches& switches,
                const std::u16string* find) {
    auto values = rg::values(key.path);
    auto children = rg::children(key.path);
    if (!values.ok() || !children.ok()) return 0;
    auto holds = [&](std::u16string_view text) {
        if (!find) return true;
        std::u16string a = switches.with_case ? std::u16string(text) : lower(text),
                       b = switches.with_case ? *find : lower(*find);
        return switches.exact ? a == b : a.find(b) != std::u16string::npos;
    };
    std::vector<const rg::Value*> shown;
    for (const rg::Value& value : *values) {
        if (switches.has_value && !equal_ignore_case(value.name, switches.value)) continue;
        if (find && (switches.keys_only || !(holds(value.name) || holds(shown_data(value)))))
            continue;
        shown.push_back(&value);
    }
    size_t count = shown.size();
    bool header = !shown.empty() || (find && holds(rg::last_name(key.shown))) ||
                  (!switches.has_value && !find && switches.below);
    if (find && shown.empty() && header) ++count;
    if (header) {
        out.line(u"");
        out.line(key.shown);
        for (const rg::Value* value : shown) show_value(out, *value);
    }
    if (!switches.below && !switches.has_value && !find) {
        if (!header)
            out.line(u"");
        else if (!children->empty())
            out.line(u"");
        for (const std::u16string& name : *children) out.line(key.shown + u"\\" + name), ++count;
    }
    if (switches.below)
        for (const std::u16string& name : *children)
            count +=
                show_key(out, {key.shown + u"\\" + name, key.path + u"\\" + name}, switches, find);
    return count;
}

uint32_t query(const std::vector<std::u16string>& words) {
    std::vector<std::u16string> rest = words;
    // Here /f names what to look for.
    std::u16string find;
    bool has_find = false;
    for (size_t i = 2; i + 1 < rest.size(); ++i)
        if (is_switch(rest[i], u"f")) {
            find = rest[i + 1];
            has_find = true;
            rest.erase(rest.begin() + static_cast<ptrdiff_t>(i),
                       rest.begin() + static_cast<ptrdiff_t>(i) + 2);
            break;
        }
    Switches switches = read_switches(rest, 2);
    KeyName key;
    if (rest.size() < 2 || !key_name(rest[1], switches.view, key)) return 1;
    if (!switches.valid) return fail(u"Invalid syntax.\r\nType \"REG QUERY /?\" for usage.");
    if (!rg::exists(key.path))
        return fail(u"The system was unable to find the specified registry key or value.");
    Output out(std_out());
    size_t shown = show_key(out, key, switches, has_find ? &find : nullptr);
    if (switches.has_value && shown == 0 && !has_find) {
        out.flush();
        return fail(u"The system was unable to find the specified registry key or value.");
    }
    if (!switches.below || has_find || shown == 0) out.line(u"");
    if (has_find)
        out.line(u"End of search: " + to_text(static_cast<int64_t>(shown)) + u" match(es) found.");
    return has_find && shown == 0 ? 1 : 0;
}

// --- add, delete, copy ---------------------------------------------------------------------------

bool confirmed(const std::u16string& question) {
    print(question);
    auto answer = read_line(std_in());
    print(u"\r\n");
    return answer && (answer->starts_with(u"y") || answer->starts_with(u"Y"));
}

uint32_t done() { return print(u"The operation completed successfully.\r\n\r\n"), 0; }

uint32_t add(const std::vector<std::u16string>& words) {
    Switches switches = read_switches(words, 2);
    KeyName key;
    if (words.size() < 2 || !key_name(words[1], switches.view, key)) return 1;
    if (!switches.valid) return fail(u"Invalid syntax.\r\nType \"REG ADD /?\" for usage.");
    bool created;
    if (!rg::create(key.path, created).ok()) return fail(u"Access is denied.");
    if (!switches.has_value && !switches.has_type) return done();
    const TypeName* type = std::find_if(
        std::begin(kTypes), std::end(kTypes),
        [&](const TypeName& known) { return equal_ignore_case(known.name, switches.type); });
    if (type == std::end(kTypes)) return fail(u"Invalid syntax.\r\nType \"REG ADD /?\" for usage.");
    rg::Value value{switches.value, type->type, {}};
    if (!read_data(type->type, switches.data, switches.separator, value.data))
        return fail(
            u"Invalid syntax. Specify valid numeric value for '/d'.\r\nType \"REG ADD /?\" for "
            u"usage.");
    bool there = rg::value(key.path, switches.value).ok();
    if (there && !switches.force &&
        !confirmed(u"Value " + switches.value + u" exists, overwrite(Yes/No)? "))
        return print(u"The operation was canceled by the user.\r\n"), 0;
    if (!rg::set_value(key.path, value).ok()) return fail(u"Access is denied.");
    return done();
}

uint32_t remove(const std::vector<std::u16string>& words) {
    Switches switches = read_switches(words, 2);
    KeyName key;
    if (words.size() < 2 || !key_name(words[1], switches.view, key)) return 1;
    if (!switches.valid) return fail(u"Invalid syntax.\r\nType \"REG DELETE /?\" for usage.");
    if (!rg::exists(key.path))
        return fail(u"The system was unable to find the specified registry key or value.");
    if (!switches.force) {
        std::u16string what =
            switches.has_value
                ? u"Delete the registry value " + switches.value + u" (Yes/No)? "
                : u"Permanently delete the registry key " + key.shown + u" (Yes/No)? ";
        if (!confirmed(what)) return print(u"The operation was canceled by the user.\r\n"), 0;
    }
    Result<void> result;
    if (switches.has_value) {
        result = rg::remove_value(key.path, switches.value);
    } else if (switches.all_values) {
        auto values = rg::values(key.path);
        for (const rg::Value& value : *values) (void)rg::remove_value(key.path, value.name);
    } else {
        result = rg::remove_tree(key.path, false);
    }
    if (result.ok()) return done();
    return fail(result.status() == STATUS_OBJECT_NAME_NOT_FOUND
                    ? u"The system was unable to find the specified registry key or value."
                    : u"Access is denied.");
}

bool copy_tree(const std::u16string& from, const std::u16string& to, bool below) {
    bool created;
    auto values = rg::values(from);
    if (!values.ok() || !rg::create(to, created).ok()) return false;
    for (const rg::Value& value : *values)
        if (!rg::set_value(to, value).ok()) return false;
    auto names = rg::children(from);
    for (const std::u16string& name : *names)
        if (below && !copy_tree(from + u"\\" + name, to + u"\\" + name, true)) return false;
    return true;
}

uint32_t copy(const std::vector<std::u16string>& words) {
    Switches switches = read_switches(words, 3);
    KeyName from, to;
    if (words.size() < 3 || !key_name(words[1], switches.view, from) ||
        !key_name(words[2], switches.view, to))
        return 1;
    if (!rg::exists(from.path))
        return fail(u"The system was unable to find the specified registry key or value.");
    return copy_tree(from.path, to.path, switches.below) ? done() : fail(u"Access is denied.");
}

// --- export, import ------------------------------------------------------------------------------

std::u16string escaped(std::u16string_view text) {
    std::u16string out;
    for (char16_t unit : text) {
        if (unit == u'\\' || unit == u'"') out += u'\\';
        out += unit;
    }
    return out;
}

void export_key(std::u16string& out, const KeyName& key) {
    out += u"[" + key.shown + u"]\r\n";
    if (auto values = rg::values(key.path); values.ok())
        for (const rg::Value& value : *values) {
            std::u16string line = value.name.empty() ? u"@=" : u"\"" + escaped(value.name) + u"\"=";
            uint32_t number = 0;
            memcpy(&number, value.data.data(), std::min<size_t>(4, value.data.size()));
            if (value.type == rg::kString) {
                line += u"\"" + escaped(text_of(value.data)) + u"\"";
            } else if (value.type == rg::kDword && value.data.size() == 4) {
                line += u"dword:" + hex(number, 8);
            } else {
                line += value.type == rg::kBinary ? u"hex:" : u"hex(" + hex(value.type) + u"):";
                for (size_t i = 0; i < value.data.size(); ++i) {
                    line += (i ? u"," : u"") + hex(static_cast<unsigned char>(value.data[i]), 2);
                    // Lines break at 80 characters.
                    if (line.size() - (line.rfind(u'\n') == std::u16string::npos
                                           ? 0
                                           : line.rfind(u'\n')) >
                            76 &&
                        i + 1 < value.data.size()) {
                        line +=
                            u",\\\r\n  " + hex(static_cast<unsigned char>(value.data[i + 1]), 2);
                        ++i;
                    }
                }
            }
            out += line + u"\r\n";
        }
    out += u"\r\n";
    if (auto names = rg::children(key.path); names.ok())
        for (const std::u16string& name : *names)
            export_key(out, {key.shown + u"\\" + name, key.path + u"\\" + name});
}

uint32_t export_to(const std::vector<std::u16string>& words) {
    Switches switches = read_switches(words, 3);
    KeyName key;
    if (words.size() < 3 || !key_name(words[1], switches.view, key)) return 1;
    if (!rg::exists(key.path))
        return fail(u"The system was unable to find the specified registry key or value.");
    std::u16string text = u"\xFEFFWindows Registry Editor Version 5.00\r\n\r\n";
    export_key(text, key);
    HANDLE file = kernel32::CreateFileW(words[2].c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS,
                                        0, nullptr);
    if (file == INVALID_HANDLE_VALUE)
        return complain(u"ERROR: " + error_message(kernel32::GetLastError())), 1;
    bool written = write_bytes(file, as_bytes(text));
    kernel32::CloseHandle(file);
    return written ? done() : fail(u"The file could not be written.");
}

// "text" with its escapes, from a quote at `at`; leaves `at` behind the closing one.
std::u16string quoted(const std::u16string& line, size_t& at) {
    std::u16string out;
    for (++at; at < line.size() && line[at] != u'"'; ++at) {
        if (line[at] == u'\\' && at + 1 < line.size()) ++at;
        out += line[at];
    }
    ++at;
    return out;
}

bool import_line(const std::u16string& path, const std::u16string& line) {
    size_t at = 0;
    rg::Value value;
    if (line[0] == u'"')
        value.name = quoted(line, at);
    else
        at = 1;
    if (at >= line.size() || line[at] != u'=') return false;
    ++at;
    std::u16string rest = trimmed(line.substr(at));
    if (rest == u"-") return (void)rg::remove_value(path, value.name), true;
    if (rest.starts_with(u'"')) {
        size_t start = 0;
        value.type = rg::kString;
        value.data = as_bytes(quoted(rest, start) + u'\0');
    } else if (rest.starts_with(u"dword:")) {
        value.type = rg::kDword;
        auto number =
            static_cast<uint32_t>(strtoul(utf8_from_utf16(rest.substr(6)).c_str(), nullptr, 16));
        value.data.assign(reinterpret_cast<const char*>(&number), 4);
    } else if (rest.starts_with(u"hex")) {
        value.type = rg::kBinary;
        if (rest[3] == u'(')
            value.type = static_cast<uint32_t>(
                strtoul(utf8_from_utf16(rest.substr(4)).c_str(), nullptr, 16));
        std::string digits =
            utf8_from_utf16(rest.substr(std::min(rest.find(u':'), rest.size() - 1) + 1));
        for (char* next = digits.data(); *next;) {
            char* end = nullptr;
            unsigned long byte = strtoul(next, &end, 16);
            if (end == next) break;
            value.data += static_cast<char>(byte);
            next = *end == ',' ? end + 1 : end;
            while (*next == ' ' || *next == '\t') ++next;
        }
    } else {
        return false;
    }
    return rg::set_value(path, value).ok();
}

uint32_t import_from(const std::vector<std::u16string>& words) {
    std::string bytes;
    if (words.size() < 2) return fail(u"Invalid syntax.\r\nType \"REG IMPORT /?\" for usage.");
    if (!read_file(words[1], bytes)) return fail(u"Error accessing the registry.");
    std::u16string text;
    if (bytes.starts_with("\xFF\xFE"))
        text.assign(reinterpret_cast<const char16_t*>(bytes.data() + 2), bytes.size() / 2 - 1);
    else
        text = utf16_from_linux(
            bytes.starts_with("\xEF\xBB\xBF") ? std::string_view(bytes).substr(3) : bytes);
    KeyName key;
    std::u16string line;
    for (size_t at = 0; at < text.size();) {
        size_t end = std::min(text.find(u'\n', at), text.size());
        std::u16string piece = trimmed(std::u16string_view(text).substr(at, end - at));
        while (piece.ends_with(u'\r')) piece.pop_back();
        at = end + 1;
        line += piece;
        if (line.ends_with(u'\\') && !line.starts_with(u'[')) {
            line.pop_back();
            continue;
        }
        if (line.starts_with(u"[-") && line.ends_with(u']')) {
            if (key_name(line.substr(2, line.size() - 3), 0, key))
                (void)rg::remove_tree(key.path, false);
        } else if (line.starts_with(u'[') && line.ends_with(u']')) {
            bool created;
            if (key_name(line.substr(1, line.size() - 2), 0, key))
                (void)rg::create(key.path, created);
        } else if (!key.path.empty() && (line.starts_with(u'"') || line.starts_with(u'@'))) {
            import_line(key.path, line);
        }
        line.clear();
    }
    return done();
}

}  // namespace

uint32_t reg() {
    std::vector<std::u16string> words = arguments();
    std::u16string what = words.empty() ? u"" : lower(words[0]);
    if (what == u"query") return query(words);
    if (what == u"add") return add(words);
    if (what == u"delete") return remove(words);
    if (what == u"copy") return copy(words);
    if (what == u"export") return export_to(words);
    if (what == u"import") return import_from(words);
    return fail(u"Invalid syntax.\r\nType \"REG /?\" for usage.");
}

uint32_t setx() {
    std::vector<std::u16string> names;
    bool machine = false;
    for (const std::u16string& word : arguments()) {
        if (is_switch(word, u"m"))
            machine = true;
        else
            names.push_back(word);
    }
    if (names.size() != 2)
        return fail(
            u"Invalid syntax. Default option is not allowed more than '2' time(s).\r\nType \"SETX "
            u"/?\" for usage.");
    std::u16string path =
        machine
            ? rg::child_path(u"MACHINE",
                             u"SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment", 0)
            : rg::child_path(rg::predefined_path(0x80000001), u"Environment", 0);
    bool created;
    uint32_t type = names[1].find(u'%') == std::u16string::npos ? rg::kString : rg::kExpandString;
    if (!rg::create(path, created).ok() ||
        !rg::set_value(path, {names[0], type, as_bytes(names[1] + u'\0')}).ok())
        return fail(u"Access to the registry path is denied.");
    print(u"\r\nSUCCESS: Specified value was saved.\r\n");
    return 0;
}

}  // namespace lsw::tools
