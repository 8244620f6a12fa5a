"""Dart Sass (the Dart VM, with its JIT) compiles bootstrap; lightningcss (Rust) minifies what came of it."""

import json
import shutil

import programs
from harness import Job

from .common import slashes


def prepare(side):
    shutil.copytree(programs.path_of('bootstrap') / 'scss', side.work / 'scss')
    (side.work / 'broken.scss').write_text('a { b: }\n@include absent;\n')
    (side.work / 'unicode.scss').write_text('$x: "\u00fc \U0001f600";\na::before { content: $x; }\n')


def run_sass(side):
    snapshot = side.file('sass-snapshot')
    side.step('version', 'dart', snapshot, '--version')
    side.step('bootstrap', 'dart', snapshot, '--quiet', '--no-source-map', 'scss/bootstrap.scss', 'bootstrap.css')
    side.step('compressed, with a map', 'dart', snapshot, '--quiet', '--style=compressed', 'scss/bootstrap-grid.scss',
              'out/grid.css')
    side.step('standard output', 'dart', snapshot, '--no-unicode', 'unicode.scss', normalise=slashes)
    side.step('an error', 'dart', snapshot, '--no-unicode', '--no-color', 'broken.scss', normalise=slashes)


def prepare_lightningcss(side):
    shutil.copytree(programs.path_of('bootstrap') / 'dist' / 'css', side.work / 'css')


def run_lightningcss(side):
    side.step('minify for old browsers', 'lightningcss', '--minify', '--targets', '>= 0.25%', 'css/bootstrap.css', '-o',
              'bootstrap.min.css')
    side.step('with a map', 'lightningcss', '--minify', '--sourcemap', 'css/bootstrap-grid.css', '-o', 'grid.css')
    plain_map(side.work / 'grid.css.map')
    side.step('bundle', 'lightningcss', '--bundle', 'css/bootstrap-reboot.css', '-o', 'reboot.css')
    side.step('no such file', 'lightningcss', 'absent.css', normalise=_first_words)


def plain_map(path):
    """The map names its source relative to the work directory on Linux, by its whole path on Windows."""
    content = json.loads(path.read_text())
    content['sources'] = [source.rpartition('/')[2] for source in content['sources']]
    path.write_text(json.dumps(content))


def _first_words(out, err):
    """The message ends with the system's own text for a missing file."""
    return out, b'an error' if b'code: 2, kind: NotFound' in err else err


JOBS = [Job('sass', ('dart-win', 'dart-linux', 'sass-snapshot-win', 'sass-snapshot-linux', 'bootstrap'), run_sass,
            'compile bootstrap', prepare=prepare),
        Job('lightningcss', ('lightningcss-win', 'lightningcss-linux', 'bootstrap'), run_lightningcss,
            'minify and bundle bootstrap', prepare=prepare_lightningcss)]
