"""One self-contained HTML page from one result or several: a chart per suite, the native twin at 1x, LSW and Wine
as multiples of it on a logarithmic axis; with several results, the course of each figure."""

import html
import math

from .compare import shown
from .table import SUITE_TITLES, count_text, judged, ratio_of, rows_of, suite_mean

TICKS = (0.25, 0.5, *(step * 10**power for power in range(7) for step in (1, 2, 5)))
MOST_TICKS = 6   # of a step of 1, 2 and 5; beyond, powers of ten

STYLE = """
:root { color-scheme: light dark; --page:#f6f7f9; --card:#ffffff; --ink:#16202e; --soft:#5b6778; --line:#e3e7ee;
  --lsw:#2a6fdb; --wine:#c2571a; --native:#8a95a5; --good:#1f8a4c; --bad:#c23030; --warn:#9a6a00; --track:#eef1f6; }
@media (prefers-color-scheme: dark) { :root { --page:#11151c; --card:#1a202b; --ink:#e8edf5; --soft:#98a5b8;
  --line:#2b3443; --lsw:#6aa5ff; --wine:#f0975c; --native:#7b889b; --good:#58c888; --bad:#ff7b72; --warn:#e0b04a;
  --track:#232b38; } }
* { box-sizing: border-box; }
body { margin:0; background:var(--page); color:var(--ink); font:15px/1.45 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width:1120px; margin:0 auto; padding:32px 20px 64px; }
h1 { font-size:26px; margin:0 0 4px; letter-spacing:-.01em; }
h2 { font-size:18px; margin:0; }
.soft { color:var(--soft); } .small { font-size:13px; }
.tiles { display:grid; grid-template-columns:repeat(auto-fill,minmax(136px,1fr)); gap:12px; margin:24px 0; }
.tile, section { background:var(--card); border:1px solid var(--line); border-radius:10px; }
.tile { padding:14px 16px; text-decoration:none; color:inherit; }
.tile b { display:block; font-size:24px; font-weight:600; font-variant-numeric:tabular-nums; }
.tile b i { font-style:normal; font-size:15px; color:var(--soft); font-weight:400; }
section { margin:18px 0; padding:18px 20px 14px; overflow-x:auto; }
.head { display:flex; align-items:baseline; gap:14px; flex-wrap:wrap; margin-bottom:10px; }
.legend { margin-left:auto; display:flex; gap:16px; font-size:13px; color:var(--soft); flex-wrap:wrap; }
.legend span::before { content:""; display:inline-block; width:10px; height:10px; border-radius:50%; margin-right:6px;
  background:var(--c); } .legend .l-native::before { width:2px; height:13px; border-radius:0; vertical-align:-2px; }
.legend .l-wine::before { border-radius:2px; transform:rotate(45deg) scale(.85); }
.legend .l-goal::before { background:none; width:0; height:11px; border-left:2px dashed var(--good); border-radius:0;
  vertical-align:-1px; }
table { border-collapse:collapse; width:100%; font-variant-numeric:tabular-nums; }
td, th { padding:5px 8px; text-align:right; white-space:nowrap; vertical-align:middle; }
th { font-weight:500; font-size:12.5px; color:var(--soft); border-bottom:1px solid var(--line); }
td { border-top:1px solid var(--line); } tr:first-child td { border-top:0; }
td:first-child, th:first-child { text-align:left; padding-left:0; white-space:normal; width:29%; min-width:200px; }
td:first-child small { display:block; color:var(--soft); font-size:12px; line-height:1.3; }
.plot { width:31%; min-width:220px; padding:0 14px; }
.track { position:relative; height:30px; background:var(--track); border-radius:4px; }
.track i, .axis i { position:absolute; top:0; bottom:0; width:1px; background:var(--line); }
.track i.one { background:var(--native); width:2px; margin-left:-1px; }
.track i.goal { background:none; border-left:2px dashed var(--good); margin-left:-1px; opacity:.75; }
.stem { position:absolute; top:50%; height:4px; margin-top:-2px; background:var(--lsw); opacity:.35; }
.whisker { position:absolute; top:50%; height:10px; margin-top:-5px; background:var(--lsw); opacity:.22;
  border-radius:5px; }
.dot { position:absolute; top:50%; width:12px; height:12px; margin:-6px 0 0 -6px; border-radius:50%;
  background:var(--lsw); border:2px solid var(--card); box-sizing:content-box; margin:-8px 0 0 -8px; }
.dot.wine { background:var(--wine); border-radius:2px; width:9px; height:9px; margin:-6px 0 0 -6px;
  transform:rotate(45deg); }
.axis { position:relative; height:18px; } .axis span { position:absolute; transform:translateX(-50%); font-size:11.5px; }
.ratio { font-weight:600; } .met { color:var(--good); } .missed { color:inherit; }
.noisy td { color:var(--soft); } .noisy .dot, .noisy .stem { opacity:.35; }
.tag { display:inline-block; font-size:11.5px; padding:0 7px; border-radius:9px; border:1px solid currentColor;
  font-weight:500; } .tag.bad { color:var(--bad); } .tag.warn { color:var(--warn); }
.spark { width:92px; height:26px; display:block; margin-left:auto; } .spark path { fill:none; stroke:var(--lsw);
  stroke-width:1.6; } .spark circle { fill:var(--lsw); }
footer { margin-top:28px; } code { font:13px ui-monospace, monospace; }
@media (max-width:760px) { .opt { display:none; } main { padding:20px 10px; } section { padding:14px 12px; } }
"""


