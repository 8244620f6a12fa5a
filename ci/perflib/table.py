"""Results as text: a table for a terminal, and one in Markdown."""

import math

from .compare import shown

MAIN = ('time', 'rate', 'memory')

SUITE_TITLES = {
    'start': 'Starting programs', 'calls': 'Single calls', 'files': 'Files and directories',
    'programs': 'Real programs on their jobs', 'memory': 'Memory', 'io': 'Overlapped input and output', 'net': 'Sockets',
    'syscalls': 'Raw system calls', 'trace': 'Tracing', 'yours': 'Your program'}


def rows_of(result):
    """suite -> rows; a row is the figures of one name by metric, under `main` the one that leads."""
    suites = {}
    for figure in result['figures']:
        suites.setdefault(figure['suite'], {}).setdefault(figure['name'], {})[figure['metric']] = figure
    found = {}
    for suite, names in suites.items():
        found[suite] = []
        for name, metrics in names.items():
            main = next((metrics[metric] for metric in MAIN if metric in metrics), None) or next(iter(metrics.values()))
            found[suite].append({'name': name, 'main': main, **metrics})
    return found


def ratio_of(figure, key='lsw'):
    return figure['ratio'].get(key, {}).get('median')


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def judged(figure):
    return figure['status'] == 'ok'


def suite_mean(rows, key='lsw'):
    """Mean ratio of a suite's figures that could be judged."""
    return geometric_mean([ratio_of(row['main'], key) for row in rows
                           if judged(row['main']) and ratio_of(row['main'], key)])


def count_text(value):
    """Counts of whole programs are large, those per operation small."""
    return f'{value:,.0f}' if value >= 10 or value == int(value) else f'{value:.2f}'


def _count_words(row):
    words = []
    for metric, word in (('instructions', 'instr.'), ('system_calls', 'calls'), ('page_faults', 'faults')):
        if metric in row and judged(row[metric]):
            ours, theirs = (row[metric]['median'].get(key) for key in ('lsw', 'native'))
            if ours or theirs:
                words.append(f'{count_text(ours)}:{count_text(theirs)} {word}')
    return ', '.join(words)


def times(ratio):
    """A ratio in a column."""
    return '' if not ratio else f'{ratio:.2f}' if ratio < 100 else f'{ratio:,.0f}'


def print_table(result, out):
    """The whole result, a line per figure."""
    machine = result.get('machine', {})
    print(f'{machine.get("processor")}, {machine.get("cores")} cores, kernel {machine.get("kernel")}; '
          f'{result["rounds"]} rounds in {result["seconds"]} s; others used {result["busy_share"]:.0%} of the machine',
          file=out)
    wine = 'wine' in result['subjects']
    for suite, rows in rows_of(result).items():
        print(f'\n{SUITE_TITLES.get(suite, suite):32}{"LSW":>12}{"native":>12}{"ratio":>8}{"noise":>7}'
              + (f'{"Wine":>9}' if wine else '') + '  counts LSW:native', file=out)
        for row in rows:
            figure = row['main']
            if figure['status'] == 'failed':
                print(f'{figure["name"]:32}  FAILED: {figure["reason"]}', file=out)
                continue
            ratio, noise = ratio_of(figure), figure['ratio'].get('lsw', {}).get('noise')
            against = ratio_of(figure, 'wine')
            print(f'{figure["name"]:32}{shown(figure["median"].get("lsw"), figure["unit"]):>12}'
                  f'{shown(figure["median"].get("native"), figure["unit"]):>12}'
                  f'{f"{ratio:.2f}" if ratio else "":>8}{f"{noise:.0%}" if noise is not None else "":>7}'
                  + (f'{times(against):>9}' if wine else '') + '  '
                  + ', '.join(filter(None, [_count_words(row), '' if judged(figure) else 'time too noisy to judge'])),
                  file=out)
    for name, reason in result.get('unavailable', {}).items():
        print(f'\nnot measured: {name}: {reason}', file=out)
    for name, reason in result.get('wine_failures', {}).items():
        print(f'\n{result["subjects"]["wine"]} fails: {name}: {reason}', file=out)


def print_markdown(result, out):
    """The main figures as a Markdown table."""
    wine = 'wine' in result['subjects']
    print('| figure | LSW | native | ratio |' + (f' {result["subjects"]["wine"]} |' if wine else '') + ' instructions |',
          file=out)
    print('|---|---|---|---|' + ('---|' if wine else '') + '---|', file=out)
    for rows in rows_of(result).values():
        for row in rows:
            figure = row['main']
            ratio, against = ratio_of(figure), ratio_of(figure, 'wine')
            values = [shown(figure['median'].get(key), figure['unit']) for key in ('lsw', 'native')]
            if figure['status'] == 'failed':
                values, ratio = ['failed', ''], None
            note = '' if judged(figure) else ' (noisy)' if figure['status'] == 'noisy' else ''
            count = row.get('instructions')
            counted = (f'{count["median"]["lsw"]:,.0f} : {count["median"]["native"]:,.0f}'
                       if count and judged(count) else '')
            print(f'| {figure["name"]}: {figure["about"]} | {values[0]} | {values[1]} '
                  f'| {f"{ratio:.2f}" if ratio else ""}{note} |'
                  + (f' {f"{against:.2f}" if against else ""} |' if wine else '') + f' {counted} |', file=out)


__all__ = ['SUITE_TITLES', 'print_markdown', 'print_table', 'ratio_of', 'rows_of', 'suite_mean']
