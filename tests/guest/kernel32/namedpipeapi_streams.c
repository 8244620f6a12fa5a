// What event loops rely on in byte pipes: a read of nothing that waits for data, giving up a thread's synchronous read,
// flushing, quotas, an end that lives on in a child. "ReadFile function" (a pipe), "CancelSynchronousIo function",
// "FlushFileBuffers function", "FILE_PIPE_LOCAL_INFORMATION structure", "GetNamedPipeServerProcessId function".
// flags: -lntdll
#include "check.h"

#include <winternl.h>

typedef struct {
    ULONG type, configuration, maximum, current, in_quota, readable, out_quota, writable, state, end;
} LocalInformation;
NTSTATUS NTAPI NtQueryInformationFile(HANDLE, PIO_STATUS_BLOCK, PVOID, ULONG, FILE_INFORMATION_CLASS);

static void make_pair(HANDLE* server, HANDLE* client, DWORD server_flags, DWORD client_flags, BOOL inherit) {
    static int serial;
    char name[80];
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, inherit};
    sprintf(name, "\\\\.\\pipe\\lsw-test-%lu-%d", GetCurrentProcessId(), serial++);
    *server = CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE | server_flags,
                               PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT, 1, 65536, 65536, 0, NULL);
    CHECK(*server != INVALID_HANDLE_VALUE);
    *client = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, &attributes, OPEN_EXISTING, client_flags, NULL);
    CHECK(*client != INVALID_HANDLE_VALUE);
}

static void zero_reads(void) {
    HANDLE server, client;
    char byte = 0;
    DWORD moved = 99;
    OVERLAPPED ended = {0};
    make_pair(&server, &client, FILE_FLAG_OVERLAPPED, 0, FALSE);
    ended.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    CHECK_LASTERROR(ReadFile(server, &byte, 0, NULL, &ended), ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(ended.hEvent, 20), WAIT_TIMEOUT);
    CHECK(WriteFile(client, "x", 1, &moved, NULL));
    CHECK(GetOverlappedResult(server, &ended, &moved, TRUE));
    CHECK_EQ(moved, 0);
    CHECK(PeekNamedPipe(server, NULL, 0, NULL, &moved, NULL) && moved == 1);
    ended.Offset = 0;
    CHECK(ReadFile(server, &byte, 1, NULL, &ended) || GetLastError() == ERROR_IO_PENDING);
    CHECK(GetOverlappedResult(server, &ended, &moved, TRUE) && moved == 1 && byte == 'x');
    // Nothing can come any more: the read of nothing says so.
    if (!ReadFile(server, &byte, 0, NULL, &ended)) CHECK_EQ(GetLastError(), ERROR_IO_PENDING);
    CloseHandle(client);
    CHECK_LASTERROR(GetOverlappedResult(server, &ended, &moved, TRUE), ERROR_BROKEN_PIPE);
    CloseHandle(ended.hEvent);
    CloseHandle(server);
}

static DWORD WINAPI blocked_reader(void* pipe) {
    char byte;
    DWORD moved;
    SetLastError(0);
    if (ReadFile(pipe, &byte, 1, &moved, NULL)) return 0;
    return GetLastError();
}

static void synchronous_cancellation(void) {
    HANDLE server, client, thread;
    DWORD code = 0;
    make_pair(&server, &client, FILE_FLAG_OVERLAPPED, 0, FALSE);
    thread = CreateThread(NULL, 0, blocked_reader, client, 0, NULL);
    while (!CancelSynchronousIo(thread)) {
        CHECK_EQ(GetLastError(), ERROR_NOT_FOUND);
        if (WaitForSingleObject(thread, 1) == WAIT_OBJECT_0) break;
    }
    CHECK_EQ(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code));
    CHECK_EQ(code, ERROR_OPERATION_ABORTED);
    CHECK_LASTERROR(CancelSynchronousIo(GetCurrentThread()), ERROR_NOT_FOUND);
    CloseHandle(thread);
    CloseHandle(client);
    CloseHandle(server);
}

