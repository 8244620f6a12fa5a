"""Deno: a JavaScript runtime in Rust on V8 and tokio, with its own formatter, checker, linter and test runner."""

import re
import shutil
from pathlib import Path

from harness import Job

from .common import slashes

SCRIPTS = Path(__file__).resolve().parent.parent / 'deno'


def prepare(side):
    shutil.copytree(SCRIPTS, side.work, dirs_exist_ok=True)


def _plain(out, err):
    """Paths without drives, and neither times nor the frames of Deno's own stack, which has no names on Windows."""
    def clean(text):
        text = re.sub(rb'(file:///)?([A-Z]:)?/[^ \n\'"]*/lsw-corpus-[^/]*/work', b'WORK', text.replace(b'file:///', b'/'))
        text = re.sub(rb'\(\d+(\.\d+)?(ms|s|\xc2\xb5s)\)', b'(TIME)', text.replace(b'\r\n', b'\n'))
        return re.sub(rb'(?m)^ +\d+: .*\n', b'', text)
    return tuple(clean(text) for text in slashes(out, err))


def run(side):
    env = {'DENO_DIR': str(side.work.parent / ('cache-windows' if side.windows else 'cache-twin')), 'NO_COLOR': '1',
           'DENO_NO_UPDATE_CHECK': '1'}

    def deno(name, *arguments):
        side.step(name, 'deno', *arguments, env=env, normalise=_plain)

    deno('version', 'eval', 'console.log(Deno.version)')
    deno('its modules', 'run', '-A', '--no-check', 'main.ts')
    deno('check', 'check', 'bad.ts')
    deno('lint', 'lint', 'bad.ts')
    deno('tests', 'test', '-A', '--no-check', 'a_test.ts')
    deno('documentation', 'doc', 'bad.ts')
    deno('format', 'fmt', 'bad.ts')


JOBS = [Job('deno', ('deno-win', 'deno-linux'), run, 'its API, checker, linter, tests, formatter', prepare=prepare)]
