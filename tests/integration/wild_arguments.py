"""Every function with arguments that make no sense: it returns or raises an exception, and the process works on. What ends the
process, waits or runs what it is given by its nature is left out, with the reason.

wild_arguments.py LSW PROGRAMS
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

LSW, PROGRAMS = (os.path.abspath(word) for word in sys.argv[1:3])
ROUNDS, TOGETHER, NOBODY, TIMEOUT_S = 24, 40, 65534, 300

LEFT_OUT = {
    "end the thread or the process": """
        ExitProcess TerminateProcess NtTerminateProcess RtlExitUserProcess ExitThread TerminateThread NtTerminateThread
        RtlExitUserThread FreeLibraryAndExitThread exit _exit _Exit abort quick_exit _c_exit _cexit _amsg_exit _endthread
        _endthreadex RaiseFailFastException FatalAppExitA FatalAppExitW FatalExit terminate ?terminate@@YAXXZ unexpected
        ?unexpected@@YAXXZ _purecall __std_terminate _CxxThrowException _invoke_watson _invalid_parameter_noinfo_noreturn
        __report_gsfailure _assert _wassert raise TerminateJobObject NtTerminateJobObject ExitWindowsEx""",
    "wait, for as long as they are told or until somebody acts": """
        Sleep SleepEx NtDelayExecution _sleep _Thrd_sleep _cwait WaitForSingleObject WaitForSingleObjectEx NtWaitForSingleObject
        NtWaitForAlertByThreadId NtWaitForKeyedEvent NtReleaseKeyedEvent WaitForMultipleObjects WaitForMultipleObjectsEx
        NtWaitForMultipleObjects SignalObjectAndWait WaitOnAddress RtlWaitOnAddress GetMessageW GetMessageA WaitMessage
        SleepConditionVariableSRW SleepConditionVariableCS RtlSleepConditionVariableSRW RtlSleepConditionVariableCS
        GetQueuedCompletionStatus GetQueuedCompletionStatusEx NtRemoveIoCompletion NtRemoveIoCompletionEx
        SuspendThread NtSuspendThread NtSuspendProcess WaitForDebugEvent WaitForDebugEventEx""",
    "are locks, which memory that says so is held by others": """
        RtlEnterCriticalSection EnterCriticalSection RtlAcquireSRWLockExclusive RtlAcquireSRWLockShared
        AcquireSRWLockExclusive AcquireSRWLockShared RtlRunOnceBeginInitialize RtlRunOnceExecuteOnce InitOnceBeginInitialize
        InitOnceExecuteOnce EnterSynchronizationBarrier DeleteSynchronizationBarrier _Lock_shared_ptr_spin_lock
        _Mtx_lock _Mtx_timedlock _Cnd_wait _Cnd_timedwait""",
    "run what they are given on another thread": """
        CreateThread CreateRemoteThread CreateRemoteThreadEx NtCreateThreadEx RtlCreateUserThread QueueUserWorkItem
        TrySubmitThreadpoolCallback _beginthread _beginthreadex SetTimer timeSetEvent CreateTimerQueueTimer
        RegisterWaitForSingleObject NotifyIpInterfaceChange NotifyUnicastIpAddressChange NotifyRouteChange2 QueueUserAPC NtQueueApcThread SetConsoleCtrlHandler signal""",
    "go on where they are told": """
        NtContinue RtlRestoreContext longjmp RtlUnwind RtlUnwindEx _local_unwind KiUserExceptionDispatcher NtRaiseException
        RtlRaiseException SwitchToFiber NtSetContextThread SetThreadContext""",
    "unmap the program, or send signals to whatever process group has the number": """
        UnmapViewOfFile UnmapViewOfFileEx UnmapViewOfFile2 NtUnmapViewOfSection NtUnmapViewOfSectionEx GenerateConsoleCtrlEvent""",
    "clear as much memory as they are told": "_aligned_recalloc _aligned_offset_recalloc",
}
SKIPPED = {name for names in LEFT_OUT.values() for name in names.split()}


def run(dll, names, room):
    """(exit code, what it printed), run as nobody where we may, so that it can harm nobody."""
    work = tempfile.mkdtemp(dir=room)
    os.chmod(work, 0o777)
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    try:
        done = subprocess.run([os.path.join(room, "lsw"), os.path.join(room, "wild_arguments.exe"), dll, str(ROUNDS), *names],
                              cwd=work, env={"HOME": work, "TMPDIR": work}, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=TIMEOUT_S, start_new_session=True, check=False, **user)
        return done.returncode, done.stderr.decode(errors="replace")
    except subprocess.TimeoutExpired as late:
        return "no end", (late.stderr or b"").decode(errors="replace")
    finally:
        shutil.rmtree(work, ignore_errors=True)


def check(dll, names, room):
    """The functions that fail by themselves: some do harm only to those that are called after them."""
    failed = []
    while names:
        code, printed = run(dll, names, room)
        if code == 0:
            break
        last = [line for line in printed.splitlines() if line in names][-1:] or names[:1]
        code, printed = run(dll, last, room)
        if code != 0:
            failed.append(f"{dll}!{last[0]}: {code}: {' | '.join(printed.splitlines()[1:3])}")
        names = names[names.index(last[0]) + 1:]
    return failed


def main():
    table = json.loads(subprocess.run([LSW, "api", "--format=json"], capture_output=True, check=True).stdout)
    room = tempfile.mkdtemp(prefix="lsw-wild-")
    os.chmod(room, 0o755)
    try:
        shutil.copy(LSW, room)
        shutil.copy(os.path.join(PROGRAMS, "wild_arguments.exe"), room)
        tasks, total = [], 0
        for module in table["modules"]:
            names = [row["name"] for row in module["exports"]
                     if row["kind"] == "function" and row["status"] != "stub" and row["name"] not in SKIPPED]
            total += len(names)
            tasks += [(module["dll"], names[at:at + TOGETHER], room) for at in range(0, len(names), TOGETHER)]
        with ThreadPoolExecutor(2) as pool:
            failed = [line for lines in pool.map(lambda task: check(*task), tasks) for line in lines]
    finally:
        shutil.rmtree(room, ignore_errors=True)
    print("\n".join(failed + [f"{total} functions, {len(failed)} failed"]))
    return 1 if failed or total < 1000 else 0


sys.exit(main())
