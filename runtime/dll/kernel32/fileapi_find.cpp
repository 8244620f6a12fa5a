// fileapi.h: FindFirstFile and its family.
#include "core/file/directory.h"
#include "core/path/at.h"
#include "core/path/name_map.h"
#include "core/path/wildcard.h"
#include "dll/kernel32/file_support.h"
#include "dll/kernel32/find_object.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;
using namespace lsw::win32;

// A directory being listed, or the one file that a pattern without wildcards named.
class lsw::win32::FindFiles final : public FindObject {
public:
    FindFiles* as_files() override { return this; }

    Result<const file::DirectoryScan::Entry*> next() {
        if (!scan) {
            if (single_done) return Status(STATUS_NO_MORE_FILES);
            single_done = true;
            return &single;
        }
        if (started) scan->advance();
        started = true;
        return scan->current(directory->as_file()->fd());
    }

    std::mutex lock;
    Ref<IoObject> directory;
    std::unique_ptr<file::DirectoryScan> scan;
    bool started = false;
    file::DirectoryScan::Entry single;
    std::u16string single_name;
    bool single_done = false;
};

namespace {

template <class Data>
void fill_common(Data& out, const file::FileStat& info) {
    out.dwFileAttributes = info.attributes;
    out.ftCreationTime = filetime(info.creation_time);
    out.ftLastAccessTime = filetime(info.access_time);
    out.ftLastWriteTime = filetime(info.write_time);
    out.nFileSizeHigh = static_cast<DWORD>(info.size_bytes >> 32);
    out.nFileSizeLow = static_cast<DWORD>(info.size_bytes);
    out.dwReserved0 = info.reparse_tag;
    out.dwReserved1 = 0;
    out.cFileName[0] = 0;
    out.cAlternateFileName[0] = 0;
}

template <class Data>
void fill(Data& out, const file::DirectoryScan::Entry& entry) {
    fill_common(out, entry.stat);
    give(entry.name, out.cFileName, MAX_PATH);
}

// Splits "dir\pattern" as the program wrote it: normalising first would lose the dots that patterns live by.
struct Pattern {
    std::u16string directory;
    std::u16string last;
};
Pattern split(std::u16string_view text) {
    size_t at = text.size();
    while (at > 0 && !path::is_separator(text[at - 1]) && !(at == 2 && text[1] == u':')) --at;
    return {std::u16string(text.substr(0, at)), std::u16string(text.substr(at))};
}

Result<Ref<FindFiles>> find_single(LPCWSTR name) {
    path::Target target = LSW_TRY(target_of(name));
    if (target.wants_directory) return Status(STATUS_NO_SUCH_FILE);
    auto find = make_object<FindFiles>();
    find->single.stat = LSW_TRY(file::query_path(target));
    if (target.kind != path::Target::kFile) {
        find->single_name = target.rest;
        find->single.name = find->single_name;
        return find;
    }
    std::string linux_path = LSW_TRY(file::existing_path(target));
    find->single_name = path::windows_name_from_linux(path::name_of(linux_path));
    find->single.name = find->single_name;
    return find;
}

Result<Ref<FindFiles>> find_matching(const Pattern& pattern) {
    Open how;
    how.access = FILE_LIST_DIRECTORY | SYNCHRONIZE;
    how.options = FILE_DIRECTORY_FILE | FILE_OPEN_FOR_BACKUP_INTENT;
    auto opened = open_path(pattern.directory.empty() ? u"." : pattern.directory.c_str(), how);
    if (!opened.ok()) {
        bool missing = opened.status() == STATUS_OBJECT_NAME_NOT_FOUND;
        return Status(missing ? STATUS_OBJECT_PATH_NOT_FOUND : opened.status());
    }
    file::FileObject& directory = *opened->file;
    auto find = make_object<FindFiles>();
    std::u16string expression = path::expression_from_find_pattern(pattern.last);
    find->scan = LSW_TRY(file::DirectoryScan::read(directory.fd(), directory.opened_path(), expression, true));
    if (find->scan->is_empty()) return Status(STATUS_NO_SUCH_FILE);
    find->directory = std::move(opened->keeps);
    return find;
}

Result<Ref<FindFiles>> start_find(LPCWSTR name) {
    if (!name || !*name) return Status(STATUS_OBJECT_PATH_NOT_FOUND);
    Pattern pattern = split(name);
    if (path::has_wildcards(pattern.last)) return find_matching(pattern);
    return find_single(name);
}

template <class Data>
HANDLE find_first(LPCWSTR name, Data* data) {
    auto find = start_find(name);
    if (!find.ok()) return set_last_error_from(find.status()), INVALID_HANDLE_VALUE;
    auto entry = (*find)->next();
    if (!entry.ok()) return set_last_error(ERROR_FILE_NOT_FOUND), INVALID_HANDLE_VALUE;
    fill(*data, **entry);
    auto handle = runtime().handles.insert(std::move(*find), 0, false);
    if (!handle.ok()) return set_last_error_from(handle.status()), INVALID_HANDLE_VALUE;
    return *handle;
}

template <class Data>
BOOL find_next(HANDLE handle, Data* data) {
    auto find = runtime().handles.get<FindObject>(handle);
    FindFiles* files = find.ok() ? (*find)->as_files() : nullptr;
    if (!files) return set_last_error(ERROR_INVALID_HANDLE), FALSE;
    file::DirectoryScan::Entry found;  // guest memory is written without the lock
    {
        std::lock_guard guard(files->lock);
        auto entry = files->next();
        if (!entry.ok()) return set_last_error_from(entry.status());
        found = **entry;  // the name lives as long as `find`
    }
    fill(*data, found);
    return TRUE;
}

}  // namespace

