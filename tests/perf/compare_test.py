#!/usr/bin/env python3
"""What ci/perf compare makes of results: made up ones, so that each case is exactly known."""

import copy
import io
import json
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'ci'))

from perflib import compare, report, session, stats, suites, table, traces  # noqa: E402


def figure(name, ours, native, metric='time', unit='ns', better='less'):
    """A figure from samples, judged as a session would."""
    made = session.Session([], True, None)
    benchmark = suites.Benchmark()
    benchmark.suite, benchmark.name = name.split('.')
    made.samples[(name, metric)].update({'lsw': ours, **({'native': native} if native else {})})
    made.about[(name, metric)] = suites.Reading(name, metric, 0, unit, better)
    made.owner[(name, metric)] = benchmark
    return made.figures()[0]


def noisy(middle, share, seed, rounds=10):
    numbers = random.Random(seed)
    return [middle * (1 + numbers.uniform(-share, share)) for _ in range(rounds)]


def result(*figures, **more):
    return {'format': 'lsw-perf', 'version': 1, 'when': '2026-01-01T00:00:00Z', 'commit': 'abc', 'rounds': 10,
            'seconds': 60, 'busy_share': 0.02, 'instructions_by': 'perf', 'unavailable': {},
            'subjects': {'native': 'native', 'lsw': 'LSW'}, 'figures': list(figures),
            'machine': {'processor': 'P', 'kernel': '6', 'cores': 2, 'system': 'S', 'file_system': 'ext4'}, **more}


def kinds(base, new):
    return {(verdict.name, verdict.metric): verdict.kind for verdict in compare.compare_results(base, new)}


def kind(base, new):
    (only,) = kinds(result(base), result(new)).values()
    return only


class Times(unittest.TestCase):
    def test_a_fifth_slower_is_a_regression(self):
        base = figure('calls.event_set', noisy(100, .02, 1), noisy(50, .02, 2))
        slow = figure('calls.event_set', noisy(120, .02, 3), noisy(50, .02, 4))
        self.assertEqual(kind(base, slow), 'regression')
        self.assertEqual(kind(slow, base), 'improved')

    def test_the_same_build_is_the_same(self):
        for seed in range(200):
            share = .01 + .1 * (seed % 10) / 10
            base = figure('calls.x', noisy(100, share, seed), noisy(50, share, seed + 1000))
            new = figure('calls.x', noisy(100, share, seed + 2000), noisy(50, share, seed + 3000))
            self.assertIn(kind(base, new), ('same', 'noisy'), f'seed {seed}')

    def test_a_slower_machine_is_no_regression(self):
        base = figure('calls.x', noisy(100, .02, 1), noisy(50, .02, 2))
        new = figure('calls.x', noisy(200, .02, 3), noisy(100, .02, 4))
        self.assertEqual(kind(base, new), 'same')

    def test_a_lucky_twin_is_no_regression(self):
        base = figure('calls.x', noisy(100, .02, 1), noisy(50, .02, 2))
        new = figure('calls.x', noisy(100, .02, 3), noisy(35, .02, 4))
        self.assertEqual(kind(base, new), 'same')

    def test_what_the_twin_differs_by_is_allowed(self):
        base = figure('calls.x', noisy(100, .02, 1), noisy(50, .02, 2))
        drifted = figure('calls.x', noisy(200, .02, 3), noisy(75, .02, 4))
        self.assertEqual(kind(base, drifted), 'noisy')
        self.assertEqual(kind(base, figure('calls.x', noisy(250, .02, 3), noisy(75, .02, 4))), 'regression')

    def test_rates_count_the_other_way_round(self):
        base = figure('files.read', noisy(1000, .02, 1), noisy(1200, .02, 2), 'rate', 'MB/s', 'more')
        slow = figure('files.read', noisy(700, .02, 3), noisy(1200, .02, 4), 'rate', 'MB/s', 'more')
        self.assertEqual(kind(base, slow), 'regression')
        self.assertEqual(kind(slow, base), 'improved')

    def test_too_noisy_is_said_and_does_not_pass(self):
        base = figure('calls.x', [100, 200, 50, 300, 80], [50, 51, 52, 50, 51])
        new = figure('calls.x', [130, 90, 300, 60, 210], [50, 51, 52, 50, 51])
        self.assertEqual(kind(base, new), 'noisy')
        self.assertEqual(base['status'], 'noisy')

    def test_beyond_the_noise_it_is_a_regression_however_noisy(self):
        base = figure('calls.x', noisy(100, .5, 1), noisy(50, .02, 2))
        new = figure('calls.x', noisy(900, .5, 3), noisy(50, .02, 4))
        self.assertEqual(kind(base, new), 'regression')

    def test_samples_that_overlap_are_no_regression(self):
        base = figure('calls.x', [100, 101, 103, 250, 260], [50] * 5)
        new = figure('calls.x', [99, 240, 245, 250, 255], [50] * 5)
        self.assertEqual(kind(base, new), 'noisy')

    def test_times_of_a_busy_machine_are_not_judged(self):
        base = figure('start.x', noisy(100, .02, 1), noisy(50, .02, 2))
        slow = figure('start.x', noisy(200, .02, 3), noisy(50, .02, 4))
        self.assertEqual(list(kinds(result(base), result(slow, busy_share=.8)).values()), ['noisy'])
        base['metric'] = slow['metric'] = 'cpu'
        self.assertEqual(list(kinds(result(base), result(slow, busy_share=.8)).values()), ['regression'])

    def test_too_few_rounds_are_too_noisy(self):
        self.assertEqual(kind(figure('calls.x', [1, 1], [1, 1]), figure('calls.x', [1.1, 1.1], [1, 1])), 'noisy')


