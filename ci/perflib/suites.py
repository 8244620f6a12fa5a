"""What is measured: each benchmark performs one round, all subjects in turn, and returns their readings.

A subject is a way of running: `native` (the twin built for Linux), `lsw`, `wine`, and `base` (another lsw to
compare with). A reading is one value of one figure of one subject.
"""

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from . import process, programs, stats
from .process import Failed
from .programs import Unavailable

# How many times the native cost (or, for memory, how many KiB) a figure may take. Shown, and never a test.
GOALS = {
    'start.hello': 2.0, 'start.hello_ucrt': 2.0, 'start.bare': 2.0, 'start.hello_go': 2.0, 'start.hello_rust': 2.0,
    'start.children_in_a_row': 2.0, 'start.children_in_parallel': 2.0,
    'files.lookup_absent': 1.5, 'files.lookup': 1.5, 'files.walk': 1.5, 'files.list': 1.5,
    'net.node_http': 1.1, 'net.echo_64': 1.15, 'net.echo_1000': 1.15,
    'calls.file_open_absent': 1.5, 'calls.file_attributes_absent': 1.5,
}
PROGRAM_GOAL = 1.2
HELLO_PRIVATE_KIB = 4096

SUITES = ('start', 'calls', 'files', 'programs', 'memory', 'io', 'net', 'syscalls', 'trace', 'yours')


@dataclass(frozen=True)
class Subject:
    key: str
    label: str
    windows: bool
    runner: tuple = ()


@dataclass(frozen=True)
class Reading:
    name: str             # suite.figure
    metric: str           # time, rate, cpu, instructions, system_calls, page_faults, memory
    value: float
    unit: str
    better: str = 'less'
    about: str = ''


@dataclass
class Round:
    """What one round of one benchmark gave."""
    readings: dict = field(default_factory=dict)   # subject key -> list of Reading
    failures: dict = field(default_factory=dict)   # subject key -> message


class Benchmark:
    suite = ''
    name = ''
    about = ''
    figures = ()          # names of figures, as far as they are known beforehand
    every = 1             # performed in every so-manieth round
    rounds_at_most = 10**6

    def prepare(self):
        """Builds and fetches what is needed. Errors: Unavailable."""

    def round(self, subjects, quick):
        raise NotImplementedError

    @property
    def key(self):
        return f'{self.suite}.{self.name}'


def _scratch():
    return tempfile.TemporaryDirectory(prefix='lsw-perf-')


class InDirectory:
    """Runs the body in a fresh directory."""
    def __enter__(self):
        self.before = os.getcwd()
        self.made = _scratch()
        os.chdir(self.made.name)

    def __exit__(self, *_):
        os.chdir(self.before)
        self.made.cleanup()


class ProgramBenchmark(Benchmark):
    """A program of ci/benchmarks that measures itself and prints figures (bench.h)."""

    def __init__(self, source):
        self.source, self.suite, self.name, self.about = source, source.suite, source.name, source.about
        text = source.windows.read_text()
        self.figures = tuple(dict.fromkeys(
            f'{self.suite}.{name}'
            for name in re.findall(r'\bbench_(?:call|call_threads|time|rate|figure)\(\s*"([^"]+)"', text)))

    def prepare(self):
        self.files = {True: programs.build(self.source.windows, True),
                      False: programs.build(self.source.linux, False)}

    def command(self, subject):
        return [*subject.runner, str(self.files[subject.windows]), *self.source.arguments]

    def round(self, subjects, quick):
        done, same = Round(), {}
        for subject in subjects:
            try:
                with InDirectory():
                    outcome = process.run_well(self.command(subject) + (['--quick'] if quick else []))
                done.readings[subject.key], same[subject.key] = self._parse(outcome.stdout)
            except Failed as error:
                done.failures[subject.key] = str(error)
        for key, values in same.items():
            if 'native' in same and values != same['native']:
                wrong = [name for name in {*values, *same['native']} if values.get(name) != same['native'].get(name)]
                done.failures[key] = 'differs from its twin in ' + ', '.join(
                    f'{name} ({values.get(name)}, the twin {same["native"].get(name)})' for name in sorted(wrong))
                done.readings.pop(key, None)
        return done

    def _parse(self, out):
        readings, same, ended = [], {}, False
        for line in out.decode('utf-8', 'replace').splitlines():
            words = line.split(' ', 5)
            if words[0] == '@figure' and len(words) >= 5:
                name, value, unit, better = words[1:5]
                readings.append(Reading(f'{self.suite}.{name}', 'time' if better == 'less' else 'rate', float(value),
                                        unit, better, words[5] if len(words) > 5 else ''))
            elif words[0] == '@same':
                key, _, value = line[6:].partition(' ')
                same[key] = value
            elif words[0] == '@end':
                ended = True
        if not ended:
            raise Failed(f'{self.key}: ended before its time')
        return readings, same


