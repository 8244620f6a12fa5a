// hostname, chcp, mountvol, timeout, attrib, tree, choice: the short ones. Doc: the pages of those names.
#include <algorithm>

#include "abi/file.h"
#include "abi/winerror.h"
#include "base/text.h"
#include "core/system/system_info.h"
#include "dll/kernel32/kernel32.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"
#include "programs/tools/tools.h"

namespace lsw::tools {

using namespace programs;

uint32_t hostname() {
    print(lower(computer_name(true)) + u"\r\n");
    return 0;
}

uint32_t chcp() {
    std::vector<std::u16string> words = arguments();
    if (words.empty()) {
        print(u"Active code page: " + to_text(kernel32::GetConsoleOutputCP()) + u"\r\n");
        return 0;
    }
    auto page = static_cast<UINT>(strtoul(utf8_from_utf16(words[0]).c_str(), nullptr, 10));
    if (page == 0) return complain(u"Parameter format not correct - " + words[0] + u"\r\n"), 1;
    if (!kernel32::SetConsoleOutputCP(page) || !kernel32::SetConsoleCP(page))
        return complain(u"Invalid code page\r\n"), 1;
    print(u"Active code page: " + to_text(page) + u"\r\n");
    return 0;
}

// The volumes and where they are mounted. What would mount or unmount one is refused.
uint32_t mountvol() {
    auto volume_at = [](std::u16string root) {
        if (root.empty() || root.back() != u'\\') root.push_back(u'\\');
        char16_t name[64] = {};
        bool found = kernel32::GetVolumeNameForVolumeMountPointW(root.c_str(), name, std::size(name));
        return found ? u"    " + std::u16string(name) + u"\r\n" : std::u16string();
    };
    std::vector<std::u16string> words = arguments();
    if (words.empty()) {
        for (const char16_t* root : {u"C:\\", u"Z:\\"}) print(volume_at(root) + u"        " + root + u"\r\n\r\n");
        return 0;
    }
    if (words.size() != 2 || !is_switch(words[1], u"l")) return complain(u"The parameter is incorrect.\r\n"), 1;
    std::u16string name = volume_at(words[0]);
    if (name.empty()) return complain(error_message(kernel32::GetLastError())), 1;
    print(name);
    return 0;
}

uint32_t timeout() {
    int64_t seconds = -2;
    bool no_break = false;
    std::vector<std::u16string> words = arguments();
    for (size_t i = 0; i < words.size(); ++i) {
        if (is_switch(words[i], u"nobreak"))
            no_break = true;
        else if (is_switch(words[i], u"t") && i + 1 < words.size())
            seconds = strtoll(utf8_from_utf16(words[++i]).c_str(), nullptr, 10);
        else
            seconds = strtoll(utf8_from_utf16(words[i]).c_str(), nullptr, 10);
    }
    if (seconds < -1 || seconds > 99999) {
        complain(
            u"ERROR: Invalid value for timeout (/T) specified. Valid range is -1 to 99999 "
            u"seconds.\r\n");
        return 1;
    }
    if (!is_console(std_in())) {
        complain(
            u"ERROR: Input redirection is not supported, exiting the process immediately.\r\n");
        return 1;
    }
    print(seconds < 0 ? u"\r\nPress any key to continue ..."
                      : u"\r\nWaiting for " + to_text(seconds) + u" seconds, press " +
                            (no_break ? u"CTRL+C to quit ..." : u"a key to continue ..."));
    kernel32::FlushConsoleInputBuffer(std_in());
    DWORD wait = seconds < 0 ? INFINITE : static_cast<DWORD>(seconds * 1000);
    if (no_break)
        kernel32::Sleep(wait);
    else
        kernel32::WaitForSingleObject(std_in(), wait);
    print(u"\r\n");
    return 0;
}

// --- attrib --------------------------------------------------------------------------------------

namespace {

struct AttributeChange {
    DWORD set = 0, clear = 0;
    bool below = false, directories = false;
    size_t seen = 0;
    uint32_t status = 0;
};

DWORD attribute_bit(char16_t letter) {
    switch (upcase(letter)) {
        case u'R':
            return FILE_ATTRIBUTE_READONLY;
        case u'A':
            return FILE_ATTRIBUTE_ARCHIVE;
        case u'S':
            return FILE_ATTRIBUTE_SYSTEM;
        case u'H':
            return FILE_ATTRIBUTE_HIDDEN;
        case u'I':
            return 0x2000;
        default:
            return 0;
    }
}

void apply(AttributeChange& change, const std::u16string& path, DWORD attributes) {
    ++change.seen;
    if (!change.set && !change.clear) {
        std::u16string letters = u"             ";
        if (attributes & FILE_ATTRIBUTE_ARCHIVE) letters[0] = u'A';
        if (attributes & FILE_ATTRIBUTE_SYSTEM) letters[3] = u'S';
        if (attributes & FILE_ATTRIBUTE_HIDDEN) letters[4] = u'H';
        if (attributes & FILE_ATTRIBUTE_READONLY) letters[5] = u'R';
        print(letters + u"        " + full_path(path) + u"\r\n");
        return;
    }
    DWORD wanted = (attributes | change.set) & ~change.clear & 0x2127;
    if (kernel32::SetFileAttributesW(path.c_str(), wanted ? wanted : 0x80)) return;
    complain(error_message(kernel32::GetLastError()));
    change.status = 1;
}

void visit(AttributeChange& change, const std::u16string& directory,
           const std::u16string& pattern) {
    for (const Entry& entry : list(directory + pattern))
        if (!entry.is_dots() &&
            (!entry.is_directory() || change.directories || !has_wildcards(pattern)))
            apply(change, directory + entry.name, entry.attributes);
    if (!change.below) return;
    for (const Entry& entry : list(directory + u"*"))
        if (entry.is_directory() && !entry.is_dots() && !entry.is_link())
            visit(change, directory + entry.name + u"\\", pattern);
}

}  // namespace

uint32_t attrib() {
    AttributeChange change;
    std::vector<std::u16string> names;
    for (const std::u16string& word : arguments()) {
        bool sign =
            word.size() == 2 && (word[0] == u'+' || word[0] == u'-') && attribute_bit(word[1]);
        if (sign)
            (word[0] == u'+' ? change.set : change.clear) |= attribute_bit(word[1]);
        else if (is_switch(word, u"s"))
            change.below = true;
        else if (is_switch(word, u"d"))
            change.directories = true;
        else if (is_switch(word, u"l"))
            continue;
        else
            names.push_back(word);
    }
    if (names.empty()) names.push_back(u"*");
    for (const std::u16string& name : names) {
        size_t before = change.seen;
        size_t slash = name.find_last_of(u"\\/:");
        std::u16string directory = slash == std::u16string::npos ? u"" : name.substr(0, slash + 1);
        visit(change, directory, name.substr(directory.size()));
        if (change.seen == before) print(u"File not found - " + name + u"\r\n");
    }
    return change.status;
}

// --- tree ----------------------------------------------------------------------------------------

namespace {

struct TreeStyle {
    bool files, ascii;
};

void show_tree(Output& out, const std::u16string& directory, const std::u16string& prefix,
               const TreeStyle& style) {
    std::vector<Entry> directories;
    std::vector<std::u16string> files;
    for (Entry& entry : list(join(directory, u"*"))) {
        if (entry.is_dots()) continue;
        if (entry.is_directory())
            directories.push_back(std::move(entry));
        else
            files.push_back(entry.name);
    }
    const char16_t *bar = style.ascii ? u"|   " : u"│   ",
                   *branch = style.ascii ? u"+---" : u"├───",
                   *last = style.ascii ? u"\\---" : u"└───";
    if (style.files && !files.empty()) {
        std::u16string before = prefix + (directories.empty() ? u"    " : bar);
        for (const std::u16string& name : files) out.line(before + name);
        out.line(before);
    }
    for (size_t i = 0; i < directories.size(); ++i) {
        bool is_last = i + 1 == directories.size();
        out.line(prefix + (is_last ? last : branch) + directories[i].name);
        if (!directories[i].is_link())
            show_tree(out, join(directory, directories[i].name), prefix + (is_last ? u"    " : bar),
                      style);
    }
}

}  // namespace

uint32_t tree() {
    TreeStyle style{false, false};
    std::u16string root = u".";
    for (const std::u16string& word : arguments()) {
        if (is_switch(word, u"f"))
            style.files = true;
        else if (is_switch(word, u"a"))
            style.ascii = true;
        else
            root = word;
    }
    std::u16string full = full_path(root);
    if (!is_directory(full)) {
        print(u"Invalid path - " + root + u"\r\nNo subfolders exist \r\n\r\n");
        return 1;
    }
    DWORD serial = 0;
    kernel32::GetVolumeInformationW((full.substr(0, 2) + u"\\").c_str(), nullptr, 0, &serial,
                                    nullptr, nullptr, nullptr, 0);
    char number[16];
    snprintf(number, sizeof number, "%04X-%04X", serial >> 16, serial & 0xFFFF);
    Output out(std_out());
    out.line(u"Folder PATH listing");
    out.line(u"Volume serial number is " + utf16_from_utf8(number));
    std::u16string shown = root == u"." ? full.substr(0, 2) + u"." : root;
    for (char16_t& unit : shown) unit = upcase(unit);
    out.line(shown);
    show_tree(out, full, u"", style);
    return 0;
}

// --- choice --------------------------------------------------------------------------------------

uint32_t choice() {
    std::u16string keys = u"YN", message, fallback;
    bool with_case = false, show_keys = true;
    int64_t seconds = -1;
    std::vector<std::u16string> words = arguments();
    for (size_t i = 0; i < words.size(); ++i) {
        auto next = [&] { return i + 1 < words.size() ? words[++i] : std::u16string(); };
        if (is_switch(words[i], u"c"))
            keys = next();
        else if (is_switch(words[i], u"m"))
            message = next();
        else if (is_switch(words[i], u"n"))
            show_keys = false;
        else if (is_switch(words[i], u"cs"))
            with_case = true;
        else if (is_switch(words[i], u"d"))
            fallback = next();
        else if (is_switch(words[i], u"t"))
            seconds = strtoll(utf8_from_utf16(next()).c_str(), nullptr, 10);
    }
    if (!with_case)
        for (char16_t& unit : keys) unit = upcase(unit);
    auto index_of = [&](char16_t unit) { return keys.find(with_case ? unit : upcase(unit)); };
    print(message);
    if (show_keys) {
        print(message.empty() ? u"[" : u" [");
        for (size_t i = 0; i < keys.size(); ++i) print(std::u16string(i ? u"," : u"") + keys[i]);
        print(u"]?");
    }
    for (;;) {
        if (seconds >= 0 && !fallback.empty() &&
            kernel32::WaitForSingleObject(std_in(), static_cast<DWORD>(seconds * 1000)) ==
                WAIT_TIMEOUT) {
            print(fallback + u"\r\n");
            return static_cast<uint32_t>(index_of(fallback[0]) + 1);
        }
        char byte;
        DWORD got = 0;
        if (!kernel32::ReadFile(std_in(), &byte, 1, &got, nullptr) || got == 0) return 255;
        size_t index = index_of(static_cast<unsigned char>(byte));
        if (index == std::u16string::npos) continue;
        print(std::u16string(1, keys[index]) + u"\r\n");
        return static_cast<uint32_t>(index + 1);
    }
}

}  // namespace lsw::tools