class Counts(unittest.TestCase):
    def test_instructions_hold_from_run_to_run(self):
        base = figure('calls.event_set', [190], [11], 'instructions', 'instructions')
        more = figure('calls.event_set', [203], [11], 'instructions', 'instructions')
        few = figure('calls.event_set', [192], [11], 'instructions', 'instructions')
        self.assertEqual(kind(base, more), 'regression')
        self.assertEqual(kind(base, few), 'same')

    def test_a_clock_that_is_being_set_is_no_regression(self):
        base = figure('calls.system_time', [139.25, 132.25, 132.25], [85.5], 'instructions', 'instructions')
        new = figure('calls.system_time', [146.25, 139.25, 139.25], [85.5], 'instructions', 'instructions')
        slow = figure('calls.system_time', [166, 159, 159], [85.5], 'instructions', 'instructions')
        self.assertEqual(kind(base, new), 'same')
        self.assertEqual(kind(base, slow), 'regression')

    def test_more_instructions_in_less_time_are_fine(self):
        before = [figure('calls.x', noisy(100, .01, 1), noisy(50, .01, 2)),
                  figure('calls.x', [190], [11], 'instructions', 'instructions')]
        after = [figure('calls.x', noisy(50, .01, 3), noisy(50, .01, 4)),
                 figure('calls.x', [260], [11], 'instructions', 'instructions')]
        self.assertNotIn('regression', kinds(result(*before), result(*after)).values())
        self.assertIn('regression', kinds(result(before[1]), result(after[1])).values())

    def test_a_time_by_the_same_work_must_double(self):
        counted = figure('calls.x', [190], [11], 'instructions', 'instructions')
        more = figure('calls.x', [228], [11], 'instructions', 'instructions')
        before, slower, double = (figure('calls.x', noisy(middle, .01, middle), noisy(50, .01, 2)) for middle in (100, 160, 230))
        self.assertEqual(kinds(result(before, counted), result(slower, counted))['calls.x', 'time'], 'noisy')
        self.assertEqual(kinds(result(before, counted), result(double, counted))['calls.x', 'time'], 'regression')
        self.assertEqual(kinds(result(before, counted), result(slower, more))['calls.x', 'time'], 'regression')

    def test_one_more_system_call_is_a_regression(self):
        base = figure('calls.x', [2], [1], 'system_calls', 'system calls')
        self.assertEqual(kind(base, figure('calls.x', [3], [1], 'system_calls', 'system calls')), 'regression')


    def test_a_count_that_varies_of_itself(self):
        """Go's scheduler makes another number of calls each time, in the twin too; threads sleep as the machine lets them."""
        base = figure('start.hello_go', [384], [202], 'system_calls', 'system calls')
        other = figure('start.hello_go', [408], [221], 'system_calls', 'system calls')
        twice = figure('start.hello_go', [800], [221], 'system_calls', 'system calls')
        self.assertEqual(kind(base, other), 'same')
        self.assertEqual(kind(base, twice), 'regression')
        base = figure('calls.ping_pong', [3.30, 3.26], [3.84, 3.69], 'system_calls', 'system calls')
        other = figure('calls.ping_pong', [3.94, 3.91], [3.78, 3.51], 'system_calls', 'system calls')
        self.assertEqual(list(kinds(result(base, busy_share=.9), result(other)).values()), ['noisy'])
        self.assertEqual(kind(base, other), 'regression')

    def test_processor_time_on_a_busy_machine(self):
        base = figure('start.x', noisy(100, .02, 1), noisy(50, .02, 2), 'cpu', 's')
        slower = figure('start.x', noisy(115, .02, 3), noisy(50, .02, 4), 'cpu', 's')
        much = figure('start.x', noisy(150, .02, 3), noisy(50, .02, 4), 'cpu', 's')
        self.assertEqual(kind(base, slower), 'regression')
        self.assertEqual(list(kinds(result(base, busy_share=.9), result(slower)).values()), ['noisy'])
        self.assertEqual(list(kinds(result(base, busy_share=.9), result(much)).values()), ['regression'])