static DWORD WINAPI slow_reader(void* pipe) {
    char text[8];
    DWORD moved;
    Sleep(50);
    return ReadFile(pipe, text, sizeof text, &moved, NULL) ? moved : 0;
}

static void flushing_and_quotas(void) {
    HANDLE server, client, thread;
    LocalInformation before, full;
    IO_STATUS_BLOCK block;
    DWORD moved, code = 0;
    ULONG pid = 0;
    make_pair(&server, &client, 0, 0, FALSE);
    CHECK_EQ(NtQueryInformationFile(server, &block, &before, sizeof before, 24), 0);
    CHECK_EQ(before.state, 3);
    CHECK_EQ(before.end, 1);
    CHECK_EQ(before.configuration, 2);
    CHECK_EQ(before.out_quota, before.writable);
    CHECK(WriteFile(server, "12345678", 8, &moved, NULL));
    CHECK_EQ(NtQueryInformationFile(server, &block, &full, sizeof full, 24), 0);
    CHECK(full.writable < full.out_quota);
    CHECK_EQ(NtQueryInformationFile(client, &block, &full, sizeof full, 24), 0);
    CHECK_EQ(full.readable, 8);
    CHECK_EQ(full.end, 0);
    thread = CreateThread(NULL, 0, slow_reader, client, 0, NULL);
    CHECK(FlushFileBuffers(server));
    CHECK_EQ(NtQueryInformationFile(server, &block, &full, sizeof full, 24), 0);
    CHECK_EQ(full.out_quota, full.writable);
    WaitForSingleObject(thread, INFINITE);
    CHECK(GetExitCodeThread(thread, &code) && code == 8);
    CHECK(GetNamedPipeClientProcessId(server, &pid) && pid == GetCurrentProcessId());
    CHECK(GetNamedPipeServerProcessId(client, &pid) && pid == GetCurrentProcessId());
    CHECK(CloseHandle(client));
    CHECK_EQ(NtQueryInformationFile(server, &block, &full, sizeof full, 24), 0);
    CHECK_EQ(full.state, 4);
    CloseHandle(thread);
    CloseHandle(server);
}

// The child writes after this process has closed its own handle to the end.
static void end_in_a_child(void) {
    HANDLE server, client;
    STARTUPINFOA info = {0};
    PROCESS_INFORMATION child;
    char self[MAX_PATH + 20], text[16] = "";
    DWORD moved = 0, code = 99;
    make_pair(&server, &client, 0, 0, TRUE);
    self[0] = '"';
    GetModuleFileNameA(NULL, self + 1, MAX_PATH);
    strcat(self, "\" child");
    info.cb = sizeof info;
    info.dwFlags = STARTF_USESTDHANDLES;
    info.hStdInput = info.hStdError = info.hStdOutput = client;
    CHECK(CreateProcessA(NULL, self, NULL, NULL, TRUE, 0, NULL, NULL, &info, &child));
    CHECK(CloseHandle(client));
    CHECK(WriteFile(server, "go", 2, &moved, NULL));
    CHECK(ReadFile(server, text, sizeof text, &moved, NULL));
    CHECK_EQ(moved, 5);
    CHECK(memcmp(text, "child", 5) == 0);
    CHECK_LASTERROR(ReadFile(server, text, sizeof text, &moved, NULL), ERROR_BROKEN_PIPE);
    WaitForSingleObject(child.hProcess, INFINITE);
    CHECK(GetExitCodeProcess(child.hProcess, &code) && code == 0);
    CloseHandle(child.hProcess);
    CloseHandle(child.hThread);
    CloseHandle(server);
}

int main(int argc, char** argv) {
    char text[4];
    DWORD moved;
    if (argc > 1) {
        (void)argv;
        if (!ReadFile(GetStdHandle(STD_INPUT_HANDLE), text, 2, &moved, NULL)) return 1;
        return !WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), "child", 5, &moved, NULL);
    }
    zero_reads();
    synchronous_cancellation();
    flushing_and_quotas();
    end_in_a_child();
    return check_result();
}
