"""The command line of ci/perf."""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from . import compare, report, suites, table, traces
from .programs import ROOT
from .session import Session, suspects

LSW = ROOT / 'build' / 'release' / 'bin' / 'lsw'

ABOUT = """Measures what LSW costs against native Linux builds of the same programs, run in turn.

  ci/perf run                                   everything (about twenty minutes)
  ci/perf run --quick                           every suite, a few minutes
  ci/perf run --filter calls                    what has this in its name; several with commas
  ci/perf run --quick --json new.json --html new.html
  ci/perf run --wine wine                       Wine beside it
  ci/perf run --base OTHER_LSW                  against another build, in one session: exit code 1 on a regression
  ci/perf run --program app.exe --twin ./app -- arguments…
  ci/perf compare base.json new.json            exit code 1 on a regression beyond the measured noise
  ci/perf report a.json b.json … --html page.html    several results: with history
  ci/perf list
"""


class Progress:
    """One line that changes on a terminal; a line per round elsewhere."""

    def __init__(self, out):
        self.out, self.terminal, self.round = out, out.isatty(), None

    def _line(self, text):
        self.out.write('\r\x1b[K' + text[:shutil.get_terminal_size().columns - 1])
        self.out.flush()

    def say(self, text):
        if self.terminal:
            self._line(text)

    def step(self, number, most, at, count, what):
        if self.terminal:
            self._line(f'round {number + 1} of at most {most}, {at + 1}/{count}: {what}')
        elif number != self.round:
            print(f'perf: round {number + 1} of at most {most}', file=self.out, flush=True)
        self.round = number

    def done(self):
        self.round = None
        if self.terminal:
            self._line('')


def _wanted(pattern):
    parts = [part.strip() for part in (pattern or '').split(',') if part.strip()]
    return lambda name: not parts or any(re.search(part, name) for part in parts)


def _chosen(options):
    wanted = _wanted(options.filter)
    for benchmark in suites.everything(options.quick):
        if wanted(benchmark.key) or any(map(wanted, benchmark.figures)):
            yield benchmark


def _subjects(options):
    subjects = [suites.Subject('native', 'native', False)]
    if options.base:
        subjects.append(suites.Subject('base', 'LSW, base', True, (str(Path(options.base).resolve()), 'exec')))
    subjects.append(suites.Subject('lsw', 'LSW', True, (str(Path(options.lsw).resolve()), 'exec')))
    if options.wine:
        command = shlex.split(options.wine)
        done = subprocess.run([*command, '--version'], capture_output=True, text=True,
                              check=False) if shutil.which(command[0]) else None
        if not done or done.returncode:
            sys.exit(f'perf: {options.wine}: not a Wine that runs')
        os.environ.setdefault('WINEDEBUG', '-all')
        subjects.append(suites.Subject('wine', done.stdout.strip() or 'Wine', True, tuple(command)))
    return subjects


def run(options):
    for lsw in filter(None, (options.lsw, options.base)):
        if not os.access(lsw, os.X_OK):
            sys.exit(f'perf: {lsw}: no such program; build it first (ci/perf run --lsw PATH takes another)')
    if options.program and not options.twin:
        sys.exit('perf: --program needs --twin, the native build of the same program')
    if options.program and not os.path.isfile(options.program):
        sys.exit(f'perf: {options.program}: no such file')
    if options.program and not os.access(options.twin, os.X_OK):
        sys.exit(f'perf: {options.twin}: not a program that can be run')
    for path in filter(None, (options.json, options.html)):  # before ten minutes of measuring, not after
        if not os.access(os.path.dirname(os.path.abspath(path)), os.W_OK) or os.path.isdir(path):
            sys.exit(f'perf: {path}: cannot be written')
    benchmarks = (suites.of_user(options.program, options.twin, options.arguments) if options.program
                  else list(_chosen(options)))
    if not benchmarks:
        sys.exit(f'perf: nothing is called {options.filter}; see ci/perf list')
    session = Session(_subjects(options), options.quick, Progress(sys.stderr), options.rounds, options.budget)
    wanted = _wanted(options.filter)
    session.wanted = lambda benchmark, name: bool(options.program) or wanted(benchmark.key) or wanted(name)
    session.run(benchmarks)
    if options.base:
        # What looks like a regression is measured again before anybody is told.
        session.again(suspects(session), rounds=session.rounds)
    result = session.result(ROOT, options)
    if options.json:
        Path(options.json).write_text(json.dumps(result, indent=1) + '\n')
    if options.html:
        Path(options.html).write_text(report.page([result]))
    table.print_table(result, sys.stdout)
    if options.base:
        print()
        return compare.print_verdicts(compare.compare_session(result), sys.stdout, options.verbose)
    return 1 if any(figure['status'] == 'failed' for figure in result['figures']) else 0


