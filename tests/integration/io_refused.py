"""Where io_uring is refused (by a seccomp filter, with either errno; for lack of memory that may be locked), programs run all the
same, on the other backend of the I/O engine, and `lsw doctor` says why."""

import ctypes
import errno
import os
import resource
import struct
import subprocess
import sys

LSW, GUESTS = sys.argv[1], sys.argv[2]
TESTS = ('kernel32.fileapi_overlapped', 'kernel32.ioapiset_completion_ports', 'kernel32.namedpipeapi_overlapped',
         'ws2_32.winsock2_overlapped')
IO_URING_CALLS = range(425, 428)  # setup, enter, register
ALLOW, FAIL = 0x7FFF0000, 0x00050000
failures = []


def refuse(error):
    """A filter in which these calls fail, for the process that is about to be executed."""
    def instruction(code, true, false, value):
        return struct.pack('HBBI', code, true, false, value)
    program = [instruction(0x20, 0, 0, 0)]  # the number of the call
    for at, number in enumerate(IO_URING_CALLS):
        program.append(instruction(0x15, len(IO_URING_CALLS) - at, 0, number))
    program += [instruction(0x06, 0, 0, ALLOW), instruction(0x06, 0, 0, FAIL | error)]
    code = ctypes.create_string_buffer(b''.join(program))
    head = struct.pack('HxxxxxxQ', len(program), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    def install():
        if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, head, 0, 0):  # no new privileges; seccomp filter
            raise OSError(ctypes.get_errno(), 'no seccomp filter')
        return code  # stays alive
    return install


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
    subprocess.run(['true'], preexec_fn=refuse(errno.EPERM), check=True)
except (OSError, subprocess.SubprocessError) as error:
    print('not tested: seccomp filters:', error)
else:
    under('refused with EPERM', refuse(errno.EPERM), True)
    under('refused with ENOSYS', refuse(errno.ENOSYS), True)
under('no locked memory', no_locked_memory, False)
for failure in failures:
    print(failure)
sys.exit(1 if failures else 0)