def _text(value):
    return html.escape(str(value))


class Axis:
    """A logarithmic axis that holds all ratios of a suite, with room at both ends."""

    def __init__(self, ratios):
        low, high = min([1, *ratios]), max([2, *ratios])
        self.low, self.high = math.log(low / 1.25), math.log(high * 1.25)
        self.ticks = [tick for tick in TICKS if low / 1.2 <= tick <= high * 1.2]
        if len(self.ticks) > MOST_TICKS:
            self.ticks = [tick for tick in self.ticks if str(tick).strip('0') == '1']

    def at(self, ratio):
        return 100 * (math.log(ratio) - self.low) / (self.high - self.low)


def _lines(axis, goal):
    marks = [f'<i style="left:{axis.at(tick):.2f}%"{" class=one" if tick == 1 else ""}></i>' for tick in axis.ticks]
    if goal:
        marks.append(f'<i class=goal style="left:{axis.at(goal):.2f}%"></i>')
    return ''.join(marks)


def _plot(figure, axis):
    parts = [_lines(axis, figure['goal'])]
    ours, wine = figure['ratio'].get('lsw'), ratio_of(figure, 'wine')
    if figure['status'] == 'failed':
        return ''
    if ours:
        ratio = ours['median']
        left, right = sorted((axis.at(1), axis.at(ratio)))
        parts.append(f'<div class=stem style="left:{left:.2f}%;width:{right - left:.2f}%"></div>')
        if ours['noise']:
            ends = [min(100, max(0, axis.at(ratio * factor)))
                    for factor in (1 / (1 + ours['noise']), 1 + ours['noise'])]
            parts.append(f'<div class=whisker style="left:{ends[0]:.2f}%;width:{ends[1] - ends[0]:.2f}%"></div>')
        parts.append(f'<div class=dot style="left:{axis.at(ratio):.2f}%" title="LSW {ratio:.2f}x"></div>')
    if wine:
        parts.append(f'<div class="dot wine" style="left:{axis.at(wine):.2f}%" title="Wine {wine:.2f}x"></div>')
    return f'<div class=track>{"".join(parts)}</div>'


