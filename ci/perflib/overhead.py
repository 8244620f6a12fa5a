"""What tracing costs: jobs of tests/corpus run untraced, with `lsw trace -c` and with every line written to a file.

The readings of `native` are those of the untraced run here, so that the ratio of a figure is the overhead; the job's
outputs are compared with the twin's as always, so that a trace which changes the program fails.
"""

import os
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


def goal_of(name):
    return next((goal for mode, goal in GOALS.items() if name.endswith('_' + mode)), None)


class TraceOverhead(Benchmark):
    """One job in all modes, one after the other, so that a drift of the machine meets them all."""
    suite = 'trace'
    every = 2

    def __init__(self, job):
        self.job, self.name = job, job.name
        self.about = f'{job.about} (the twin\'s column: untraced)'
        self.figures = tuple(f'trace.{job.name}_{mode}' for mode in MODES)

    def _seconds(self, runner):
        import harness  # of tests/corpus
        report = harness.run_job(self.job, runner)
        if report['status'] != 'passed':
            return None, report['status'] + ': ' + report['reason'].split('\n')[0]
        return {name: sum(step[name] for step in report['steps']) for name in ('seconds', 'cpu_seconds')}, ''

    def round(self, subjects, quick):
        done = Round()
        for subject in subjects:
            if not subject.windows or subject.key == 'wine':
                continue
            lsw = [word for word in subject.runner if word != 'exec']
            plain, why = self._seconds([*lsw, 'exec'])
            if not plain:
                done.failures[subject.key] = why
                continue
            readings = {subject.key: [], 'native': []}
            for mode, (words, about) in MODES.items():
                with tempfile.TemporaryDirectory(prefix='lsw-perf-') as directory:
                    traced, why = self._seconds([*lsw, *words, '-o', os.path.join(directory, 'trace')])
                if not traced:
                    done.failures[subject.key] = f'{mode}: {why}'
                    break
                for key, values in ((subject.key, traced), ('native', plain)):
                    for metric, name in (('time', 'seconds'), ('cpu', 'cpu_seconds')):
                        readings[key].append(Reading(f'trace.{self.name}_{mode}', metric, values[name], 's',
                                                     about=f'{self.name}: {about} (the twin\'s column: untraced)'))
            else:
                done.readings[subject.key] = readings[subject.key]
                if subject.key == 'lsw':
                    done.readings['native'] = readings['native']
        return done


def benchmarks(jobs):
    return [TraceOverhead(job) for job in jobs if job.name in JOBS]


__all__ = ['benchmarks', 'goal_of']
