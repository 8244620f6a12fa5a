#!/usr/bin/env python3
"""ci/perf run on the real lsw: a figure of each kind, a user's own program, and a twin that differs."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LSW = sys.argv[1]


def perf(*arguments):
    return subprocess.run([sys.executable, str(ROOT / 'ci' / 'perf'), *arguments], capture_output=True, text=True)


def main():
    if not shutil.which('x86_64-w64-mingw32-gcc'):
        print('no mingw-w64 here')
        return 77
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / 'out.json'
        done = perf('run', '--quick', '--rounds', '3', '--filter', 'start.hello$,calls.critical,memory.hello', '--lsw', LSW,
                    '--json', str(out), '--html', str(out) + '.html')
        assert done.returncode == 0, done.stdout + done.stderr
        found = {(figure['name'], figure['metric']): figure for figure in json.loads(out.read_text())['figures']}
        for key in (('start.hello', 'time'), ('start.hello', 'cpu'), ('calls.critical_section', 'time'),
                    ('memory.hello_private', 'memory')):
            assert found[key]['status'] != 'failed' and found[key]['median']['lsw'] > 0, key
        assert ('calls.event_set', 'time') not in found

        source = Path(folder) / 'app.c'
        source.write_text('#include <stdio.h>\nint main(int n, char** v) { puts(n > 1 ? v[1] : OTHER); return 0; }\n')
        for compiler, name, other in (('cc', 'app', 'a'), ('x86_64-w64-mingw32-gcc', 'app.exe', 'a'),
                                      ('cc', 'liar', 'b')):
            subprocess.run([compiler, f'-DOTHER="{other}"', '-o', str(Path(folder) / name), str(source)], check=True)
        yours = ['run', '--rounds', '3', '--lsw', LSW, '--json', str(out), '--program', str(Path(folder) / 'app.exe')]
        done = perf(*yours, '--twin', str(Path(folder) / 'app'), '--', 'two words')
        assert done.returncode == 0, done.stdout + done.stderr
        done = perf(*yours, '--twin', str(Path(folder) / 'liar'))
        assert done.returncode == 1 and 'FAILED' in done.stdout, done.stdout + done.stderr
    return 0


if __name__ == '__main__':
    sys.exit(main())
