"""Compares two results and says what became slower.

A time is compared as a ratio to the native twin that ran beside it, so that a slower machine or a busier hour
changes both sides. It is a regression when the change is larger than both the floor and the noise that the
two runs measured themselves, and when three quarters of the new samples lie above three quarters of the old; on the
same machine the absolute time must have grown as well, for a twin that was lucky makes the ratio worse too. By as much as
the twin itself differs between the two runs, the machine differs; and a time that did not double, while instructions and
system calls were counted to be the same, is the machine's mood: the same binary was seen to vary by 70 %. (A session that
measures both builds in turn judges such times: ci/perf-check.) Where others kept the machine busy, or the noise hides what
a reader would want to know, the figure is "too noisy", which is neither a pass nor a failure. Processor time is judged on a
busy machine too. Counts are compared as they are; what they differ by from round to round (a clock that is being set makes
its reader try again) is allowed on top.
"""

import math
from dataclasses import dataclass

from . import stats

FLOORS = {'time': 0.10, 'rate': 0.10, 'cpu': 0.10, 'instructions': 0.05, 'system_calls': 0.05,
          'page_faults': 0.10, 'memory': 0.10}
LEAST_STEP = {'instructions': 4, 'system_calls': 0.5, 'page_faults': 20, 'memory': 64, 'calls': 2}
WORTH_KNOWING = 0.25   # noise above this: the figure is not judged
TOO_BUSY = 0.4         # others used more of the machine than this: waiting for the processor is what was timed
SAME_WORK = 1.0        # a time that grew by less, in the same number of instructions and calls, is not judged
BUSY_FLOOR = 0.25      # a change of processor time below this is then not judged: others take the caches too
COUNTS = ('instructions', 'system_calls', 'page_faults', 'memory', 'calls')

WORDS = {'time': 'time', 'rate': 'rate', 'cpu': 'processor time', 'instructions': 'instructions',
         'system_calls': 'system calls', 'page_faults': 'page faults', 'memory': 'memory', 'calls': 'calls'}


class BadInput(Exception):
    """A file is not a result; the message says why."""


RESULT = {'figures': list, 'machine': dict, 'subjects': dict, 'unavailable': dict, 'rounds': int}
FIGURE = {'name': str, 'suite': str, 'metric': str, 'unit': str, 'better': str, 'status': str, 'reason': str, 'samples': dict,
          'median': dict, 'noise': dict, 'ratio': dict}


def check(data, path):
    """A file that was cut or edited is named, instead of being half read."""
    for part, fields in [(data, RESULT), *((figure, FIGURE) for figure in data.get('figures') or ())]:
        for name, kind in fields.items():
            if not isinstance(part, dict) or not isinstance(part.get(name), kind):
                raise BadInput(f'{path}: not a whole result: {name} is missing')


@dataclass
class Verdict:
    name: str
    metric: str
    kind: str        # regression, improved, same, noisy, failed, new, gone
    change: float    # 0.2: costs a fifth more
    allowed: float
    text: str


def _cost_change(before, after, better):
    if not before or not after:
        return 0.0
    return (before / after if better == 'more' else after / before) - 1


def _kind(change, allowed, noise):
    if change > allowed:
        return 'regression'
    if noise > WORTH_KNOWING:
        return 'noisy'
    return 'improved' if change < -allowed else 'same'


def _noise(*parts):
    """Noise of a quotient; an unknown part makes it unknown (infinite)."""
    return math.inf if any(part is None for part in parts) else math.hypot(*parts)


def _verdict(figure, change, noise, before, after):
    allowed = max(FLOORS.get(figure['metric'], 0.10), noise)
    kind = _kind(change, allowed, noise)
    word = WORDS.get(figure['metric'], figure['metric'])
    text = f'{shown(before, figure["unit"])} -> {shown(after, figure["unit"])}, {change:+.0%} {word}'
    if math.isfinite(noise) and noise > 0:
        text += f' (noise ±{noise:.0%})'
    return Verdict(figure['name'], figure['metric'], kind, change, allowed, text)


