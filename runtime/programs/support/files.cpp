#include "programs/support/files.h"

#include <algorithm>
#include <memory>

#include "abi/file.h"
#include "abi/winerror.h"
#include "base/text.h"
#include "core/process/environment.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "programs/support/console_io.h"

namespace lsw::programs {
namespace {

Entry entry_from(const WIN32_FIND_DATAW& data) {
    Entry out;
    out.name = data.cFileName;
    out.attributes = data.dwFileAttributes;
    out.size_bytes = uint64_t{data.nFileSizeHigh} << 32 | data.nFileSizeLow;
    out.creation = data.ftCreationTime;
    out.access = data.ftLastAccessTime;
    out.write = data.ftLastWriteTime;
    out.reparse_tag = data.dwReserved0;
    return out;
}

bool equal_unit(char16_t a, char16_t b) { return upcase(a) == upcase(b); }

}  // namespace

std::vector<Entry> list(const std::u16string& pattern, DWORD* error) {
    std::vector<Entry> out;
    auto data = std::make_unique<WIN32_FIND_DATAW>();
    HANDLE find = kernel32::FindFirstFileW(pattern.c_str(), data.get());
    if (error) *error = find == INVALID_HANDLE_VALUE ? kernel32::GetLastError() : 0;
    if (find == INVALID_HANDLE_VALUE) return out;
    do out.push_back(entry_from(*data));
    while (kernel32::FindNextFileW(find, data.get()));
    kernel32::FindClose(find);
    return out;
}

std::optional<Entry> entry_of(const std::u16string& path) {
    std::u16string plain = path;
    while (plain.size() > 3 && (plain.back() == u'\\' || plain.back() == u'/')) plain.pop_back();
    std::vector<Entry> found = list(plain);
    if (!found.empty()) return found[0];
    DWORD attributes = attributes_of(path);  // a root has no entry
    if (attributes == INVALID_FILE_ATTRIBUTES) return std::nullopt;
    Entry out;
    out.name = path;
    out.attributes = attributes;
    return out;
}

DWORD attributes_of(const std::u16string& path) {
    return kernel32::GetFileAttributesW(path.c_str());
}

bool is_file(const std::u16string& path) {
    DWORD attributes = attributes_of(path);
    return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY);
}

bool is_directory(const std::u16string& path) {
    DWORD attributes = attributes_of(path);
    return attributes != INVALID_FILE_ATTRIBUTES && attributes & FILE_ATTRIBUTE_DIRECTORY;
}

std::u16string full_path(const std::u16string& path) {
    DWORD size = kernel32::GetFullPathNameW(path.c_str(), 0, nullptr, nullptr);
    std::u16string out(size, 0);
    out.resize(kernel32::GetFullPathNameW(path.c_str(), size, out.data(), nullptr));
    return out;
}

std::u16string as_spelled(const std::u16string& path) {
    DWORD size = kernel32::GetLongPathNameW(path.c_str(), nullptr, 0);
    if (size == 0) return path;
    std::u16string out(size, 0);
    out.resize(kernel32::GetLongPathNameW(path.c_str(), out.data(), size));
    return out;
}

std::u16string current_directory() {
    DWORD size = kernel32::GetCurrentDirectoryW(0, nullptr);
    std::u16string out(size, 0);
    out.resize(kernel32::GetCurrentDirectoryW(size, out.data()));
    return out;
}

std::u16string join(std::u16string_view directory, std::u16string_view name) {
    std::u16string out(directory);
    if (!out.empty() && out.back() != u'\\' && out.back() != u'/' && out.back() != u':')
        out += u'\\';
    return out.append(name);
}

Parts split(std::u16string_view path) {
    Parts out;
    if (path.size() >= 2 && path[1] == u':') {
        out.drive = path.substr(0, 2);
        path.remove_prefix(2);
    }
    size_t slash = path.find_last_of(u"\\/");
    size_t name = slash == std::u16string_view::npos ? 0 : slash + 1;
    out.directory = path.substr(0, name);
    std::u16string_view last = path.substr(name);
    size_t dot = last.rfind(u'.');
    if (dot == std::u16string_view::npos) dot = last.size();
    out.name = last.substr(0, dot);
    out.extension = last.substr(dot);
    return out;
}

bool has_wildcards(std::u16string_view text) {
    return text.find_first_of(u"*?") != std::u16string_view::npos;
}

