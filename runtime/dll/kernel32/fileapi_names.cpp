// fileapi.h and processenv.h: names of files: full, final, long and short paths, temporary names, searching,
// the current directory.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>

#include "core/path/at.h"
#include "core/path/drive_map.h"
#include "core/path/name_map.h"
#include "dll/kernel32/file_support.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;
using namespace lsw::win32;

namespace {

template <class Char>
DWORD full_path_name(LPCWSTR name, DWORD size, Char* buffer, Char** file_part) {
    if (file_part) *file_part = nullptr;
    if (!name || !*name) return set_last_error(ERROR_INVALID_NAME), 0;
    auto full = full_path_of(name);
    if (!full.ok()) return set_last_error_from(full.status()), 0;
    DWORD length = give(*full, buffer, buffer ? size : 0);
    if (length < size && buffer && file_part) {
        size_t part = path::file_part(*full);
        if (part != std::u16string_view::npos) {
            size_t last = length;
            while (last > 0 && buffer[last - 1] != '\\') --last;
            *file_part = buffer + last;
        }
    }
    return length;
}

// The path with every component as it is spelt on disk. Errors: as opening it.
Result<std::u16string> on_disk_spelling(LPCWSTR name) {
    std::u16string given(name);
    path::Target target = LSW_TRY(target_of(name));
    if (target.kind != path::Target::kFile) return given;
    std::string linux_path = LSW_TRY(file::existing_path(target));
    std::u16string real = path::drives().windows_from_linux(linux_path);
    std::u16string full = LSW_TRY(full_path_of(name));
    size_t skip = full.starts_with(u"\\\\?\\") ? 4 : 0;
    if (full.size() > skip + 3 && full.back() == u'\\') real.push_back(u'\\');
    // What was given stays as it is (relative, with its own slashes) where the disk's spelling differs in case only.
    if (!equal_ignore_case(std::u16string_view(full).substr(skip), real)) return given;
    for (size_t back = 1; back <= given.size() && back <= real.size(); ++back) {
        char16_t& unit = given[given.size() - back];
        char16_t other = real[real.size() - back];
        if (path::is_separator(unit) && other == u'\\') continue;
        if (upcase(unit) != upcase(other)) break;
        unit = other;
    }
    return given;
}

template <class Char>
DWORD final_path(HANDLE handle, Char* buffer, DWORD size, DWORD flags) {
    auto file = file_object(handle);
    if (!file.ok()) {
        bool device = file.status() == STATUS_INVALID_DEVICE_REQUEST;
        return device ? set_last_error(ERROR_INVALID_FUNCTION) : (void)set_last_error_from(file.status()), 0;
    }
    std::string linux_path = (*file)->current_path();
    if (linux_path.empty()) return set_last_error(ERROR_FILE_NOT_FOUND), 0;
    std::u16string dos = path::drives().windows_from_linux(linux_path);
    dos += utf16_from_linux((*file)->stream_suffix());
    std::u16string out;
    switch (flags & 7) {
        case 0: out = u"\\\\?\\"; out += dos; break;
        case 1:  // VOLUME_NAME_GUID
            out = u"\\\\?\\" + path::volume_name(dos[0]);
            out += std::u16string_view(dos).substr(2);
            break;
        case 2:  // VOLUME_NAME_NT
            out = dos[0] == u'C' ? u"\\Device\\HarddiskVolume1" : u"\\Device\\HarddiskVolume2";
            out += std::u16string_view(dos).substr(2);
            break;
        case 4: out = dos.substr(2); break;
        default: return set_last_error(ERROR_INVALID_PARAMETER), 0;
    }
    DWORD length = give(out, buffer, size);
    if (length >= size) set_last_error(ERROR_NOT_ENOUGH_MEMORY);
    return length;
}

}  // namespace

DWORD kernel32::GetFullPathNameW(LPCWSTR lpFileName, DWORD nBufferLength, LPWSTR lpBuffer, LPWSTR* lpFilePart) {
    return full_path_name(lpFileName, nBufferLength, lpBuffer, lpFilePart);
}