def paired(figure):
    """The verdict on a figure of one session that measured `lsw` against `base` in turn, or None."""
    ours, base = figure['samples'].get('lsw'), figure['samples'].get('base')
    if not ours or not base:
        if base and figure['status'] == 'failed':
            return Verdict(figure['name'], figure['metric'], 'regression', math.inf, 0, figure['reason'])
        return None
    before, after = (stats.typical(figure['metric'], values) for values in (base, ours))
    if figure['metric'] in COUNTS:
        return _count_verdict(figure, before, after, base, ours)
    each = stats.ratios(ours, base, figure['better'])
    if not each:
        return None
    noise = stats.relative_noise(each)
    verdict = _verdict(figure, stats.median(each) - 1, math.inf if noise is None else noise, before, after)
    return _only_if(stats.quantile(each, 0.25) > 1, verdict)


def _only_if(apart, verdict):
    """A few disturbed rounds are no regression."""
    if verdict.kind == 'regression' and not apart:
        verdict.kind = 'noisy'
        verdict.text += ', but the samples overlap'
    return verdict


def _spread(samples):
    return max(samples) / min(samples) - 1 if samples and min(samples) > 0 else 0.0


def _count_verdict(figure, before, after, *samples):
    change = _cost_change(before, after, figure['better'])
    if abs(after - before) < LEAST_STEP.get(figure['metric'], 0):
        change = 0.0
    verdict = _verdict(figure, change, 0.0, before, after)
    if figure['metric'] in ('instructions', 'system_calls') and verdict.kind == 'regression':
        verdict.allowed += max(map(_spread, samples))
        if change <= verdict.allowed:
            verdict.kind = 'same'
    return verdict


def _timed_verdict(base, new, same_machine):
    before, after = base['median'].get('lsw'), new['median'].get('lsw')
    absolute = _cost_change(before, after, new['better'])
    ratio_before, ratio_after = base['ratio'].get('lsw'), new['ratio'].get('lsw')
    if not ratio_before or not ratio_after:
        return _verdict(new, absolute, _noise(base['noise'].get('lsw'), new['noise'].get('lsw')), before, after)
    change = ratio_after['median'] / ratio_before['median'] - 1
    if same_machine:
        # The smaller of the two, of one sign: what the twin's luck and the machine's mood leave over.
        change = 0.0 if change * absolute <= 0 else math.copysign(min(abs(change), abs(absolute)), change)
    verdict = _verdict(new, change, _noise(ratio_before['noise'], ratio_after['noise']), before, after)
    verdict.text += f'; {ratio_before["median"]:.2f}x -> {ratio_after["median"]:.2f}x native'
    drift = abs(_cost_change(base['median'].get('native'), new['median'].get('native'), new['better']))
    if verdict.kind == 'regression' and change <= verdict.allowed + drift:
        verdict.kind = 'noisy'
        verdict.text += f', but the twin differs by {drift:.0%}'
    return _only_if(ratio_after['low'] > ratio_before['high'], verdict)


def compare_figures(base, new, same_machine=True, too_busy=False):
    """The verdict on one figure of two results."""
    name, metric = new['name'], new['metric']
    if new['status'] == 'failed':
        kind = 'failed' if base['status'] == 'failed' else 'regression'
        return Verdict(name, metric, kind, math.inf, 0, f'fails: {new["reason"]}')
    if base['status'] == 'failed':
        return Verdict(name, metric, 'new', 0, 0, f'failed before: {base["reason"]}')
    if metric in COUNTS:
        verdict = _count_verdict(new, base['median'].get('lsw') or 0, new['median'].get('lsw') or 0,
                                 base['samples'].get('lsw'), new['samples'].get('lsw'))
        # How often threads sleep and wake each other depends on who else wants the processors.
        if metric == 'system_calls' and verdict.kind == 'regression':
            # A twin that makes another number of them by itself, as Go's scheduler does, tells how far this one may.
            natives = [figure['median'].get('native') or 0 for figure in (base, new)]
            verdict.allowed += abs(_cost_change(*natives, new['better']))
            if verdict.change <= verdict.allowed:
                verdict.kind = 'same'
            elif too_busy and _varies(base, new):
                return _too_busy(verdict)
        return verdict
    verdict = _timed_verdict(base, new, same_machine)
    if too_busy and verdict.kind != 'noisy' and (metric in ('time', 'rate') or abs(verdict.change) < BUSY_FLOOR):
        return _too_busy(verdict)
    return verdict


def _too_busy(verdict):
    verdict.kind = 'noisy'
    verdict.text += ', but others used the machine'
    return verdict


