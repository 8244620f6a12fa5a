// The environment as C programs see it: two tables, narrow and wide, copied from the process's block when they are first
// asked for. Changes go to both tables and to the process ("_putenv, _wputenv"); SetEnvironmentVariable does not come
// back here ("getenv operates only on the data structures accessible to the run-time library").
// Strings that were handed out are never freed: programs keep them.
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#include "abi/exception.h"
#include "base/find16.h"
#include "base/text.h"
#include "core/teb.h"
#include "dll/crt/heap.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw;
using namespace lsw::crt;

namespace {

template <class Char>
using View = std::basic_string_view<Char>;

template <class Char>
struct Table {
    std::vector<Char*> entries;  // with the null at the end
    Char*** published;           // _environ
    Char*** initial;
    bool made = false;

    void add(View<Char> entry) {
        auto* copy = static_cast<Char*>(::malloc((entry.size() + 1) * sizeof(Char)));
        entry.copy(copy, entry.size());
        copy[entry.size()] = 0;
        entries.back() = copy;
        entries.push_back(nullptr);
    }

    void publish() { *published = entries.data(); }

    // Index of a variable, or the count of variables.
    size_t find(View<Char> name) const {
        for (size_t i = 0; i + 1 < entries.size(); ++i) {
            View<Char> entry = entries[i];
            if (entry.size() > name.size() && entry[name.size()] == '=' &&
                equal_ignore_case(entry.substr(0, name.size()), name))
                return i;
        }
        return entries.size() - 1;
    }

    void set(View<Char> name, View<Char> value) {
        size_t at = find(name);
        bool known = at + 1 < entries.size();
        if (value.empty()) {
            if (known) entries.erase(entries.begin() + static_cast<ptrdiff_t>(at));
        } else {
            std::basic_string<Char> entry(name);
            entry += static_cast<Char>('=');
            entry += value;
            if (known) entries.erase(entries.begin() + static_cast<ptrdiff_t>(at));
            add(entry);
        }
        publish();
    }
};

struct Environment {
    std::recursive_mutex lock;
    Table<char> narrow;
    Table<char16_t> wide;
};

Environment& environment() {
    static Environment& all = *new Environment;
    return all;
}

// From the other table when there is one, so that both have seen the same changes, else from the process.
template <class Char, class Other, class FromOther, class FromBlock>
void make(Table<Char>& table, Char*** published, Char*** initial, const Table<Other>& other, FromOther from_other,
          FromBlock from_block) {
    auto guard = std::lock_guard(environment().lock);
    if (table.made) return;
    table.made = true;
    table.published = published;
    table.entries.reserve(128);
    table.entries.assign(1, nullptr);
    if (other.made) {
        for (size_t i = 0; i + 1 < other.entries.size(); ++i) table.add(from_other(View<Other>(other.entries[i])));
    } else {
        auto* block = static_cast<const char16_t*>(current_peb()->ProcessParameters->Environment);
        while (block && *block) {
            std::u16string_view entry(block, scan16(block));
            if (entry[0] != u'=') table.add(from_block(entry));
            block += entry.size() + 1;
        }
    }
    table.publish();
    // A copy of its own: the first table of _environ may move as variables are added.
    size_t bytes = table.entries.size() * sizeof(Char*);
    *initial = static_cast<Char**>(memcpy(::malloc(bytes), table.entries.data(), bytes));
}

Table<char>& narrow_table() {
    initialise_narrow_environment();
    return environment().narrow;
}

Table<char16_t>& wide_table() {
    initialise_wide_environment();
    return environment().wide;
}

template <class Char>
Char* lookup(Table<Char>& table, const Char* name) {
    auto guard = std::lock_guard(environment().lock);
    View<Char> wanted = name;
    size_t at = table.find(wanted);
    Char* entry = table.entries[at];
    return entry ? entry + wanted.size() + 1 : nullptr;
}

int change(std::u16string_view name, std::u16string_view value) {
    if (name.empty() || name.find(u'=') != std::u16string_view::npos) return fail(kEINVAL);
    {
        auto guard = std::lock_guard(environment().lock);
        if (environment().wide.made) environment().wide.set(name, value);
        narrow_table().set(utf8_from_utf16(name), utf8_from_utf16(value));
    }
    using Set = BOOL(WINAPI*)(LPCWSTR, LPCWSTR);
    static auto set = reinterpret_cast<Set>(kernel32_function("SetEnvironmentVariableW"));
    std::u16string name_text(name), value_text(value);
    if (set) set(name_text.c_str(), value.empty() ? nullptr : value_text.c_str());
    return 0;
}

int change_entry(std::u16string_view entry) {
    size_t equals = entry.find(u'=');
    if (equals == std::u16string_view::npos || equals == 0) return fail(kEINVAL);
    return change(entry.substr(0, equals), entry.substr(equals + 1));
}

template <class Char>
errno_t copy_out(size_t* needed, Char* buffer, size_t size, const Char* value) {
    if (!needed || (size > 0 && !buffer)) return invalid();
    *needed = 0;
    if (buffer && size) *buffer = 0;
    if (!value) return 0;
    View<Char> text = value;
    *needed = text.size() + 1;
    if (size == 0) return 0;
    if (*needed > size) return kERANGE;
    memcpy(buffer, value, *needed * sizeof(Char));
    return 0;
}

template <class Char>
errno_t duplicate(Char** buffer, size_t* size, const Char* value) {
    *buffer = nullptr;
    if (size) *size = 0;
    if (!value) return 0;
    size_t count = View<Char>(value).size() + 1;
    auto* copy = static_cast<Char*>(heap::allocate(count * sizeof(Char)));
    if (!copy) return guest_errno() = kENOMEM;
    *buffer = static_cast<Char*>(memcpy(copy, value, count * sizeof(Char)));
    if (size) *size = count;
    return 0;
}

}  // namespace