def _spark(name, metric, results):
    """The course of a figure's ratio over the results, as a small line; empty with fewer than two."""
    values = []
    for result in results:
        for figure in result['figures']:
            if figure['name'] == name and figure['metric'] == metric and ratio_of(figure) and judged(figure):
                values.append(ratio_of(figure))
    if len(values) < 2:
        return ''
    low, high = min(values), max(values)
    middle, half = (low + high) / 2, max((high - low) / 2, 0.1 * (low + high) / 2)  # small changes stay small
    points = [(3 + 84 * at / (len(values) - 1), 13 - 10 * (value - middle) / half) for at, value in enumerate(values)]
    path = 'M' + ' L'.join(f'{x:.1f},{y:.1f}' for x, y in points)
    return (f'<svg class=spark viewBox="0 0 92 26"><title>{" → ".join(f"{value:.2f}x" for value in values)}</title>'
            f'<path d="{path}"/><circle cx="{points[-1][0]:.1f}" cy="{points[-1][1]:.1f}" r="2.6"/></svg>')


def _ratio_cell(figure):
    ratio = ratio_of(figure)
    if figure['status'] == 'failed':
        return '<span class="tag bad">failed</span>'
    if not ratio:
        return ''
    met = figure['goal'] and ratio <= figure['goal']
    tag = '' if judged(figure) else ' <span class="tag warn">noisy</span>'
    return f'<span class="ratio {"met" if met else ""}">{ratio:.2f}×</span>{tag}'


def _count(row, metric):
    figure = row.get(metric)
    if not figure or not judged(figure):
        return ''
    ours, theirs = (figure['median'].get(key) for key in ('lsw', 'native'))
    if not ours and not theirs:
        return ''

    def short(value):
        return f'{value / 1e6:.2f} M' if value >= 1e6 else f'{value / 1e3:.0f} k' if value >= 1e4 else count_text(value)
    return f'{short(ours)} <span class=soft>: {short(theirs)}</span>'


def _row(row, axis, results, columns):
    figure = row['main']
    wine, cells = ratio_of(figure, 'wine'), []
    about = figure['about'] if figure['status'] != 'failed' else figure['reason']
    name = row['name'].split('.', 1)[1]
    cells.append(f'<td>{_text(name)}<small>{_text(about)}</small></td>')
    cells.append(f'<td class=plot>{_plot(figure, axis)}</td>')
    cells.append(f'<td>{_ratio_cell(figure)}</td>')
    for key in ('lsw', 'native'):
        value = figure['median'].get(key)
        cells.append(f'<td>{_text(shown(value, figure["unit"])) if value is not None else ""}</td>')
    if 'wine' in columns:
        value = figure['median'].get('wine')
        cells.append('<td class=opt>' + (f'{_text(shown(value, figure["unit"]))}<br><span class="soft small">{wine:{".1f" if wine < 100 else ",.0f"}}×</span>'
                                         if wine else '') + '</td>')
    for metric in ('instructions', 'system_calls'):
        if metric in columns:
            cells.append(f'<td class=opt>{_count(row, metric)}</td>')
    if 'history' in columns:
        cells.append(f'<td class=opt>{_spark(row["name"], figure["metric"], results)}</td>')
    kind = '' if judged(figure) else f' class={figure["status"]}'
    return f'<tr{kind}>{"".join(cells)}</tr>'


HEADINGS = {'wine': 'Wine', 'instructions': 'instructions', 'system_calls': 'system calls', 'history': 'history'}


def _section(suite, rows, results):
    latest = results[-1]
    ratios = [ratio_of(row['main'], key) for row in rows for key in ('lsw', 'wine') if ratio_of(row['main'], key)]
    axis = Axis(ratios + [row['main']['goal'] for row in rows if row['main']['goal']])
    columns = [name for name in ('instructions', 'system_calls') if any(_count(row, name) for row in rows)]
    columns += ['wine'] if any(ratio_of(row['main'], 'wine') for row in rows) else []
    columns += ['history'] if any(_spark(row['name'], row['main']['metric'], results) for row in rows) else []
    order = [name for name in HEADINGS if name in columns]
    ticks = ''.join(f'<span style="left:{axis.at(tick):.2f}%">{tick if tick < 1000 else f"{tick // 1000}k"}×</span>' for tick in axis.ticks)
    legend = ['<span class=l-native style="--c:var(--native)">native</span>', '<span style="--c:var(--lsw)">LSW</span>']
    if 'wine' in columns:
        legend.append(f'<span class=l-wine style="--c:var(--wine)">{_text(latest["subjects"]["wine"])}</span>')
    if any(row['main']['goal'] for row in rows):
        legend.append('<span class=l-goal>goal</span>')
    mean = suite_mean(rows)
    what = 'KiB' if suite == 'memory' else 'cost'
    return (f'<section id="{suite}"><div class=head><h2>{_text(SUITE_TITLES.get(suite, suite))}</h2>'
            + (f'<span class=soft>{mean:.2f}× native in the mean</span>' if mean else '')
            + f'<div class=legend>{"".join(legend)}</div></div><table><tr><th></th>'
            f'<th class=plot><div class=axis title="{what} as a multiple of the native twin\'s">{ticks}</div></th>'
            '<th>ratio</th><th>LSW</th><th>native</th>'
            + ''.join(f'<th class=opt>{HEADINGS[name]}</th>' for name in order) + '</tr>'
            + ''.join(_row(row, axis, results, order) for row in rows) + '</table></section>')


