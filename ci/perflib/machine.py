"""Where and with what a result was measured."""

import os
import platform
import re
import resource
import subprocess
from pathlib import Path


def _read(path):
    try:
        return Path(path).read_text()
    except OSError:
        return ''


def describe():
    cpu = re.search(r'^model name\s*: (.*)$', _read('/proc/cpuinfo'), re.M)
    memory = re.search(r'^MemTotal:\s+(\d+)', _read('/proc/meminfo'), re.M)
    system = re.search(r'^PRETTY_NAME="?([^"\n]*)', _read('/etc/os-release'), re.M)
    return {
        'processor': cpu[1] if cpu else platform.machine(),
        'cores': len(os.sched_getaffinity(0)),
        'memory_gib': round(int(memory[1]) / 2**20) if memory else None,
        'virtual': 'hypervisor' in _read('/proc/cpuinfo'),
        'kernel': platform.release(),
        'system': system[1] if system else platform.system(),
        'file_system': _file_system(os.getcwd()),
    }


def _file_system(path):
    best = ('', '?')
    for line in _read('/proc/mounts').splitlines():
        words = line.split()
        if path.startswith(words[1]) and len(words[1]) >= len(best[0]):
            best = (words[1], words[2])
    return best[1]


class Neighbours:
    """How much of the processors' time others took, from here on."""

    def __init__(self):
        self.before = self._now()

    @staticmethod
    def _now():
        ticks = [int(word) for word in _read('/proc/stat').splitlines()[0].split()[1:9]]
        tick = os.sysconf('SC_CLK_TCK')
        mine = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(ticks) / tick, (sum(ticks) - ticks[3] - ticks[4]) / tick, mine

    def share(self):
        """Between 0 and 1. Time that a hypervisor gave to others counts as theirs."""
        whole, busy, mine = (now - before for now, before in zip(self._now(), self.before))
        return min(1.0, max(0.0, (busy - mine) / whole)) if whole > 0 else 0.0


def commit_of(root):
    done = subprocess.run(['git', '-C', str(root), 'log', '-1', '--format=%h %cs'],
                          capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ''