HANDLE kernel32::FindFirstFileExW(LPCWSTR lpFileName, DWORD fInfoLevelId, LPVOID lpFindFileData, DWORD fSearchOp,
                                  LPVOID lpSearchFilter, DWORD) {
    if (fInfoLevelId > 1 || fSearchOp > 2 || lpSearchFilter)
        return set_last_error(ERROR_INVALID_PARAMETER), INVALID_HANDLE_VALUE;
    return find_first(lpFileName, static_cast<WIN32_FIND_DATAW*>(lpFindFileData));
}

HANDLE kernel32::FindFirstFileExA(LPCSTR lpFileName, DWORD fInfoLevelId, LPVOID lpFindFileData, DWORD fSearchOp,
                                  LPVOID lpSearchFilter, DWORD) {
    if (fInfoLevelId > 1 || fSearchOp > 2 || lpSearchFilter)
        return set_last_error(ERROR_INVALID_PARAMETER), INVALID_HANDLE_VALUE;
    return find_first(Wide(lpFileName), static_cast<WIN32_FIND_DATAA*>(lpFindFileData));
}

HANDLE kernel32::FindFirstFileW(LPCWSTR lpFileName, LPWIN32_FIND_DATAW lpFindFileData) {
    return find_first(lpFileName, lpFindFileData);
}

HANDLE kernel32::FindFirstFileA(LPCSTR lpFileName, LPWIN32_FIND_DATAA lpFindFileData) {
    return find_first(Wide(lpFileName), lpFindFileData);
}

BOOL kernel32::FindNextFileW(HANDLE hFindFile, LPWIN32_FIND_DATAW lpFindFileData) {
    return find_next(hFindFile, lpFindFileData);
}

BOOL kernel32::FindNextFileA(HANDLE hFindFile, LPWIN32_FIND_DATAA lpFindFileData) {
    return find_next(hFindFile, lpFindFileData);
}

BOOL kernel32::FindClose(HANDLE hFindFile) {
    auto find = runtime().handles.get<FindObject>(hFindFile);
    if (!find.ok()) return set_last_error(ERROR_INVALID_HANDLE), FALSE;
    return win32_result(runtime().handles.close(hFindFile).status());
}