bool wildcard_match(std::u16string_view pattern, std::u16string_view name) {
    if (pattern == u"*" || pattern == u"*.*") return true;
    if (pattern.ends_with(u".*") && !has_wildcards(pattern.substr(0, pattern.size() - 2)) &&
        name.find(u'.') == std::u16string_view::npos)
        pattern.remove_suffix(2);
    if (pattern.ends_with(u"*.") && name.find(u'.') == std::u16string_view::npos)
        pattern.remove_suffix(1);
    size_t p = 0, n = 0, star = std::u16string_view::npos, mark = 0;
    while (n < name.size()) {
        if (p < pattern.size() && (pattern[p] == u'?' || equal_unit(pattern[p], name[n])) &&
            pattern[p] != u'*') {
            ++p, ++n;
        } else if (p < pattern.size() && pattern[p] == u'*') {
            star = p++;
            mark = n;
        } else if (star != std::u16string_view::npos) {
            p = star + 1;
            n = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && (pattern[p] == u'*' || pattern[p] == u'?')) ++p;
    return p == pattern.size();
}

std::vector<std::u16string> path_list(std::u16string_view list) {
    std::vector<std::u16string> out;
    std::u16string one;
    bool quoted = false;
    auto finish = [&] {
        if (!one.empty()) out.push_back(one);
        one.clear();
    };
    for (char16_t unit : list) {
        if (unit == u'"')
            quoted = !quoted;
        else if (unit == u';' && !quoted)
            finish();
        else
            one += unit;
    }
    finish();
    return out;
}

namespace {
// Linux programs have no extension at all; of a Windows program that has lost its own, cmd knows nothing.
bool is_linux_program(const std::u16string& path) {
    if (!is_file(path)) return false;
    HANDLE file = kernel32::CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                        nullptr, OPEN_EXISTING, 0, nullptr);
    if (file == INVALID_HANDLE_VALUE) return false;
    char start[4] = {};
    DWORD got = 0;
    kernel32::ReadFile(file, start, sizeof start, &got, nullptr);
    kernel32::CloseHandle(file);
    std::string_view bytes(start, got);
    return bytes == "\x7F" "ELF" || bytes.starts_with("#!");
}
}  // namespace

std::u16string find_executable(const std::u16string& name) {
    std::vector<std::u16string> extensions =
        path_list(environment_variable(u"PATHEXT").value_or(u".COM;.EXE;.BAT;.CMD"));
    bool has_directory = name.find_first_of(u"\\/:") != std::u16string::npos;
    std::u16string_view own = split(name).extension;
    auto try_at = [&](const std::u16string& path) -> std::u16string {
        if (own.size() > 1 && is_file(path)) return path;
        for (const std::u16string& extension : extensions) {
            std::u16string candidate = path + lower(extension);
            if (is_file(candidate)) return candidate;
        }
        if (own.size() <= 1 && is_linux_program(path)) return path;
        return {};
    };
    if (name.empty()) return {};
    if (has_directory) return try_at(full_path(name));
    std::vector<std::u16string> directories;
    if (!environment_variable(u"NoDefaultCurrentDirectoryInExePath"))
        directories.push_back(current_directory());
    for (std::u16string& directory : path_list(environment_value(u"PATH")))
        directories.push_back(std::move(directory));
    for (const std::u16string& directory : directories)
        if (std::u16string found = try_at(join(directory, name)); !found.empty())
            return full_path(found);
    return {};
}

SYSTEMTIME local_time(const FILETIME& time) {
    FILETIME local{};
    SYSTEMTIME out{};
    kernel32::FileTimeToLocalFileTime(&time, &local);
    kernel32::FileTimeToSystemTime(&local, &out);
    return out;
}

namespace {
std::u16string two(unsigned number) {
    std::u16string out = to_text(number);
    return out.size() < 2 ? u"0" + out : out;
}
}  // namespace

std::u16string date_text(const SYSTEMTIME& time) {
    return two(time.wMonth) + u"/" + two(time.wDay) + u"/" + to_text(time.wYear);
}

std::u16string time_text(const SYSTEMTIME& time) {
    unsigned hour = time.wHour % 12 == 0 ? 12 : time.wHour % 12;
    return two(hour) + u":" + two(time.wMinute) + (time.wHour < 12 ? u" AM" : u" PM");
}

std::u16string grouped(uint64_t number) {
    std::u16string digits = to_text(static_cast<int64_t>(number)), out;
    for (size_t i = 0; i < digits.size(); ++i) {
        if (i != 0 && (digits.size() - i) % 3 == 0) out += u',';
        out += digits[i];
    }
    return out;
}

std::u16string padded(std::u16string_view text, size_t width) {
    return std::u16string(width > text.size() ? width - text.size() : 0, u' ').append(text);
}

std::u16string padded_right(std::u16string_view text, size_t width) {
    return std::u16string(text) +
           std::u16string(width > text.size() ? width - text.size() : 0, u' ');
}

std::u16string lower(std::u16string_view text) {
    std::u16string out(text);
    for (char16_t& unit : out) unit = downcase(unit);
    return out;
}

std::u16string trimmed(std::u16string_view text) {
    size_t first = text.find_first_not_of(u" \t");
    if (first == std::u16string_view::npos) return {};
    return std::u16string(text.substr(first, text.find_last_not_of(u" \t") - first + 1));
}

}  // namespace lsw::programs
