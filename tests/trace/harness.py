"""Shared by the tests of `lsw trace`."""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

LSW = os.path.abspath(sys.argv[1])
PROGRAMS = os.path.abspath(sys.argv[2])
TIMEOUT_S = 60


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
