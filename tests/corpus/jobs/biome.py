"""biome (Rust, C runtime as DLL): formats and lints a tree of 250 TypeScript files in place."""

import json
import re

from harness import Job

from .common import copy_rxjs, slashes

ENVIRONMENT = {'RAYON_NUM_THREADS': '2'}


def prepare(side):
    copy_rxjs(side.work)
    (side.work / 'biome.json').write_text(json.dumps(
        {'root': True, 'formatter': {'lineWidth': 100, 'indentStyle': 'space'}}))
    (side.work / 'broken.ts').write_text('let x: = 3;\n')


def run(side):
    def step(name, *arguments, **more):
        side.step(name, 'biome', *arguments, '--colors=off', env=ENVIRONMENT, **more)

    side.step('version', 'biome', '--version')
    step('what would change', 'format', '--max-diagnostics=none', 'src', normalise=_unordered)
    step('format in place', 'format', '--write', 'src', normalise=_no_times)
    step('nothing left', 'format', 'src', normalise=_no_times)
    step('lint', 'lint', '--reporter=json', 'src', normalise=_json_unordered)
    step('syntax error', 'format', 'broken.ts', normalise=_no_times)
    step('standard input', 'format', '--stdin-file-path=a.ts', stdin=b'const  a={b:1,\nc:[1,2,  3]}\n')


def _no_times(out, err):
    """"Formatted 260 files in 170ms": the time goes. Paths are printed, so \\ becomes /."""
    out, err = slashes(out, err)
    time = rb' in [0-9.]+ ?(ns|\xc2\xb5s|ms|s)\b'
    return re.sub(time, b'', out), re.sub(time, b'', err)


def _unordered(out, err):
    """Diagnostics come in the order in which threads finish."""
    out, err = _no_times(out, err)
    return (b'\n'.join(sorted(out.split(b'\n'))), b'\n'.join(sorted(err.split(b'\n'))))


def _json_unordered(out, err):
    """The JSON report without durations, its diagnostics sorted: threads finish in any order."""
    try:
        report = json.loads(out)
    except ValueError:
        return _no_times(out, err)
    report['summary'] = {key: value for key, value in report['summary'].items()
                         if 'uration' not in key}
    for diagnostic in report['diagnostics']:
        location = diagnostic.get('location') or {}
        if isinstance(location.get('path'), str):
            location['path'] = location['path'].replace('\\', '/')
    report['diagnostics'].sort(key=lambda one: json.dumps(one, sort_keys=True))
    return json.dumps(report, sort_keys=True, indent=1).encode(), _no_times(b'', err)[1]


JOBS = [Job('biome', ('biome-win', 'biome-linux', 'rxjs'), run,
            'format and lint a tree in place', prepare=prepare)]
