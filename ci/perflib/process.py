"""Runs one command and says what it cost: wall time, processor time, page faults, memory; and counts, where
this machine can, its instructions and system calls."""

import functools
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass


class Failed(Exception):
    """A measured program failed; the message says which and how."""


@dataclass
class Outcome:
    status: int          # exit code, or minus the signal
    stdout: bytes
    stderr: bytes
    wall: float          # seconds
    cpu: float           # seconds, user and system, children that were waited for included
    faults: int
    peak_kib: int


def _slurp(fd):
    os.lseek(fd, 0, os.SEEK_SET)
    with os.fdopen(fd, 'rb') as stream:
        return stream.read()


def run(command, env=None, timeout=300):
    """Runs a command in the current directory with its output caught in memory."""
    out, err = os.memfd_create('stdout'), os.memfd_create('stderr')
    actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
               (os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, err, 2)]
    path = shutil.which(command[0]) or command[0]
    begin = time.monotonic()
    try:
        child = os.posix_spawn(path, command, env or os.environ, file_actions=actions, setpgroup=0)
    except OSError as error:
        os.close(out)
        os.close(err)
        raise Failed(f'{command[0]}: {error.strerror}') from error
    if timeout:
        handle = os.pidfd_open(child)
        ended = select.select([handle], [], [], timeout)[0]
        os.close(handle)
        if not ended:
            os.killpg(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    wall = time.monotonic() - begin
    outcome = Outcome(os.waitstatus_to_exitcode(status), _slurp(out), _slurp(err), wall,
                      usage.ru_utime + usage.ru_stime, usage.ru_minflt + usage.ru_majflt, usage.ru_maxrss)
    if timeout and not ended:
        raise Failed(f'{_shown(command)}: no end within {timeout:.0f} s')
    return outcome


def run_well(command, env=None, timeout=300, expected=0):
    """Like run, but a status other than the expected one is a failure."""
    outcome = run(command, env, timeout)
    if outcome.status != expected:
        last = outcome.stderr.decode('utf-8', 'replace').strip().splitlines()
        raise Failed(f'{_shown(command)}: exit code {outcome.status}' + (f': {last[-1]}' if last else ''))
    return outcome


def _shown(command):
    text = ' '.join(os.path.basename(word) if '/' in word else word for word in map(str, command))
    return text if len(text) < 100 else text[:97] + '…'


@functools.lru_cache(None)
def instruction_counter():
    """How this machine counts a program's instructions: 'perf', 'valgrind' or None."""
    if shutil.which('perf'):
        done = subprocess.run(['perf', 'stat', '-x,', '-e', 'instructions:u', 'true'],
                              capture_output=True, text=True)
        if re.match(r'\d+,', done.stderr):
            return 'perf'
    return 'valgrind' if shutil.which('valgrind') else None


def count_instructions(command, env=None):
    """Instructions in user space of a program and its threads, or None where they cannot be counted."""
    tool = instruction_counter()
    if tool is None:
        return None
    with tempfile.NamedTemporaryFile('r', suffix='.counts') as into:
        if tool == 'perf':
            prefix = ['perf', 'stat', '-x,', '-e', 'instructions:u', '-o', into.name]
        else:
            prefix = ['valgrind', '--tool=callgrind', f'--callgrind-out-file={into.name}', '-q']
        try:
            # Valgrind's own code stands where lsw takes system calls for the guest's.
            run_well(prefix + command, {**(env or os.environ), 'LSW_NO_SYSCALL_DISPATCH': '1'}, timeout=120)
        except Failed:
            return None
        text = into.read()
    found = re.search(r'^(\d+),' if tool == 'perf' else r'^summary: (\d+)', text, re.M)
    return int(found[1]) if found else None


def count_system_calls(command, env=None):
    """System calls of a command and its children by name, or None without strace."""
    if not shutil.which('strace'):
        return None
    with tempfile.NamedTemporaryFile('r') as trace:
        try:
            run_well(['strace', '-f', '-qq', '-o', trace.name, *command], env, timeout=120)
        except Failed:
            return None
        counts = {}
        for line in trace:
            match = re.match(r'\d+ +(\w+)\(', line)
            if match:
                counts[match[1]] = counts.get(match[1], 0) + 1
    return counts