DWORD kernel32::GetFullPathNameA(LPCSTR lpFileName, DWORD nBufferLength, LPSTR lpBuffer, LPSTR* lpFilePart) {
    return full_path_name(Wide(lpFileName), nBufferLength, lpBuffer, lpFilePart);
}

DWORD kernel32::GetFinalPathNameByHandleW(HANDLE hFile, LPWSTR lpszFilePath, DWORD cchFilePath, DWORD dwFlags) {
    return final_path(hFile, lpszFilePath, cchFilePath, dwFlags);
}

DWORD kernel32::GetFinalPathNameByHandleA(HANDLE hFile, LPSTR lpszFilePath, DWORD cchFilePath, DWORD dwFlags) {
    return final_path(hFile, lpszFilePath, cchFilePath, dwFlags);
}

// There are no short names here, as on a volume that does not make them: both directions return the path given.
DWORD kernel32::GetLongPathNameW(LPCWSTR lpszShortPath, LPWSTR lpszLongPath, DWORD cchBuffer) {
    if (!lpszShortPath) return set_last_error(ERROR_INVALID_PARAMETER), 0;
    auto text = on_disk_spelling(lpszShortPath);
    if (!text.ok()) return set_last_error_from(text.status()), 0;
    return give(*text, lpszLongPath, lpszLongPath ? cchBuffer : 0);
}

DWORD kernel32::GetLongPathNameA(LPCSTR lpszShortPath, LPSTR lpszLongPath, DWORD cchBuffer) {
    if (!lpszShortPath) return set_last_error(ERROR_INVALID_PARAMETER), 0;
    auto text = on_disk_spelling(Wide(lpszShortPath));
    if (!text.ok()) return set_last_error_from(text.status()), 0;
    return give(*text, lpszLongPath, lpszLongPath ? cchBuffer : 0);
}

DWORD kernel32::GetShortPathNameW(LPCWSTR lpszLongPath, LPWSTR lpszShortPath, DWORD cchBuffer) {
    return GetLongPathNameW(lpszLongPath, lpszShortPath, cchBuffer);
}

DWORD kernel32::GetShortPathNameA(LPCSTR lpszLongPath, LPSTR lpszShortPath, DWORD cchBuffer) {
    return GetLongPathNameA(lpszLongPath, lpszShortPath, cchBuffer);
}

namespace {

// TMP, TEMP, USERPROFILE, then the Windows directory ("GetTempPathW function (fileapi.h)").
std::u16string temp_path() {
    auto* at = static_cast<const char16_t*>(current_peb()->ProcessParameters->Environment);
    std::u16string found[3];
    while (at && *at) {
        std::u16string_view entry(at);
        size_t equals = entry.find(u'=', 1);
        if (equals != std::u16string_view::npos) {
            constexpr std::u16string_view kNames[] = {u"TMP", u"TEMP", u"USERPROFILE"};
            for (size_t i = 0; i < 3; ++i)
                if (equal_ignore_case(entry.substr(0, equals), kNames[i])) found[i] = entry.substr(equals + 1);
        }
        at += entry.size() + 1;
    }
    for (const std::u16string& candidate : found) {
        if (candidate.empty()) continue;
        auto full = full_path_of(candidate.c_str());
        if (!full.ok()) continue;
        if (full->back() != u'\\') full->push_back(u'\\');
        return *full;
    }
    return path::drives().temp_directory();
}

template <class Char>
UINT temp_file_name(LPCWSTR directory, LPCWSTR prefix, UINT unique, Char* out) {
    static std::atomic<UINT> counter{0};
    if (!directory) return set_last_error(ERROR_INVALID_PARAMETER), 0;
    std::u16string base(directory);
    if (base.empty() || !path::is_separator(base.back())) base.push_back(u'\\');
    DWORD attributes = kernel32::GetFileAttributesW(directory);
    if (attributes == INVALID_FILE_ATTRIBUTES || !(attributes & FILE_ATTRIBUTE_DIRECTORY))
        return set_last_error(ERROR_DIRECTORY), 0;
    for (size_t i = 0; i < 3 && prefix && prefix[i]; ++i) base.push_back(prefix[i]);
    UINT number = unique & 0xFFFF;
    for (int attempt = 0; attempt < 0xFFFF; ++attempt) {
        if (unique == 0) {
            timespec now;
            clock_gettime(CLOCK_MONOTONIC, &now);
            number = (static_cast<UINT>(now.tv_nsec >> 8) + counter++ * 7 + static_cast<UINT>(getpid())) & 0xFFFF;
            if (number == 0) continue;
        }
        char digits[8];
        snprintf(digits, sizeof digits, "%X", number);
        std::u16string name = base;
        for (const char* c = digits; *c; ++c) name.push_back(static_cast<char16_t>(*c));
        name += u".tmp";
        if (name.size() >= MAX_PATH) return set_last_error(ERROR_BUFFER_OVERFLOW), 0;
        if (unique != 0) return give(name, out, MAX_PATH), number;
        HANDLE made = kernel32::CreateFileW(name.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW,
                                            FILE_ATTRIBUTE_NORMAL, nullptr);
        if (made != INVALID_HANDLE_VALUE) {
            (void)runtime().handles.close(made);
            return give(name, out, MAX_PATH), number;
        }
        if (last_error() != ERROR_FILE_EXISTS) return 0;
    }
    return set_last_error(ERROR_FILE_EXISTS), 0;
}

}  // namespace

