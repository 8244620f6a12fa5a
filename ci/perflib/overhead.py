"""What tracing costs: jobs of tests/corpus run untraced, with `lsw trace -c` and with every line written to a file; for
scale, their native twins with and without `strace -c`.

The readings of `native` are those of the untraced run here, so that the ratio of a figure is the overhead; the job's
outputs are compared with the twin's as always, so that a trace which changes the program fails. Processor time is the
sum over program, tracer and helpers.
"""

import json
import os
import shutil
import subprocess
import tempfile

from .suites import Benchmark, Reading, Round

JOBS = ('esbuild', 'ripgrep', '7za', 'ninja')
# How many times the time of the untraced run.
GOALS = {'count': 1.03, 'lines': 1.15}
MODES = {
    'count': (['trace', '-c', '-f', '--no-bpf'], 'counts and times of all calls, children too'),
    'count_bpf': (['trace', '-c', '-f'], 'the same with Linux system calls and blocked time'),
    'lines': (['trace', '-f'], 'a line for each call, written to a file'),
}
STRACE = (['strace', '-c', '-f'], 'strace -c of the native twin, for scale')
UNTRACED = ' (the twin\'s column: untraced)'


def goal_of(name):
    return next((goal for mode, goal in GOALS.items() if name.endswith('_' + mode)), None)


def helper_seconds():
    """Processor time of each helper that holds BPF programs, and waits for the next trace when one ends."""
    found = {}
    for entry in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open(f'/proc/{entry}/comm', encoding='utf-8') as comm:
                if comm.read().strip() == 'lsw-trace-bpf':
                    with open(f'/proc/{entry}/schedstat', encoding='utf-8') as times:
                        found[entry] = int(times.read().split()[0]) / 1e9
        except (OSError, ValueError, IndexError):
            continue
    return found


class TraceOverhead(Benchmark):
    """One job in all modes, each beside an untraced run, so that a drift of the machine meets both."""
    suite = 'trace'
    every = 2

    def __init__(self, job):
        self.job, self.name = job, job.name
        self.about = job.about + UNTRACED
        self.figures = tuple(f'trace.{job.name}_{mode}' for mode in (*MODES, 'strace'))

    def _seconds(self, runner, native=False):
        import harness  # of tests/corpus
        before = helper_seconds()
        report = harness.run_job(self.job, runner, self_check=native)
        helpers = sum(seconds - before.get(pid, 0) for pid, seconds in helper_seconds().items())
        if report['status'] != 'passed':
            return None, report['status'] + ': ' + report['reason'].split('\n')[0]
        return {'seconds': sum(step['seconds'] for step in report['steps']),
                'cpu_seconds': sum(step['cpu_seconds'] for step in report['steps']) + helpers}, ''

    @staticmethod
    def _has_bpf(lsw):
        """Whether -c tells of Linux system calls here: it needs the rights for BPF."""
        try:
            done = subprocess.run([*lsw, 'trace', '-c', '--json', 'cmd.exe', '/c', 'exit'], capture_output=True, check=False)
            return json.loads(done.stderr)['kernel']
        except (OSError, ValueError, KeyError):
            return False

    def _pair(self, mode, about, plain, traced, native):
        """Readings of the traced and of the untraced run."""
        with tempfile.TemporaryDirectory(prefix='lsw-perf-') as directory:
            sides = []
            for runner in (plain, [*traced, '-o', os.path.join(directory, 'trace')]):
                values, why = self._seconds(runner, native)
                if not values:
                    return None, f'{mode}: {why}'
                sides.append(values)
        return [[Reading(f'trace.{self.name}_{mode}', metric, values[name], 's', about=f'{self.name}: {about}{UNTRACED}')
                 for metric, name in (('time', 'seconds'), ('cpu', 'cpu_seconds'))] for values in sides], ''

    def round(self, subjects, quick):
        done = Round()
        for subject in subjects:
            if not subject.windows or subject.key == 'wine':
                continue
            lsw = [word for word in subject.runner if word != 'exec']
            modes = [(mode, about, [*lsw, 'exec'], [*lsw, *words], False) for mode, (words, about) in MODES.items()
                     if mode != 'count_bpf' or self._has_bpf(lsw)]
            if subject.key == 'lsw' and shutil.which('strace'):
                modes.append(('strace', STRACE[1], [], STRACE[0], True))
            readings = {subject.key: [], 'native': []}
            for mode in modes:
                pair, why = self._pair(*mode)
                if not pair:
                    done.failures[subject.key] = why
                    break
                readings['native'] += pair[0]
                readings[subject.key] += pair[1]
            else:
                done.readings[subject.key] = readings[subject.key]
                if subject.key == 'lsw':
                    done.readings['native'] = readings['native']
        return done


def benchmarks(jobs):
    return [TraceOverhead(job) for job in jobs if job.name in JOBS]


__all__ = ['benchmarks', 'goal_of']
