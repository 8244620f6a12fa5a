// namedpipeapi.h: pipes. The work is in core/pipe.
#include <string>

#include "base/text.h"
#include "core/pipe/named_pipe.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "core/wait/wait_handles.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

Ref<PipeObject> pipe_of(HANDLE handle) {
    auto object = runtime().handles.get<IoObject>(handle);
    PipeObject* pipe = object.ok() ? (*object)->as_pipe() : nullptr;
    if (!pipe) set_last_error(object.ok() ? ERROR_INVALID_FUNCTION : ERROR_INVALID_HANDLE);
    return Ref<PipeObject>::share(pipe);
}

// \\.\pipe\NAME (any case, also with slashes) -> NAME; empty for anything else.
std::u16string_view pipe_name(std::u16string_view path) {
    constexpr std::u16string_view kPrefix = u"\\\\.\\PIPE\\";
    if (path.size() <= kPrefix.size()) return {};
    for (size_t i = 0; i < kPrefix.size(); ++i) {
        char16_t unit = path[i] == u'/' ? u'\\' : upcase(path[i]);
        if (i == 2 && unit == u'?') unit = u'.';
        if (unit != kPrefix[i]) return {};
    }
    return path.substr(kPrefix.size());
}

HANDLE insert(Ref<PipeObject> pipe, ACCESS_MASK access, LPSECURITY_ATTRIBUTES attributes) {
    auto handle =
        runtime().handles.insert(std::move(pipe), access, attributes && attributes->bInheritHandle);
    if (handle.ok()) return *handle;
    set_last_error_from(handle.status());
    return INVALID_HANDLE_VALUE;
}

constexpr ACCESS_MASK kReadAccess = 0x00120089,
                      kWriteAccess = 0x00120116;  // FILE_GENERIC_READ, FILE_GENERIC_WRITE

IoRequest request_of(LPOVERLAPPED overlapped) {
    IoRequest request;
    request.status_block = reinterpret_cast<IO_STATUS_BLOCK*>(overlapped);
    request.event =
        reinterpret_cast<HANDLE>(reinterpret_cast<uintptr_t>(overlapped->hEvent) & ~uintptr_t{1});
    // A set low bit asks for no packet at the completion port ("GetQueuedCompletionStatus
    // function").
    request.context = reinterpret_cast<uintptr_t>(overlapped->hEvent) & 1 ? nullptr : overlapped;
    return request;
}

}  // namespace

BOOL kernel32::CreatePipe(PHANDLE hReadPipe, PHANDLE hWritePipe,
                          LPSECURITY_ATTRIBUTES lpPipeAttributes, DWORD nSize) {
    auto ends = create_pipe(nSize);
    if (!ends.ok()) return set_last_error_from(ends.status());
    HANDLE read = insert(std::move(ends->first), kReadAccess, lpPipeAttributes);
    if (read == INVALID_HANDLE_VALUE) return FALSE;
    HANDLE write = insert(std::move(ends->second), kWriteAccess, lpPipeAttributes);
    if (write == INVALID_HANDLE_VALUE) return (void)runtime().handles.close(read), FALSE;
    *hReadPipe = read;
    *hWritePipe = write;
    return TRUE;
}

BOOL kernel32::PeekNamedPipe(HANDLE hNamedPipe, LPVOID lpBuffer, DWORD nBufferSize,
                             LPDWORD lpBytesRead, LPDWORD lpTotalBytesAvail,
                             LPDWORD lpBytesLeftThisMessage) {
    auto pipe = pipe_of(hNamedPipe);
    if (!pipe) return FALSE;
    auto seen = pipe->peek(lpBuffer, lpBuffer ? nBufferSize : 0);
    if (!seen.ok()) return set_last_error_from(seen.status());
    if (lpBytesRead) *lpBytesRead = seen->copied;
    if (lpTotalBytesAvail) *lpTotalBytesAvail = seen->available;
    if (lpBytesLeftThisMessage) *lpBytesLeftThisMessage = seen->left_in_message;
    return TRUE;
}