def _varies(*figures):
    """Not the same whole number in every round, or not in the twin's of both results, whose build is the same."""
    samples = [set(figure['samples'].get('lsw', ())) for figure in figures]
    samples.append({value for figure in figures for value in figure['samples'].get('native', ())})
    return any(len(values) > 1 or any(value % 1 for value in values) for values in samples)


def _by_the_same_work(verdicts):
    counted = {}
    for verdict in verdicts:
        if verdict.metric in ('instructions', 'system_calls'):
            counted.setdefault(verdict.name, {})[verdict.metric] = verdict.kind
    for verdict in verdicts:
        counts = counted.get(verdict.name, {})
        if verdict.kind == 'regression' and verdict.metric in ('time', 'rate') and verdict.change < SAME_WORK \
                and counts.get('instructions') == 'same' and counts.get('system_calls', 'same') == 'same':
            verdict.kind = 'noisy'
            verdict.text += ', by the same instructions'
    return verdicts


def _spared(verdicts):
    """More instructions or page faults are no regression when the time itself was judged and became better."""
    better = {verdict.name for verdict in verdicts if verdict.kind == 'improved' and verdict.metric in ('time', 'rate')}
    for verdict in verdicts:
        if verdict.kind == 'regression' and verdict.metric in ('instructions', 'page_faults') and verdict.name in better \
                and math.isfinite(verdict.change):
            verdict.kind = 'same'
            verdict.text += ' (but faster)'
    return verdicts


def compare_results(base, new):
    """Verdicts on all figures of two results, of perf or of `lsw trace -c --json`."""
    if 'figures' not in base or 'figures' not in new:
        raise BadInput('not a result of ci/perf or of lsw trace -c --json')
    same_machine = base.get('machine', {}).get('processor') == new.get('machine', {}).get('processor')
    too_busy = max(base.get('busy_share', 0), new.get('busy_share', 0)) > TOO_BUSY
    before = {(figure['name'], figure['metric']): figure for figure in base['figures']}
    after = {(figure['name'], figure['metric']): figure for figure in new['figures']}
    verdicts = []
    for key, figure in after.items():
        verdicts.append(compare_figures(before[key], figure, same_machine, too_busy) if key in before
                        else Verdict(*key, 'new', 0, 0, 'not in the first result'))
    now_failing = {verdict.name for verdict in verdicts if verdict.text.startswith('fails: ')}
    for key in before:
        if key not in after and key[0] not in now_failing:
            verdicts.append(Verdict(*key, 'gone', 0, 0, 'not in the second result'))
    return _spared(_by_the_same_work(verdicts))


def compare_session(result):
    """Verdicts of a session that measured a base lsw too."""
    return _spared([verdict for verdict in map(paired, result['figures']) if verdict])


def shown(value, unit):
    """A value with its unit, in three digits or so."""
    if value is None:
        return '?'
    if unit == 's':
        for scale, name in ((1, 's'), (1e-3, 'ms'), (1e-6, 'µs')):
            if value >= scale:
                return f'{value / scale:.3g} {name}'
        return f'{value * 1e9:.3g} ns'
    if unit == 'ns':
        return shown(value * 1e-9, 's') if value >= 1000 else f'{value:.3g} ns'
    text = f'{value:.3g}' if abs(value) < 1000 else f'{value:,.0f}'
    return f'{text}{unit}' if unit.startswith('/') else f'{text} {unit}'


LABELS = (('regression', 'SLOWER'), ('failed', 'FAILED'), ('noisy', 'too noisy'), ('improved', 'faster'),
          ('gone', 'gone'), ('new', 'new'))


def print_verdicts(verdicts, out, everything=False):
    """Prints what changed and a closing line. Returns the exit code."""
    for kind, label in LABELS:
        for verdict in verdicts:
            if verdict.kind == kind:
                print(f'{label:10}{verdict.name:34}{verdict.text}', file=out)
    if everything:
        for verdict in verdicts:
            if verdict.kind == 'same':
                print(f'{"same":10}{verdict.name:34}{verdict.text}', file=out)
    count = {kind: sum(verdict.kind == kind for verdict in verdicts) for kind in
             ('regression', 'failed', 'noisy', 'improved', 'same', 'new', 'gone')}
    judged = len(verdicts) - count['noisy'] - count['failed'] - count['new'] - count['gone']
    print(f'{judged} figures judged: {count["regression"]} regressions, {count["improved"]} improvements; '
          f'{count["noisy"]} too noisy to judge, {count["failed"]} failed on both sides', file=out)
    return 1 if count['regression'] else 0
