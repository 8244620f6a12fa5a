// The last handle of a job goes with the process that holds it, however that ends: members of a job that is killed on close
// end then. "Job Objects", "JOBOBJECT_BASIC_LIMIT_INFORMATION structure (winnt.h)".
#include "check.h"

static PROCESS_INFORMATION start(const char* argument, DWORD flags, HANDLE output) {
    char command[600];
    GetModuleFileNameA(NULL, command + 1, 500);
    command[0] = '"';
    strcat(command, "\" ");
    strcat(command, argument);
    STARTUPINFOA startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES, .hStdOutput = output};
    PROCESS_INFORMATION process = {0};
    CHECK(CreateProcessA(NULL, command, NULL, NULL, TRUE, flags, NULL, NULL, &startup, &process));
    return process;
}

// Starts two members, one of them before the job is killed on close, and one that is not; tells their ids.
static int own(const char* way) {
    HANDLE job = CreateJobObjectW(NULL, NULL);
    PROCESS_INFORMATION members[3];
    for (int i = 0; i < 3; ++i) members[i] = start("member", CREATE_SUSPENDED, NULL);
    CHECK(AssignProcessToJobObject(job, members[0].hProcess));
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    CHECK(SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits));
    CHECK(AssignProcessToJobObject(job, members[1].hProcess));
    DWORD ids[3], done;
    for (int i = 0; i < 3; ++i) {
        ResumeThread(members[i].hThread);
        ids[i] = members[i].dwProcessId;
    }
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), ids, sizeof ids, &done, NULL);
    if (strcmp(way, "returns") == 0) return 0;
    if (strcmp(way, "crashes") == 0) *(volatile int*)8 = 1;
    Sleep(INFINITE);
    return 0;
}

static void check_way(const char* way) {
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    HANDLE reading, writing;
    CHECK(CreatePipe(&reading, &writing, &inherited, 0));
    SetHandleInformation(reading, HANDLE_FLAG_INHERIT, 0);
    SetErrorMode(SEM_NOGPFAULTERRORBOX);
    PROCESS_INFORMATION owner = start(way, 0, writing);
    CloseHandle(writing);
    DWORD ids[3] = {0}, got = 0;
    CHECK(ReadFile(reading, ids, sizeof ids, &got, NULL) && got == sizeof ids);
    HANDLE members[3];
    for (int i = 0; i < 3; ++i) members[i] = OpenProcess(SYNCHRONIZE | PROCESS_TERMINATE, FALSE, ids[i]);
    if (strcmp(way, "killed") == 0) CHECK(TerminateProcess(owner.hProcess, 9));
    CHECK_EQ(WaitForSingleObject(owner.hProcess, 20000), WAIT_OBJECT_0);
    // Members that ended before they could be opened have no handle.
    for (int i = 0; i < 2; ++i) CHECK(!members[i] || WaitForSingleObject(members[i], 20000) == WAIT_OBJECT_0);
    CHECK(members[2] && WaitForSingleObject(members[2], 50) == WAIT_TIMEOUT);
    CHECK(TerminateProcess(members[2], 0));
    CHECK_EQ(WaitForSingleObject(members[2], 20000), WAIT_OBJECT_0);
}

int main(int argc, char** argv) {
    if (argc > 1 && strcmp(argv[1], "member") == 0) Sleep(60000);
    if (argc > 1) return own(argv[1]);
    check_way("killed");
    check_way("returns");
    check_way("crashes");
    return check_result();
}