def _read(path):
    try:
        data = json.loads(Path(path).read_text())
    except (OSError, ValueError) as error:
        raise compare.BadInput(f'{path}: {error}') from error
    if traces.is_summary(data):
        return traces.as_result(data)
    if not isinstance(data, dict) or data.get('format') != 'lsw-perf':
        raise compare.BadInput(f'{path}: not a result of ci/perf or of lsw trace -c --json')
    compare.check(data, path)
    return data


def compare_files(options):
    try:
        base, new = _read(options.base), _read(options.new)
        for what in ('processor', 'kernel'):
            values = [one.get('machine', {}).get(what) for one in (base, new)]
            if values[0] != values[1]:
                print(f'note: another {what}: {values[0]}, then {values[1]}')
        return compare.print_verdicts(compare.compare_results(base, new), sys.stdout, options.verbose)
    except compare.BadInput as error:
        print(f'perf: {error}', file=sys.stderr)
        return 2


def make_report(options):
    try:
        results = sorted(map(_read, options.results), key=lambda result: result.get('when', ''))
    except compare.BadInput as error:
        print(f'perf: {error}', file=sys.stderr)
        return 2
    if options.html:
        Path(options.html).write_text(report.page(results))
    if options.markdown:
        table.print_markdown(results[-1], sys.stdout)
    elif not options.html:
        table.print_table(results[-1], sys.stdout)
    return 0


def list_figures(options):
    for benchmark in suites.everything(options.quick):
        for figure in benchmark.figures or (benchmark.key,):
            print(f'{figure:34}{benchmark.about}')
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog='ci/perf', description=ABOUT,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='command', required=True, metavar='run|compare|report|list')
    one = commands.add_parser('run', help='measure')
    one.set_defaults(call=run)
    one.add_argument('--filter', metavar='NAMES', help='only figures with one of these in their name (a,b)')
    one.add_argument('--quick', action='store_true', help='smaller, and without the long jobs')
    one.add_argument('--lsw', default=str(LSW), help='another lsw than build/release/bin/lsw')
    one.add_argument('--base', metavar='LSW', help='an lsw to compare with, measured in the same session')
    one.add_argument('--wine', metavar='COMMAND', help='measure this Wine as well')
    one.add_argument('--json', metavar='FILE')
    one.add_argument('--html', metavar='FILE')
    one.add_argument('--rounds', type=int, help='exactly so many rounds')
    one.add_argument('--budget', type=float, metavar='SECONDS', help='begin no further round after so long')
    one.add_argument('--program', metavar='APP.EXE', help='measure this Windows program …')
    one.add_argument('--twin', metavar='APP', help='… against this native build of it')
    one.add_argument('--verbose', action='store_true', help='with --base: also what did not change')
    one.add_argument('arguments', nargs='*', help='after --: arguments of the program')
    two = commands.add_parser('compare', help='exit code 1 when NEW is slower than BASE')
    two.set_defaults(call=compare_files)
    two.add_argument('base', metavar='BASE.json')
    two.add_argument('new', metavar='NEW.json')
    two.add_argument('--verbose', action='store_true', help='also what did not change')
    three = commands.add_parser('report', help='a page or a table from results')
    three.set_defaults(call=make_report)
    three.add_argument('results', nargs='+', metavar='RESULT.json')
    three.add_argument('--html', metavar='FILE')
    three.add_argument('--markdown', action='store_true', help='a table for a README or a pull request')
    four = commands.add_parser('list', help='what can be measured')
    four.set_defaults(call=list_figures)
    four.add_argument('--quick', action='store_true')
    return parser


def main():
    options = _parser().parse_args()
    try:
        return options.call(options)
    except KeyboardInterrupt:
        return 130
