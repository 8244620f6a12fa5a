"""Where io_uring is refused (by a seccomp filter, with either errno; for lack of memory that may be locked), programs run all the
same, on the other backend of the I/O engine, and `lsw doctor` says why."""

import errno
import os
import resource
import subprocess
import sys

import filters

LSW, GUESTS = sys.argv[1], sys.argv[2]
TESTS = ('kernel32.fileapi_overlapped', 'kernel32.ioapiset_completion_ports', 'kernel32.namedpipeapi_overlapped',
         'ws2_32.winsock2_overlapped')
IO_URING_CALLS = range(425, 428)  # setup, enter, register
failures = []


def no_locked_memory():
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))


def run(command, before):
    return subprocess.run([LSW, *command], preexec_fn=before, capture_output=True, text=True, timeout=100, check=False,
                          cwd=os.environ.get('TMPDIR', '/tmp'))


def under(what, before, refused):
    doctor = run(['doctor'], before).stdout
    if refused and 'blocking: ' not in doctor:
        failures.append(f'{what}: lsw doctor does not name the blocking backend')
    for test in TESTS:
        done = run(['exec', os.path.join(GUESTS, 'guest.' + test, test.split('.')[1] + '.exe')], before)
        if done.returncode:
            failures.append(f'{what}: {test}: exit code {done.returncode}: {done.stderr.strip()[-300:]}')


try:
    subprocess.run(['true'], preexec_fn=filters.refuse(IO_URING_CALLS, errno.EPERM), check=True)
except (OSError, subprocess.SubprocessError) as error:
    print('not tested: seccomp filters:', error)
else:
    under('refused with EPERM', filters.refuse(IO_URING_CALLS, errno.EPERM), True)
    under('refused with ENOSYS', filters.refuse(IO_URING_CALLS, errno.ENOSYS), True)
under('no locked memory', no_locked_memory, False)
for failure in failures:
    print(failure)
sys.exit(1 if failures else 0)
