"""Shared by the tests of `lsw trace`."""
import errno
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import time
import unittest

LSW = os.path.abspath(sys.argv[1])
PROGRAMS = os.path.abspath(sys.argv[2])
PATIENCE = int(os.environ.get("LSW_TEST_PATIENCE", "1"))  # more under emulation
TIMEOUT_S = 60 * PATIENCE


def program(name):
    return os.path.join(PROGRAMS, name)


def trace(*arguments, **options):
    """Runs `lsw trace` in a directory of its own. A hang is a failure."""
    options.setdefault("stdin", subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as directory:
        return subprocess.run([LSW, "trace", *arguments], capture_output=True, timeout=TIMEOUT_S, cwd=directory,
                              text=True, **options)


def lines_of(text):
    """Lines without what differs from run to run: the thread, times, addresses, handles."""
    lines = []
    for line in text.splitlines():
        line = re.sub(r"^\d+(/\d+)? {2}", "", line)
        line = re.sub(r" <\d+\.\d{6}>$", "", line)
        line = re.sub(r"0x[0-9a-f]+(<)", r"H\1", line)
        line = re.sub(r"0x[0-9a-f]{6,}", "P", line)
        lines.append(line)
    return lines


def gone(path, seconds=5):
    """Waits for a moment, since a helper cleans up after a tracer that was killed."""
    for _ in range(seconds * 20):
        if not os.path.exists(path):
            return True
        time.sleep(0.05)
    return False


SYSCALLS = {"bpf": 321, "pidfd_open": 434, "mount": 165, "timer_create": 222}


def refuse(name):
    """From here on this process and its children are on a kernel that has no such system call."""
    import ctypes  # needs a library that the guests of ci/kernels have not
    def step(code, value, jump_true=0, jump_false=0):
        return struct.pack("HBBI", code, jump_true, jump_false, value)
    # Load the number; when it is that one, ENOSYS.
    program = step(0x20, 0) + step(0x15, SYSCALLS[name], 0, 1) + step(0x06, 0x50000 | errno.ENOSYS) + step(0x06, 0x7FFF0000)
    filter_bytes = ctypes.create_string_buffer(program)
    whole = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(filter_bytes))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    no_new_privs, set_seccomp, with_filter = 38, 22, 2
    if prctl(no_new_privs, 1, 0, 0, 0) or prctl(set_seccomp, with_filter, whole, 0, 0):
        os._exit(99)


def children_of(pid, name=None):
    """The process ids of a process's children, or of those with that name."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8") as stat:
                head, _, rest = stat.read().rpartition(")")
        except OSError:
            continue
        if int(rest.split()[1]) == pid and name in (None, head.partition("(")[2]):
            found.append(int(entry))
    return found


def counts_of(text):
    """name -> row of a `-c --json` summary."""
    return {row["name"]: row for row in json.loads(text)["calls"]}


def main():
    unittest.main(argv=sys.argv[:1], verbosity=0)


def helpers(binary, attached=None):
    """The processes of that lsw-trace-bpf; with attached, those that have programs attached, or those that have not."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{entry}/exe") != binary:
                continue
            links = [os.readlink(f"/proc/{entry}/fd/{fd}") for fd in os.listdir(f"/proc/{entry}/fd")]
        except OSError:
            continue
        if attached is None or attached == any("bpf_link" in link or "bpf-link" in link for link in links):
            found.append(int(entry))
    return found