class Failures(unittest.TestCase):
    def test_what_fails_now_is_a_regression(self):
        base = figure('calls.x', noisy(100, .02, 1), noisy(50, .02, 2))
        broken = {**copy.deepcopy(base), 'status': 'failed', 'reason': 'lsw: exit code 1', 'samples': {'lsw': [1]}}
        self.assertEqual(kind(base, broken), 'regression')
        self.assertEqual(kind(broken, broken), 'failed')

    def test_a_figure_without_a_twin_fails(self):
        self.assertEqual(figure('calls.x', noisy(100, .02, 1), None)['status'], 'failed')

    def test_what_vanished_is_said(self):
        base = figure('calls.x', noisy(100, .02, 1), noisy(50, .02, 2))
        self.assertEqual(list(kinds(result(base), result()).values()), ['gone'])


class Paired(unittest.TestCase):
    """Two builds in one session."""

    def test_a_fifth_slower(self):
        made = figure('calls.event_set', noisy(120, .03, 1), noisy(50, .03, 2))
        made['samples']['base'] = noisy(100, .03, 3)
        self.assertEqual(compare.paired(made).kind, 'regression')
        made['samples']['base'] = noisy(120, .03, 4)
        self.assertEqual(compare.paired(made).kind, 'same')

    def test_a_drift_that_both_share_cancels(self):
        base = [100 * 1.2 ** at for at in range(8)]
        made = figure('calls.x', [value * 1.01 for value in base], noisy(50, .02, 2, 8))
        made['samples']['base'] = base
        self.assertEqual(compare.paired(made).kind, 'same')


class Traces(unittest.TestCase):
    def summary(self, count, mean):
        return {'format': 'lsw-trace-summary', 'calls': [
            {'name': 'kernel32!ReadFile', 'count': count, 'errors': 0, 'total_ns': count * mean, 'stddev_ns': mean / 4}]}

    def test_summaries_compare(self):
        base, new = (traces.as_result(self.summary(1000, mean)) for mean in (2000, 2600))
        self.assertEqual(kinds(base, new)[('trace.kernel32!ReadFile', 'time')], 'regression')
        more = traces.as_result(self.summary(2000, 2000))
        self.assertEqual(kinds(base, more)[('trace.kernel32!ReadFile', 'calls')], 'regression')
        self.assertNotIn('regression', kinds(base, base).values())


class Command(unittest.TestCase):
    def compare(self, *texts):
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for at, text in enumerate(texts):
                names.append(str(Path(folder) / f'{at}.json'))
                Path(names[-1]).write_text(text)
            return subprocess.run([sys.executable, str(ROOT / 'ci' / 'perf'), 'compare', *names],
                                  capture_output=True, text=True)

    def test_exit_codes_and_names(self):
        base = result(figure('calls.event_set', noisy(100, .02, 1), noisy(50, .02, 2)))
        slow = result(figure('calls.event_set', noisy(121, .02, 3), noisy(50, .02, 4)))
        done = self.compare(json.dumps(base), json.dumps(slow))
        self.assertEqual(done.returncode, 1)
        self.assertIn('SLOWER    calls.event_set', done.stdout)
        self.assertEqual(self.compare(json.dumps(base), json.dumps(base)).returncode, 0)

    def test_bad_files(self):
        cut = result(figure('calls.event_set', noisy(100, .02, 1), noisy(50, .02, 2)))
        del cut['figures'][0]['median']
        for text in ('', '{', '[]', '{"format": "other"}', '3', '{"format": "lsw-perf", "figures": [3]}', json.dumps(cut)):
            done = self.compare(text, text)
            self.assertEqual(done.returncode, 2, text)
            self.assertNotIn('Traceback', done.stderr)


class Reports(unittest.TestCase):
    def test_page_and_tables(self):
        first = result(figure('calls.event_set', noisy(100, .02, 1), noisy(50, .02, 2)))
        second = result(figure('calls.event_set', noisy(120, .02, 3), noisy(50, .02, 4)),
                        {**figure('calls.<b>', noisy(1, .02, 5), None)})
        text = report.page([first, second])
        self.assertIn('event_set', text)
        self.assertIn('class=spark', text)
        self.assertIn('&lt;b&gt;', text)
        self.assertNotIn('http', text)
        out = io.StringIO()
        table.print_table(second, out)
        table.print_markdown(second, out)
        self.assertIn('FAILED', out.getvalue())


class Statistics(unittest.TestCase):
    def test_noise_shrinks_with_rounds_and_ignores_outliers(self):
        few, many = stats.relative_noise(noisy(100, .05, 1, 5)), stats.relative_noise(noisy(100, .05, 1, 50))
        self.assertGreater(few, many)
        self.assertLess(stats.relative_noise([100, 101, 99, 100, 900, 101, 99]), .1)
        self.assertIsNone(stats.relative_noise([1, 2]))


if __name__ == '__main__':
    unittest.main()
