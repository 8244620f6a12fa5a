"""System calls per operation of the figures of a program: counted by the kernel (a perf event on raw_syscalls:sys_enter)
while the program says that it works on a figure (--operations in ci/benchmarks/bench.h). Nothing is traced or stopped, so
batches are as large as they are otherwise."""

import ctypes
import os
import struct
import subprocess
from pathlib import Path

from . import process
from .suites import Benchmark, InDirectory, Reading, Round, Unavailable

PERF_EVENT_OPEN = 298  # x86-64
TRACEPOINT = 2
DISABLED_UNTIL_EXEC = 1 << 0 | 1 << 12  # disabled, enable_on_exec
INHERIT = 1 << 1


def _tracepoint():
    for root in ('/sys/kernel/tracing', '/sys/kernel/debug/tracing'):
        try:
            return int(Path(root, 'events/raw_syscalls/sys_enter/id').read_text())
        except OSError:
            continue
    raise Unavailable('system calls are not counted: no tracefs, or no right to read it')


def _counter(pid, tracepoint):
    attributes = struct.pack('IIQQQQQ', TRACEPOINT, 112, tracepoint, 0, 0, 0, DISABLED_UNTIL_EXEC | INHERIT).ljust(112, b'\0')
    libc = ctypes.CDLL(None, use_errno=True)
    counter = libc.syscall(PERF_EVENT_OPEN, attributes, pid, -1, -1, 8)
    if counter < 0:
        raise Unavailable(f'system calls are not counted: perf_event_open: {os.strerror(ctypes.get_errno())}')
    return counter


def _value(counter):
    return struct.unpack('Q', os.read(counter, 8))[0]


def count(command):
    """[(figure, system calls per operation)] of one run."""
    tracepoint, counts, ready = _tracepoint(), [], os.pipe()
    # The child waits until the counter is attached to it.
    child = subprocess.Popen(['sh', '-c', f'read go <&{ready[0]}; exec "$0" "$@"', *command, '--operations', '--quick'],
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             pass_fds=(ready[0],))
    try:
        counter = _counter(child.pid, tracepoint)
        os.write(ready[1], b'go\n')
        begun, ended = {}, False
        for line in child.stdout:
            words = line.decode('utf-8', 'replace').split()
            if words[:1] == ['@from']:
                begun[words[1]] = _value(counter)
            elif words[:1] == ['@to'] and float(words[2]):
                counts.append((words[1], (_value(counter) - begun[words[1]]) / float(words[2])))
            ended |= words[:1] == ['@end']
        os.close(counter)
        if child.wait() or not ended:
            raise process.Failed('ended before its time')
        return counts
    finally:
        child.kill()
        child.wait()
        for end in ready:
            os.close(end)


class OperationCounts(Benchmark):
    """System calls per operation of the figures that a program measures with several in flight."""
    rounds_at_most = 2

    def __init__(self, of):
        self.of, self.suite, self.name = of, of.suite, of.name
        self.about, self.figures = f'system calls of the operations in {of.key}', of.figures

    def prepare(self):
        _tracepoint()
        self.of.prepare()

    def round(self, subjects, quick):
        done = Round()
        for subject in subjects:
            if subject.key == 'wine':
                continue  # its server's calls belong to it, and are not seen here
            try:
                with InDirectory():
                    counts = count(self.of.command(subject))
                done.readings[subject.key] = [Reading(f'{self.suite}.{name}', 'system_calls', value, 'system calls')
                                              for name, value in counts]
            except (process.Failed, Unavailable) as error:
                done.failures[subject.key] = f'skipped: not counted: {error}'
        return done