DWORD kernel32::GetTempPathW(DWORD nBufferLength, LPWSTR lpBuffer) {
    return give(temp_path(), lpBuffer, lpBuffer ? nBufferLength : 0);
}

DWORD kernel32::GetTempPathA(DWORD nBufferLength, LPSTR lpBuffer) {
    return give(temp_path(), lpBuffer, lpBuffer ? nBufferLength : 0);
}

DWORD kernel32::GetTempPath2W(DWORD BufferLength, LPWSTR Buffer) { return GetTempPathW(BufferLength, Buffer); }
DWORD kernel32::GetTempPath2A(DWORD BufferLength, LPSTR Buffer) { return GetTempPathA(BufferLength, Buffer); }

UINT kernel32::GetTempFileNameW(LPCWSTR lpPathName, LPCWSTR lpPrefixString, UINT uUnique, LPWSTR lpTempFileName) {
    return temp_file_name(lpPathName, lpPrefixString, uUnique, lpTempFileName);
}

UINT kernel32::GetTempFileNameA(LPCSTR lpPathName, LPCSTR lpPrefixString, UINT uUnique, LPSTR lpTempFileName) {
    return temp_file_name(Wide(lpPathName), Wide(lpPrefixString), uUnique, lpTempFileName);
}

namespace {

std::u16string current_directory_text() {
    std::u16string text = file::current_directory();
    if (text.size() > 3 && text.back() == u'\\') text.pop_back();
    return text;
}

bool is_file(const std::u16string& path) {
    DWORD attributes = kernel32::GetFileAttributesW(path.c_str());
    return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY);
}

// The program's directory, the current one, the system's, and PATH.
std::u16string default_search_path() {
    const UNICODE_STRING& image = current_peb()->ProcessParameters->ImagePathName;
    std::u16string program(image.Buffer, image.Length / 2);
    std::u16string out = program.substr(0, std::min(program.rfind(u'\\'), program.size()));
    out += u";" + current_directory_text() + u";C:\\Windows\\System32;C:\\Windows\\System;C:\\Windows";
    auto* at = static_cast<const char16_t*>(current_peb()->ProcessParameters->Environment);
    while (at && *at) {
        std::u16string_view entry(at);
        if (entry.size() > 5 && equal_ignore_case(entry.substr(0, 5), u"PATH=")) {
            out += u";";
            out += entry.substr(5);
        }
        at += entry.size() + 1;
    }
    return out;
}

