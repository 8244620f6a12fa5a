"""Bun: a JavaScript runtime in Zig and C++ on JavaScriptCore, with its own shell, bundler, test runner and package manager."""

import json
import re
import shutil
from pathlib import Path

from harness import Job

from .common import slashes

SCRIPTS = Path(__file__).resolve().parent.parent / 'bun'


def prepare(side):
    shutil.copytree(SCRIPTS, side.work, dirs_exist_ok=True)
    (side.work / 'y').mkdir()
    (side.work / 'y' / 'package.json').write_text(json.dumps({'name': 'y', 'version': '1.0.0'}))
    (side.work / 'package.json').write_text(json.dumps({'name': 'x', 'dependencies': {'y': 'file:./y'}}))


def _plain(out, err):
    """Without times and the work directory, and with one kind of slash."""
    def clean(text):
        text = re.sub(rb'([A-Z]:)?/[^ \n\'"]*/lsw-corpus-[^/]*/work', b'WORK', text.replace(b'\r\n', b'\n'))
        return re.sub(rb'\[?\d+(\.\d+)?ms\]?', b'TIME', text)
    return tuple(clean(text) for text in slashes(out, err))


def run(side):
    def bun(name, *arguments, **more):
        side.step(name, 'bun', *arguments, env={'NO_COLOR': '1', 'DO_NOT_TRACK': '1'}, normalise=_plain, **more)

    bun('version', '--version')
    bun('its modules', 'main.ts', stdin=b'l1\nl2\n')
    bun('tests', 'test')
    bun('bundle', 'build', 'worker.ts', '--target', 'bun', '--minify', '--outdir', 'bundled')
    bun('install', 'install', '--offline')
    bun('list', 'pm', 'ls')


JOBS = [Job('bun', ('bun-win', 'bun-linux'), run, 'its API, tests, bundler, package manager', prepare=prepare)]