void lsw::crt::initialise_narrow_environment() {
    Variables& all = variables();
    make(environment().narrow, all.environment, all.initial_environment, environment().wide, utf8_from_utf16,
         utf8_from_utf16);
}

void lsw::crt::initialise_wide_environment() {
    Variables& all = variables();
    make(environment().wide, all.wide_environment, all.initial_wide_environment, environment().narrow, utf16_from_utf8,
         [](std::u16string_view entry) { return entry; });
}

char* clib::getenv(const char* name) {
    if (!name) return invalid(), nullptr;
    return lookup(narrow_table(), name);
}

WCHAR* clib::_wgetenv(const WCHAR* name) {
    if (!name) return invalid(), nullptr;
    return lookup(wide_table(), name);
}

errno_t clib::getenv_s(size_t* needed, char* buffer, size_t size, const char* name) {
    return name ? copy_out(needed, buffer, size, getenv(name)) : invalid();
}

errno_t clib::_wgetenv_s(size_t* needed, WCHAR* buffer, size_t size, const WCHAR* name) {
    return name ? copy_out(needed, buffer, size, _wgetenv(name)) : invalid();
}

errno_t clib::_dupenv_s(char** buffer, size_t* size, const char* name) {
    return buffer && name ? duplicate(buffer, size, getenv(name)) : invalid();
}

errno_t clib::_wdupenv_s(WCHAR** buffer, size_t* size, const WCHAR* name) {
    return buffer && name ? duplicate(buffer, size, _wgetenv(name)) : invalid();
}

int clib::_putenv(const char* entry) {
    if (!entry) return invalid(), -1;
    return change_entry(utf16_from_utf8(entry));
}

int clib::_wputenv(const WCHAR* entry) {
    if (!entry) return invalid(), -1;
    return change_entry(entry);
}

errno_t clib::_putenv_s(const char* name, const char* value) {
    if (!name || !value) return invalid();
    return change(utf16_from_utf8(name), utf16_from_utf8(value)) == 0 ? 0 : kEINVAL;
}

errno_t clib::_wputenv_s(const WCHAR* name, const WCHAR* value) {
    if (!name || !value) return invalid();
    return change(name, value) == 0 ? 0 : kEINVAL;
}