template <class Char>
DWORD search_path(LPCWSTR directories, LPCWSTR name, LPCWSTR extension, DWORD size, Char* buffer, Char** file_part) {
    if (!name || !*name) return set_last_error(ERROR_INVALID_PARAMETER), 0;
    std::u16string file(name);
    auto type = path::dos_path_type(file);
    bool absolute = type != path::DosPathType::kRelative;
    size_t last = file.find_last_of(u"\\/");
    bool has_extension = file.find(u'.', last == std::u16string::npos ? 0 : last) != std::u16string::npos;
    std::u16string found;
    auto try_in = [&](std::u16string_view directory) {
        std::u16string candidate(directory);
        if (!candidate.empty() && !path::is_separator(candidate.back())) candidate.push_back(u'\\');
        candidate += file;
        if (!has_extension && extension && is_file(candidate + extension)) candidate += extension;
        else if (!is_file(candidate)) return false;
        auto full = full_path_of(candidate.c_str());
        if (full.ok()) found = *full;
        return full.ok();
    };
    if (absolute || file.starts_with(u".\\") || file.starts_with(u"..\\")) {
        try_in(u"");
    } else {
        std::u16string list = directories ? std::u16string(directories) : default_search_path();
        std::u16string_view rest(list);
        while (found.empty() && !rest.empty()) {
            size_t end = std::min(rest.find(u';'), rest.size());
            std::u16string_view directory = rest.substr(0, end);
            if (!directory.empty() && try_in(directory)) break;
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    if (found.empty()) return set_last_error(ERROR_FILE_NOT_FOUND), 0;
    return full_path_name(found.c_str(), size, buffer, file_part);
}

}  // namespace

DWORD kernel32::SearchPathW(LPCWSTR lpPath, LPCWSTR lpFileName, LPCWSTR lpExtension, DWORD nBufferLength,
                            LPWSTR lpBuffer, LPWSTR* lpFilePart) {
    return search_path(lpPath, lpFileName, lpExtension, nBufferLength, lpBuffer, lpFilePart);
}

DWORD kernel32::SearchPathA(LPCSTR lpPath, LPCSTR lpFileName, LPCSTR lpExtension, DWORD nBufferLength, LPSTR lpBuffer,
                            LPSTR* lpFilePart) {
    return search_path(Wide(lpPath), Wide(lpFileName), Wide(lpExtension), nBufferLength, lpBuffer, lpFilePart);
}

DWORD kernel32::GetCurrentDirectoryW(DWORD nBufferLength, LPWSTR lpBuffer) {
    return give(current_directory_text(), lpBuffer, lpBuffer ? nBufferLength : 0);
}

DWORD kernel32::GetCurrentDirectoryA(DWORD nBufferLength, LPSTR lpBuffer) {
    return give(current_directory_text(), lpBuffer, lpBuffer ? nBufferLength : 0);
}

BOOL kernel32::SetCurrentDirectoryW(LPCWSTR lpPathName) {
    if (!lpPathName || !*lpPathName) return set_last_error(ERROR_INVALID_NAME), FALSE;
    return win32_result(file::set_current_directory(lpPathName).status());
}

BOOL kernel32::SetCurrentDirectoryA(LPCSTR lpPathName) { return SetCurrentDirectoryW(Wide(lpPathName)); }

BOOL kernel32::AreFileApisANSI() { return TRUE; }
void kernel32::SetFileApisToANSI() {}
// The OEM and the ANSI code page are one, UTF-8: nothing changes.
void kernel32::SetFileApisToOEM() {}

BOOL kernel32::NeedCurrentDirectoryForExePathW(LPCWSTR ExeName) {
    if (ExeName && std::u16string_view(ExeName).find(u'\\') != std::u16string_view::npos) return TRUE;
    auto* at = static_cast<const char16_t*>(current_peb()->ProcessParameters->Environment);
    while (at && *at) {
        std::u16string_view entry(at);
        if (equal_ignore_case(entry.substr(0, entry.find(u'=')), u"NoDefaultCurrentDirectoryInExePath")) return FALSE;
        at += entry.size() + 1;
    }
    return TRUE;
}

BOOL kernel32::NeedCurrentDirectoryForExePathA(LPCSTR ExeName) { return NeedCurrentDirectoryForExePathW(Wide(ExeName)); }