HANDLE kernel32::CreateNamedPipeW(LPCWSTR lpName, DWORD dwOpenMode, DWORD dwPipeMode,
                                  DWORD nMaxInstances, DWORD nOutBufferSize, DWORD nInBufferSize,
                                  DWORD nDefaultTimeOut,
                                  LPSECURITY_ATTRIBUTES lpSecurityAttributes) {
    std::u16string_view name = pipe_name(lpName ? lpName : u"");
    DWORD error = name.empty() ? ERROR_INVALID_NAME
                  : !(dwOpenMode & 3) || nMaxInstances == 0 || nMaxInstances > 255 ||
                          (dwPipeMode & 2 && !(dwPipeMode & 4))
                      ? ERROR_INVALID_PARAMETER
                      : ERROR_SUCCESS;
    if (error) return set_last_error(error), INVALID_HANDLE_VALUE;
    auto pipe = create_named_pipe(name, {dwOpenMode, dwPipeMode, nMaxInstances, nOutBufferSize,
                                         nInBufferSize, nDefaultTimeOut});
    if (!pipe.ok()) return set_last_error_from(pipe.status()), INVALID_HANDLE_VALUE;
    ACCESS_MASK access = (dwOpenMode & 1 ? kReadAccess : 0) | (dwOpenMode & 2 ? kWriteAccess : 0);
    return insert(std::move(*pipe), access, lpSecurityAttributes);
}

HANDLE kernel32::CreateNamedPipeA(LPCSTR lpName, DWORD dwOpenMode, DWORD dwPipeMode,
                                  DWORD nMaxInstances, DWORD nOutBufferSize, DWORD nInBufferSize,
                                  DWORD nDefaultTimeOut,
                                  LPSECURITY_ATTRIBUTES lpSecurityAttributes) {
    return CreateNamedPipeW(utf16_from_utf8(lpName ? lpName : "").c_str(), dwOpenMode, dwPipeMode,
                            nMaxInstances, nOutBufferSize, nInBufferSize, nDefaultTimeOut,
                            lpSecurityAttributes);
}

// A synchronous handle waits here for its client, by an event of its own.
BOOL kernel32::ConnectNamedPipe(HANDLE hNamedPipe, LPOVERLAPPED lpOverlapped) {
    auto pipe = pipe_of(hNamedPipe);
    if (!pipe) return FALSE;
    if (lpOverlapped && !pipe->is_synchronous()) {
        NTSTATUS status = pipe->begin_connect(request_of(lpOverlapped));
        return status == STATUS_SUCCESS ? TRUE : set_last_error_from(status);
    }
    IO_STATUS_BLOCK block{};
    IoRequest request;
    request.status_block = &block;
    auto event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    request.event = event;
    NTSTATUS status = pipe->begin_connect(request);
    if (status == STATUS_PENDING) {
        wait_for_handle(event, false, kForever);
        status = block.Status;
    }
    CloseHandle(event);
    return status == STATUS_SUCCESS ? TRUE : set_last_error_from(status);
}

BOOL kernel32::DisconnectNamedPipe(HANDLE hNamedPipe) {
    auto pipe = pipe_of(hNamedPipe);
    return pipe ? win32_result(pipe->disconnect()) : FALSE;
}

BOOL kernel32::SetNamedPipeHandleState(HANDLE hNamedPipe, LPDWORD lpMode, LPDWORD, LPDWORD) {
    auto pipe = pipe_of(hNamedPipe);
    if (!pipe && GetLastError() == ERROR_INVALID_FUNCTION) set_last_error(ERROR_INVALID_PARAMETER);
    if (!pipe) return FALSE;
    return lpMode ? win32_result(pipe->set_modes(*lpMode & 2, *lpMode & 1)) : TRUE;
}

BOOL kernel32::GetNamedPipeHandleStateW(HANDLE hNamedPipe, LPDWORD lpState, LPDWORD lpCurInstances,
                                        LPDWORD lpMaxCollectionCount, LPDWORD lpCollectDataTimeout,
                                        LPWSTR lpUserName, DWORD nMaxUserNameSize) {
    auto pipe = pipe_of(hNamedPipe);
    if (!pipe) return FALSE;
    if (lpState)
        *lpState = (pipe->flags() & PipeObject::kMessageRead ? 2 : 0) |
                   (pipe->flags() & PipeObject::kNonblocking ? 1 : 0);
    if (lpCurInstances) *lpCurInstances = pipe->server() ? pipe->server()->instances() : 1;
    if (lpMaxCollectionCount) *lpMaxCollectionCount = 0;
    if (lpCollectDataTimeout) *lpCollectDataTimeout = 0;
    if (lpUserName && nMaxUserNameSize) *lpUserName = 0;
    return TRUE;
}