def _tiles(suites, result):
    tiles = []
    for suite, rows in suites.items():
        mean, wine = suite_mean(rows), suite_mean(rows, 'wine')
        if mean:
            tiles.append(f'<a class=tile href="#{suite}"><span class=soft>{_text(SUITE_TITLES.get(suite, suite))}</span>'
                         f'<b>{mean:.2f}×' + (f' <i>Wine {wine:.1f}×</i>' if wine else '') + '</b></a>')
    goals = [row['main'] for rows in suites.values() for row in rows if row['main']['goal'] and ratio_of(row['main'])]
    if goals:
        met = sum(ratio_of(figure) <= figure['goal'] for figure in goals)
        tiles.append(f'<div class=tile><span class=soft>Goals met</span><b>{met} <i>of {len(goals)}</i></b></div>')
    bad = [sum(figure['status'] == kind for figure in result['figures']) for kind in ('failed', 'noisy')]
    tiles.append(f'<div class=tile><span class=soft>Failed, too noisy</span><b>{bad[0]}, {bad[1]}</b></div>')
    return f'<div class=tiles>{"".join(tiles)}</div>'


def _head(result):
    machine = result['machine']
    where = ', '.join(_text(word) for word in (
        machine['processor'], f'{machine["cores"]} cores' + (' of a virtual machine' if machine.get('virtual') else ''),
        f'kernel {machine["kernel"]}', machine['system'], machine['file_system']))
    busy = result['busy_share']
    note = (f'<span class="tag warn">others used {busy:.0%} of the machine</span>' if busy > 0.2
            else f'others used {busy:.0%} of the machine')
    return (f'<h1>What LSW costs</h1><div class=soft>{_text(result["when"][:16].replace("T", " "))} UTC, '
            f'commit {_text(result["commit"] or "?")}<br>{where}<br>{result["rounds"]} rounds in {result["seconds"]} s, '
            f'{note}</div>')


def page(results):
    """The page of the last result; the earlier ones give the history."""
    result = results[-1]
    suites = rows_of(result)
    sections = ''.join(_section(suite, rows, results) for suite, rows in suites.items())
    missing = ''.join(f'<li>{_text(name)}: {_text(reason)}</li>' for name, reason in result['unavailable'].items())
    missing += ''.join(f'<li>{_text(name)}: {_text(result["subjects"]["wine"])} fails: {_text(reason)}</li>'
                       for name, reason in result.get('wine_failures', {}).items())
    missing = f'<section><h2>Not measured</h2><ul>{missing}</ul></section>' if missing else ''
    return ('<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">'
            f'<title>What LSW costs</title><style>{STYLE}</style><main>{_head(result)}{_tiles(suites, result)}{sections}'
            f'{missing}<footer class="soft small">Every figure is a ratio of two programs run in turn: the Windows '
            'program under LSW and the same program built for Linux. Dots are medians over the rounds, on a logarithmic '
            'axis; the band around a dot is where another run is expected. '
            f'Instructions of whole programs: {_text(result["instructions_by"])}; of calls: single-stepped. '
            'Made by <code>ci/perf</code>.</footer></main></html>\n')
