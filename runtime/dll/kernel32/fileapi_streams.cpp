// fileapi.h: FindFirstStreamW and FindNextStreamW. What a stream is: core/file/alternate_stream.h.
#include <mutex>

#include "core/file/alternate_stream.h"
#include "dll/kernel32/file_support.h"
#include "dll/kernel32/find_object.h"
#include "dll/kernel32/streams.h"

using namespace lsw;
using namespace lsw::win32;

class lsw::win32::FindStreams final : public FindObject {
public:
    FindStreams* as_streams() override { return this; }

    std::mutex lock;
    std::vector<file::StreamEntry> entries;  // the file's own data has an empty name
    size_t next = 0;
};

namespace {

struct StreamData {  // WIN32_FIND_STREAM_DATA
    LARGE_INTEGER StreamSize;
    WCHAR cStreamName[MAX_PATH + 36];
};

Result<Ref<FindStreams>> start(LPCWSTR name) {
    Open how;
    how.access = FILE_READ_ATTRIBUTES;
    how.options = FILE_OPEN_FOR_BACKUP_INTENT;
    auto opened = open_path(name, how);
    if (!opened.ok()) return Status(opened.status());
    if (opened->file->stream()) return Status(STATUS_OBJECT_NAME_INVALID);
    auto info = LSW_TRY((*opened)->stat());
    auto find = make_object<FindStreams>();
    if (!info.is_directory()) find->entries.push_back({"", info.size_bytes});
    if (!(*opened)->is_builtin())
        for (auto& stream : file::streams_of((*opened)->fd())) find->entries.push_back(std::move(stream));
    return find;
}

BOOL give_next(FindStreams& find, LPVOID data) {
    file::StreamEntry entry;
    {
        std::lock_guard guard(find.lock);
        if (find.next >= find.entries.size()) return set_last_error(ERROR_HANDLE_EOF), FALSE;
        entry = find.entries[find.next++];
    }
    auto* out = static_cast<StreamData*>(data);
    out->StreamSize.QuadPart = static_cast<LONGLONG>(entry.size_bytes);
    give(u":" + utf16_from_linux(entry.name) + u":$DATA", out->cStreamName, MAX_PATH + 36);
    return TRUE;
}

}  // namespace

HANDLE kernel32::FindFirstStreamW(LPCWSTR lpFileName, ULONG InfoLevel, LPVOID lpFindStreamData, DWORD dwFlags) {
    if (InfoLevel != 0 || dwFlags != 0 || !lpFindStreamData)
        return set_last_error(ERROR_INVALID_PARAMETER), INVALID_HANDLE_VALUE;
    auto find = start(lpFileName);
    if (!find.ok()) return set_last_error_from(find.status()), INVALID_HANDLE_VALUE;
    if (!give_next(**find, lpFindStreamData)) return INVALID_HANDLE_VALUE;
    auto handle = runtime().handles.insert(std::move(*find), 0, false);
    if (!handle.ok()) return set_last_error_from(handle.status()), INVALID_HANDLE_VALUE;
    return *handle;
}

BOOL kernel32::FindNextStreamW(HANDLE hFindStream, LPVOID lpFindStreamData) {
    auto find = runtime().handles.get<FindObject>(hFindStream);
    FindStreams* streams = find.ok() ? (*find)->as_streams() : nullptr;
    if (!streams) return set_last_error(ERROR_INVALID_HANDLE), FALSE;
    return give_next(*streams, lpFindStreamData);
}