BOOL kernel32::GetNamedPipeHandleStateA(HANDLE hNamedPipe, LPDWORD lpState, LPDWORD lpCurInstances,
                                        LPDWORD lpMaxCollectionCount, LPDWORD lpCollectDataTimeout,
                                        LPSTR lpUserName, DWORD nMaxUserNameSize) {
    if (lpUserName && nMaxUserNameSize) *lpUserName = 0;
    return GetNamedPipeHandleStateW(hNamedPipe, lpState, lpCurInstances, lpMaxCollectionCount,
                                    lpCollectDataTimeout, nullptr, 0);
}

BOOL kernel32::GetNamedPipeInfo(HANDLE hNamedPipe, LPDWORD lpFlags, LPDWORD lpOutBufferSize,
                                LPDWORD lpInBufferSize, LPDWORD lpMaxInstances) {
    auto pipe = pipe_of(hNamedPipe);
    if (!pipe) return FALSE;
    PipeServer* server = pipe->server();
    if (lpFlags)
        *lpFlags = (pipe->flags() & PipeObject::kServerEnd ? 1 : 0) |
                   (pipe->flags() & PipeObject::kMessageType ? 4 : 0);
    if (lpOutBufferSize) *lpOutBufferSize = server ? server->settings().out_buffer_bytes : 65536;
    if (lpInBufferSize) *lpInBufferSize = server ? server->settings().in_buffer_bytes : 65536;
    if (lpMaxInstances) *lpMaxInstances = server ? server->settings().maximum_instances : 255;
    return TRUE;
}

BOOL kernel32::WaitNamedPipeW(LPCWSTR lpNamedPipeName, DWORD nTimeOut) {
    std::u16string_view name = pipe_name(lpNamedPipeName ? lpNamedPipeName : u"");
    if (name.empty()) return fail(ERROR_INVALID_NAME);
    return win32_result(wait_named_pipe(name, nTimeOut).status());
}

BOOL kernel32::WaitNamedPipeA(LPCSTR lpNamedPipeName, DWORD nTimeOut) {
    return WaitNamedPipeW(utf16_from_utf8(lpNamedPipeName ? lpNamedPipeName : "").c_str(),
                          nTimeOut);
}

BOOL kernel32::TransactNamedPipe(HANDLE hNamedPipe, LPVOID lpInBuffer, DWORD nInBufferSize,
                                 LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesRead,
                                 LPOVERLAPPED lpOverlapped) {
    auto pipe = pipe_of(hNamedPipe);
    if (!pipe) return FALSE;
    if (!(pipe->flags() & PipeObject::kMessageRead)) return fail(ERROR_BAD_PIPE);
    DWORD moved = 0;
    if (!WriteFile(hNamedPipe, lpInBuffer, nInBufferSize, &moved, nullptr)) return FALSE;
    return ReadFile(hNamedPipe, lpOutBuffer, nOutBufferSize, lpBytesRead, lpOverlapped);
}

BOOL kernel32::CallNamedPipeW(LPCWSTR lpNamedPipeName, LPVOID lpInBuffer, DWORD nInBufferSize,
                              LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesRead,
                              DWORD nTimeOut) {
    if (!WaitNamedPipeW(lpNamedPipeName, nTimeOut)) return FALSE;
    auto client = open_named_pipe(pipe_name(lpNamedPipeName), kReadAccess | kWriteAccess, false);
    if (!client.ok()) return set_last_error_from(client.status());
    (void)(*client)->set_modes(true, false);
    auto put = (*client)->write(lpInBuffer, nInBufferSize, kCurrentPosition);
    if (!put.ok()) return set_last_error_from(put.status());
    uint64_t moved;
    NTSTATUS status = (*client)->read_here(lpOutBuffer, nOutBufferSize, &moved);
    *lpBytesRead = static_cast<DWORD>(moved);
    return status == STATUS_SUCCESS ? TRUE : set_last_error_from(status);
}

BOOL kernel32::CallNamedPipeA(LPCSTR lpNamedPipeName, LPVOID lpInBuffer, DWORD nInBufferSize,
                              LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesRead,
                              DWORD nTimeOut) {
    return CallNamedPipeW(utf16_from_utf8(lpNamedPipeName ? lpNamedPipeName : "").c_str(),
                          lpInBuffer, nInBufferSize, lpOutBuffer, nOutBufferSize, lpBytesRead,
                          nTimeOut);
}