class Counts(Benchmark):
    """Counts beside the times of another benchmark: where they cannot be had, the times still count."""

    @property
    def key(self):
        return f'{self.of.key} (counts)'


class StepCounts(Counts):
    """Instructions and system calls per call of the bench_call figures of a program, by single-stepping."""
    rounds_at_most = 3

    def __init__(self, of):
        self.of, self.suite, self.name = of, of.suite, of.name
        self.about = f'instructions of the calls in {of.key}'
        self.figures = of.figures

    def prepare(self):
        self.of.prepare()
        self.tool = programs.build(programs.SOURCES / 'tools' / 'count_steps.c', False)

    def round(self, subjects, quick):
        done = Round()
        for subject in subjects:
            if subject.key == 'wine':
                continue  # a launcher and a server: what would be counted is not the program
            try:
                with InDirectory():
                    command = [str(self.tool), 'out', *self.of.command(subject), '--count']
                    counts = [tuple(map(int, line.split()))
                              for line in process.run_well(command).stdout.decode().splitlines()]
                    counted = [line.split()[1:3] for line in Path('out').read_text().splitlines()
                               if line.startswith('@counted')]
                least = {}
                for (name, calls), values in zip(counted, counts):
                    each = [value / int(calls) for value in values]
                    least[name] = [min(pair) for pair in zip(each, least.get(name, each))]
                done.readings[subject.key] = [
                    Reading(f'{self.suite}.{name}', metric, value, unit)
                    for name, values in least.items()
                    for metric, unit, value in zip(('instructions', 'system_calls'), ('instructions', 'system calls'),
                                                   values)]
            except (Failed, OSError) as error:
                done.failures[subject.key] = f'skipped: not counted: {error}'
        return done


@dataclass
class Variant:
    """Both sides of a program that is measured as a whole."""
    name: str
    about: str
    build: object                  # build(windows) -> path
    arguments: tuple = ()


class CommandBenchmark(Benchmark):
    """A whole run of a program: wall time, processor time, page faults, and what it printed."""

    def __init__(self, suite, variant, pairs=12, text=True):
        self.suite, self.name, self.about, self.variant = suite, variant.name, variant.about, variant
        self.figures = (self.key,)
        self.pairs, self.text = pairs, text

    def prepare(self):
        self.files = {windows: str(self.variant.build(windows)) for windows in (True, False)}

    def command(self, subject):
        return [*subject.runner, self.files[subject.windows], *self.variant.arguments]

    def output(self, outcome):
        return outcome.stdout.replace(b'\r\n', b'\n') if self.text else outcome.stdout

    def round(self, subjects, quick):
        done, outcomes = Round(), {subject.key: [] for subject in subjects}
        with InDirectory():
            for turn in range(self.pairs + 1):  # the first is for warming up
                for subject in subjects:
                    if subject.key in done.failures or subject.key == 'wine' and turn > 4:
                        continue
                    try:
                        outcome = process.run(self.command(subject))
                    except Failed as error:
                        done.failures[subject.key] = str(error)
                        continue
                    outcomes[subject.key].append(outcome)
                    twin = (outcomes.get('native') or [outcome])[0]
                    if outcome.status != twin.status or self.output(outcome) != self.output(twin):
                        what = (f'exit code {outcome.status}, the twin {twin.status}'
                                if outcome.status != twin.status else 'output differs from the twin\'s')
                        last = outcome.stderr.decode('utf-8', 'replace').strip().splitlines()
                        done.failures[subject.key] = what + (f': {last[-1]}' if last else '')
        if subjects[0].key != 'native' and outcomes.get('native'):
            # The order was turned round: what came before the twin is compared now.
            for subject in subjects:
                first, twin = outcomes[subject.key][:1], outcomes['native'][0]
                if first and (first[0].status, self.output(first[0])) != (twin.status, self.output(twin)):
                    done.failures.setdefault(subject.key, 'output or exit code differs from the twin\'s')
        for key, runs in outcomes.items():
            if key not in done.failures and len(runs) > 1:
                done.readings[key] = self._readings(runs[1:])
        return done

    def _readings(self, runs):
        def low(values):
            return stats.quantile(values, 0.25)
        return [Reading(self.key, 'time', low([run.wall for run in runs]), 's', about=self.about),
                Reading(self.key, 'cpu', low([run.cpu for run in runs]), 's', about=self.about),
                Reading(self.key, 'page_faults', stats.median([run.faults for run in runs]), 'faults')]


