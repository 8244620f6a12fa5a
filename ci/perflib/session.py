"""One measuring session: rounds over all benchmarks, all subjects in turn within each.

The rounds of one benchmark lie apart in time (a round is over when every benchmark had its turn), so the
spread between them holds what the machine did meanwhile. The order of the subjects turns round from one
round to the next.
"""

import time
from collections import defaultdict

from . import compare, machine, process, stats, suites

NOISY = 0.25          # a time whose interval is wider than this to either side is not judged
WINE_EVERY = 3        # Wine is slow; it takes part in every third round
TIMES = ('time', 'rate', 'cpu')


class Session:
    def __init__(self, subjects, quick, progress, rounds=None, budget=None):
        self.subjects, self.quick, self.progress = subjects, quick, progress
        self.least_rounds = rounds or 5
        self.most_rounds = rounds or (10 if quick else 20)
        self.budget = budget or (200 if quick else 1500)
        self.samples = defaultdict(lambda: defaultdict(list))  # (name, metric) -> subject -> values
        self.about = {}                                        # (name, metric) -> Reading
        self.failures = {}                                     # benchmark key -> {subject: message}
        self.unavailable = {}                                  # benchmark key -> message
        self.performed = defaultdict(int)
        self.owner = {}                                        # (name, metric) -> benchmark
        self.wanted = lambda benchmark, name: True

    def run(self, benchmarks):
        begin = time.monotonic()
        neighbours = machine.Neighbours()
        ready = [benchmark for benchmark in benchmarks if self._prepare(benchmark)]
        number = 0
        while number < self.most_rounds and ready:
            if number >= self.least_rounds and time.monotonic() - begin > self.budget:
                break
            for at, benchmark in enumerate(ready):
                if number % benchmark.every == 0 and self.performed[benchmark] < benchmark.rounds_at_most:
                    self.progress.step(number, self.most_rounds, at, len(ready), benchmark.key)
                    self._perform(benchmark, number)
            number += 1
            ready = [benchmark for benchmark in ready if not self._is_lost(benchmark)]
        self.progress.done()
        self.seconds = time.monotonic() - begin
        self.busy = neighbours.share()
        self.rounds = number
        return ready

    def again(self, benchmarks, rounds):
        """More rounds of some benchmarks."""
        for number in range(rounds):
            for at, benchmark in enumerate(benchmarks):
                self.progress.step(number, rounds, at, len(benchmarks), f'again: {benchmark.key}')
                self._perform(benchmark, number)
        self.progress.done()

    def _prepare(self, benchmark):
        try:
            self.progress.say(f'preparing {benchmark.key}')
            benchmark.prepare()
            return True
        except suites.Unavailable as reason:
            self.unavailable[benchmark.key] = str(reason)
            return False

    def _is_lost(self, benchmark):
        """One of the two sides of every ratio fails: further rounds tell nothing."""
        return bool(benchmark and {'lsw', 'native'} & set(self.failures.get(benchmark.key, {})))

    def _perform(self, benchmark, number):
        failed = self.failures.get(benchmark.key, {})
        taking_part = [subject for subject in self.subjects if subject.key not in failed
                       and (subject.key != 'wine' or number % WINE_EVERY == 0)]
        if 'lsw' not in [subject.key for subject in taking_part]:
            return  # nothing to compare any more
        if self.performed[benchmark] % 2:
            taking_part.reverse()
        self.performed[benchmark] += 1
        try:
            done = benchmark.round(taking_part, self.quick)
        except OSError as error:  # a program that was there a moment ago: built anew meanwhile
            done = suites.Round(failures={subject.key: str(error) for subject in taking_part})
        for key, message in done.failures.items():
            if message.startswith('skipped: '):
                self.unavailable[benchmark.key] = message.removeprefix('skipped: ')
            self.failures.setdefault(benchmark.key, {})[key] = message
        for key, readings in done.readings.items():
            for reading in readings:
                if self.wanted(benchmark, reading.name):
                    name = (reading.name, reading.metric)
                    self.samples[name][key].append(reading.value)
                    self.owner.setdefault(name, benchmark)
                    if reading.about or name not in self.about:
                        self.about[name] = reading

    def figures(self):
        """All figures as they go into the result, failures included."""
        found = [self._figure(name) for name, samples in self.samples.items()
                 if self.owner[name].key not in self.unavailable and not self._is_lost(getattr(self.owner[name], 'of', None))
                 and (name[1] != 'instructions' or {'lsw', 'native'} <= set(samples))]
        for key, failures in self.failures.items():
            if key in self.unavailable or not {'lsw', 'native', 'base'} & set(failures):
                continue
            if key in {self._owner_key(figure) for figure in found}:
                continue
            found.append({'name': key, 'suite': key.split('.')[0], 'metric': 'time', 'unit': '', 'better': 'less',
                          'about': '', 'samples': {}, 'median': {}, 'noise': {}, 'ratio': {}, 'goal': None,
                          'status': 'failed', 'reason': _reason(failures)})
        order = {suite: at for at, suite in enumerate(suites.SUITES)}
        return sorted(found, key=lambda figure: order.get(figure['suite'], len(order)))

    def _owner_key(self, figure):
        owner = self.owner.get((figure['name'], figure['metric']))  # none of a benchmark that gave no figure
        return owner and owner.key

    def _figure(self, name):
        samples, reading = self.samples[name], self.about[name]
        figure = {'name': name[0], 'suite': name[0].split('.')[0], 'metric': name[1], 'unit': reading.unit,
                  'better': reading.better, 'about': reading.about, 'goal': suites.goal_of(*name),
                  'samples': dict(samples), 'median': {}, 'noise': {}, 'ratio': {}, 'status': 'ok', 'reason': ''}
        for key, values in samples.items():
            figure['median'][key] = stats.typical(name[1], values)
            figure['noise'][key] = stats.relative_noise(values)
        for key, values in samples.items():
            if key == 'native' or 'native' not in samples:
                continue
            each = stats.ratios(values, samples['native'], reading.better)
            if each:
                figure['ratio'][key] = {**stats.summary(each)}
        self._judge(figure)
        return figure

    def _judge(self, figure):
        """Sets the status: failed, noisy or ok."""
        failed = self.failures.get(self._owner_key(figure), {})
        if {'lsw', 'native'} & set(failed):
            figure.update(status='failed', reason=_reason(failed))
        elif 'lsw' not in figure['samples']:
            figure.update(status='failed', reason='the Windows program gives no such figure')
        elif 'native' not in figure['samples']:
            figure.update(status='failed', reason='the native twin gives no such figure')
        elif figure['metric'] in TIMES:
            noise = figure['ratio'].get('lsw', {}).get('noise')
            if noise is None:
                figure.update(status='noisy', reason='too few rounds to judge')
            elif noise > NOISY:
                figure.update(status='noisy', reason=f'the machine was too busy: ±{noise:.0%}')

    def result(self, root, options):
        return {
            'format': 'lsw-perf', 'version': 1, 'when': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime()),
            'commit': machine.commit_of(root), 'quick': self.quick, 'machine': machine.describe(),
            'rounds': self.rounds, 'seconds': round(self.seconds), 'busy_share': round(self.busy, 2),
            'instructions_by': process.instruction_counter() or 'not counted: neither counters nor valgrind',
            'filter': options.filter, 'subjects': {subject.key: subject.label for subject in self.subjects},
            'unavailable': self.unavailable, 'figures': self.figures(),
            'wine_failures': {key: failed['wine'] for key, failed in self.failures.items() if 'wine' in failed}}


def _reason(failures):
    return '; '.join(f'{key}: {message}' for key, message in failures.items())


def split_base(result):
    """A session with a `base` subject as two results, of the base and of the new lsw."""
    def as_lsw(figure, key):
        samples = {'lsw': figure['samples'].get(key), 'native': figure['samples'].get('native')}
        return {**figure, 'samples': {side: values for side, values in samples.items() if values},
                'median': {'lsw': figure['median'].get(key), 'native': figure['median'].get('native')},
                'noise': {'lsw': figure['noise'].get(key), 'native': figure['noise'].get('native')},
                'ratio': {'lsw': figure['ratio'][key]} if key in figure['ratio'] else {}}
    return [{**result, 'figures': [as_lsw(figure, key) for figure in result['figures']]} for key in ('base', 'lsw')]


def suspects(session):
    """Benchmarks whose figures, new lsw against base, look like a regression or cannot be judged."""
    found = []
    for figure in session.figures():
        verdict = compare.paired(figure)
        owner = session.owner.get((figure['name'], figure['metric']))
        if verdict and verdict.kind in ('regression', 'noisy') and owner not in found:
            found.append(owner)
    return [benchmark for benchmark in found if benchmark.rounds_at_most > 3]
