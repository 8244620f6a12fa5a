// fileapi.h: change notifications. As on Windows they are handles of the directory itself, opened for overlapped use, with a
// request for changes that has no buffer: the handle is signalled when that request ends.
#include "dll/kernel32/change_notification.h"
#include "dll/kernel32/file_support.h"

using namespace lsw;
using namespace lsw::win32;

namespace {

// Requests write here what nobody reads; the process' one, as on Windows.
IO_STATUS_BLOCK& unread_answer() {
    static IO_STATUS_BLOCK answer;
    return answer;
}

NTSTATUS ask(HANDLE handle, DWORD filter, BOOL subtree) {
    auto directory = file_object(handle, FILE_LIST_DIRECTORY);
    if (!directory.ok()) return directory.status();
    IoRequest request;
    request.status_block = &unread_answer();
    return (*directory)->notify_change(request, nullptr, 0, filter, subtree != FALSE);
}

}  // namespace

HANDLE kernel32::FindFirstChangeNotificationW(LPCWSTR lpPathName, BOOL bWatchSubtree, DWORD dwNotifyFilter) {
    constexpr DWORD kEverybody = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    HANDLE handle = CreateFileW(lpPathName, FILE_LIST_DIRECTORY | SYNCHRONIZE, kEverybody, nullptr, OPEN_EXISTING,
                                FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED, nullptr);
    if (handle == INVALID_HANDLE_VALUE) return handle;
    NTSTATUS status = ask(handle, dwNotifyFilter, bWatchSubtree);
    if (NT_SUCCESS(status)) return handle;
    CloseHandle(handle);
    set_last_error_from(status);
    return INVALID_HANDLE_VALUE;
}

HANDLE kernel32::FindFirstChangeNotificationA(LPCSTR lpPathName, BOOL bWatchSubtree, DWORD dwNotifyFilter) {
    return FindFirstChangeNotificationW(Wide(lpPathName), bWatchSubtree, dwNotifyFilter);
}

// The filter is that of the first request; what changed between the two is told at once.
BOOL kernel32::FindNextChangeNotification(HANDLE hChangeHandle) {
    NTSTATUS status = ask(hChangeHandle, FILE_NOTIFY_CHANGE_FILE_NAME, FALSE);
    return NT_SUCCESS(status) ? TRUE : set_last_error_from(status);
}

BOOL kernel32::FindCloseChangeNotification(HANDLE hChangeHandle) { return CloseHandle(hChangeHandle); }