class CommandCounts(Counts):
    """Instructions (perf or callgrind) and system calls (strace) of a whole run."""
    rounds_at_most = 1

    def __init__(self, of):
        self.of, self.suite, self.name = of, of.suite, of.name
        self.about, self.figures = f'instructions and system calls of {of.key}', of.figures

    def prepare(self):
        self.of.prepare()

    def round(self, subjects, quick):
        done = Round()
        for subject in subjects:
            if subject.key == 'wine':
                continue
            readings = []
            with InDirectory():
                instructions = process.count_instructions(self.of.command(subject))
                calls = process.count_system_calls(self.of.command(subject))
            if instructions:  # some programs do not run under valgrind; then there is no count
                readings.append(Reading(self.of.key, 'instructions', instructions, 'instructions'))
            if calls:
                readings.append(Reading(self.of.key, 'system_calls', sum(calls.values()), 'system calls'))
            done.readings[subject.key] = readings
        return done


class CorpusBenchmark(Benchmark):
    """A job of tests/corpus: the sum of its steps, each compared with the twin's byte for byte."""
    suite = 'programs'
    every = 2

    def __init__(self, job):
        self.job, self.name, self.about = job, job.name, job.about
        self.figures = (self.key,)

    def round(self, subjects, quick):
        import harness  # of tests/corpus
        done = Round()
        for subject in subjects:
            if not subject.windows:
                continue
            report = harness.run_job(self.job, list(subject.runner))
            if report['status'] != 'passed':
                done.failures[subject.key] = report['status'] + ': ' + report['reason'].split('\n')[0]
                continue
            if not report['steps']:
                done.failures[subject.key] = 'skipped: the job has no step that could be timed'
                continue
            for key, prefix in ((subject.key, ''), ('native', 'twin_')):
                if key == 'native' and subject.key != 'lsw':
                    continue  # the twin ran beside each subject; the run beside lsw counts
                done.readings[key] = [
                    Reading(self.key, metric, sum(step[prefix + name] for step in report['steps']), 's',
                            about=self.about)
                    for metric, name in (('time', 'seconds'), ('cpu', 'cpu_seconds'))]
        return done


class MemoryBenchmark(Benchmark):
    """Memory of a program that waits for the end of its input: private, private and written, and the peak."""
    suite = 'memory'
    rounds_at_most = 3

    def __init__(self, variant):
        self.variant, self.name, self.about = variant, variant.name, variant.about
        self.figures = tuple(f'{self.key}_{what}' for what in ('private', 'written', 'peak'))

    def prepare(self):
        self.files = {windows: str(self.variant.build(windows)) for windows in (True, False)}

    def round(self, subjects, quick):
        done = Round()
        for subject in subjects:
            if subject.key == 'wine':
                continue  # several processes share what it needs
            command = [*subject.runner, self.files[subject.windows], *self.variant.arguments, 'wait']
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
                child.stdout.readline()
                try:
                    sizes = {key: int(value) for key, value in re.findall(
                        r'^(\w+): +(\d+) kB', Path(f'/proc/{child.pid}/smaps_rollup').read_text(), re.M)}
                    peak = re.search(r'VmHWM:\s+(\d+)', Path(f'/proc/{child.pid}/status').read_text())
                except OSError as error:
                    sizes, peak = None, error
                child.stdin.close()
                status = child.wait()
            if status or sizes is None:
                done.failures[subject.key] = f'exit code {status}'
                continue
            written = sizes['Private_Dirty']
            done.readings[subject.key] = [
                Reading(f'{self.key}_{what}', 'memory', value, 'KiB', about=f'{self.about}: {about}')
                for what, about, value in (
                    ('private', 'private memory', sizes['Private_Clean'] + written),
                    ('written', 'private and written to', written), ('peak', 'resident at most', int(peak[1])))]
        return done


