// A job that reports to a completion port says who joins and who ends, and refuses more processes than it may have.
// "JOBOBJECT_ASSOCIATE_COMPLETION_PORT structure (winnt.h)", "JOBOBJECT_BASIC_LIMIT_INFORMATION structure (winnt.h)".
#include "check.h"

static PROCESS_INFORMATION start(const char* argument) {
    char command[600];
    GetModuleFileNameA(NULL, command + 1, 500);
    command[0] = '"';
    strcat(command, "\" ");
    strcat(command, argument);
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process = {0};
    CHECK(CreateProcessA(NULL, command, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup, &process));
    return process;
}

static void expect(HANDLE port, DWORD message, DWORD process) {
    DWORD got = 0;
    ULONG_PTR key = 0;
    OVERLAPPED* id = NULL;
    CHECK(GetQueuedCompletionStatus(port, &got, &key, &id, 10000));
    CHECK_EQ(got, message);
    CHECK_EQ(key, 77);
    if (process) CHECK_EQ((DWORD)(ULONG_PTR)id, process);
}

int main(int argc, char** argv) {
    if (argc > 1) return strcmp(argv[1], "crash") == 0 ? (int)0xC0000005 : 5;
    HANDLE job = CreateJobObjectW(NULL, NULL), port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    JOBOBJECT_ASSOCIATE_COMPLETION_PORT where = {(void*)77, port};
    CHECK(SetInformationJobObject(job, JobObjectAssociateCompletionPortInformation, &where, sizeof where));
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_ACTIVE_PROCESS;
    limits.BasicLimitInformation.ActiveProcessLimit = 2;
    CHECK(SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits));

    PROCESS_INFORMATION first = start("plain"), second = start("crash"), third = start("plain");
    CHECK(AssignProcessToJobObject(job, first.hProcess));
    expect(port, JOB_OBJECT_MSG_NEW_PROCESS, first.dwProcessId);
    CHECK(AssignProcessToJobObject(job, second.hProcess));
    expect(port, JOB_OBJECT_MSG_NEW_PROCESS, second.dwProcessId);
    CHECK(!AssignProcessToJobObject(job, third.hProcess));
    expect(port, JOB_OBJECT_MSG_ACTIVE_PROCESS_LIMIT, 0);
    TerminateProcess(third.hProcess, 1);

    ResumeThread(first.hThread);
    expect(port, JOB_OBJECT_MSG_EXIT_PROCESS, first.dwProcessId);
    DWORD code = 0;
    CHECK(GetExitCodeProcess(first.hProcess, &code) && code == 5);
    ResumeThread(second.hThread);
    expect(port, JOB_OBJECT_MSG_ABNORMAL_EXIT_PROCESS, second.dwProcessId);
    expect(port, JOB_OBJECT_MSG_ACTIVE_PROCESS_ZERO, 0);
    return check_result();
}