def _c(name, flags=lambda windows: ()):
    source = programs.SOURCES / f'{name}.c'
    return lambda windows: programs.build(source, windows, list(flags(windows)))


def _bare_flags(windows):
    return ['-nostdlib', '-lkernel32', '-Wl,-emainCRTStartup'] if windows else ['-nostartfiles']


def _hello_ucrt(windows):
    if not windows:
        return programs.build(programs.SOURCES / 'start_hello.c', False)
    return programs.build(programs.SOURCES / 'start_hello.c', True, programs.ucrt_flags(), 'start_hello_ucrt')


def _start_variants():
    here = programs.SOURCES
    yield Variant('hello', 'hello in C, msvcrt; dynamic glibc', _c('start_hello'))
    yield Variant('hello_ucrt', 'hello in C, universal C runtime; dynamic glibc', _hello_ucrt)
    yield Variant('bare', 'hello without a C runtime; the same on Linux', _c('start_bare', _bare_flags))
    yield Variant('hello_go', 'hello in Go', lambda w: programs.build_go(here / 'start_hello.go', w, 'start_hello_go'))
    yield Variant('hello_rust', 'hello in Rust',
                  lambda w: programs.build_rust(here / 'start_hello.rs', w, 'start_hello_rust'))


def _corpus(quick):
    folder = str(programs.ROOT / 'tests' / 'corpus')
    if folder not in sys.path:
        sys.path.insert(0, folder)
    import jobs  # of tests/corpus
    # Jobs of many seconds are for the full run.
    slow = ('7za', 'sevenzip', 'gofmt', 'go')
    for job in jobs.ALL:
        if quick and (job.slow or job.name.startswith(slow)):
            continue
        yield CorpusBenchmark(job)


def everything(quick):
    """All benchmarks, in the order in which they are performed."""
    from . import http, operations
    for variant in _start_variants():
        benchmark = CommandBenchmark('start', variant)
        yield benchmark
        yield CommandCounts(benchmark)
    for source in programs.discover():
        benchmark = ProgramBenchmark(source)
        yield benchmark
        text = source.windows.read_text()
        if 'bench_call(' in text:
            yield StepCounts(benchmark)
        if 'bench_call_threads(' in text or 'bench_from(' in text:
            yield operations.OperationCounts(benchmark)
    yield http.NodeHttp()
    yield MemoryBenchmark(Variant('hello', 'hello in C', _c('start_hello')))
    yield MemoryBenchmark(Variant('blocks', '100,000 blocks, half of them freed', _c('memory_blocks')))
    yield from _corpus(quick)
    if not quick:
        from . import overhead
        import jobs  # of tests/corpus, as _corpus found it
        yield from overhead.benchmarks(jobs.ALL)


def of_user(program, twin, arguments):
    """The benchmark of a user's own program and its Linux twin."""
    variant = Variant(Path(program).stem, 'your program',
                      lambda windows: Path(program if windows else twin).resolve(), tuple(arguments))
    benchmark = CommandBenchmark('yours', variant, pairs=3)
    return [benchmark, CommandCounts(benchmark)]


def goal_of(name, metric):
    if metric == 'time' and name.startswith('programs.'):
        return PROGRAM_GOAL
    if metric == 'time' and name.startswith('trace.'):
        from . import overhead
        return overhead.goal_of(name)
    if metric == 'time' and name.startswith('io.'):
        return 1.2 if name.endswith('_qd1') else 1.1  # one in flight, and more
    return GOALS.get(name) if metric in ('time', 'rate') else None


__all__ = ['Benchmark', 'InDirectory', 'Reading', 'Round', 'Subject', 'SUITES', 'Unavailable', 'everything', 'goal_of', 'of_user']
