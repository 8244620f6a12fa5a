"""ripgrep (Rust, static C runtime): searches the Go standard library's 8,000 files.

Lines are sorted where threads race; \\ becomes / because Windows paths are printed."""

import programs
from harness import Job

from .common import slashes, sorted_lines


def run(side):
    tree = programs.path_of('go-source')
    side.step('version', 'ripgrep', '--version', normalise=_no_features)
    side.step('two threads', 'ripgrep', '-j2', '-n', r'func \(\w+ \*?\w+\) \w+', '.', cwd=tree,
              normalise=sorted_lines)
    side.step('sorted', 'ripgrep', '--sort', 'path', '-c', 'unsafe[.]Pointer', '.', cwd=tree,
              normalise=slashes)
    side.step('files', 'ripgrep', '-j2', '--files', '-g', '*.s', '.', cwd=tree, normalise=sorted_lines)
    side.step('context, headings', 'ripgrep', '--sort=path', '--heading', '-C2', '-n',
              'Fprintln', 'fmt', 'log', cwd=tree, normalise=slashes)
    side.step('replace', 'ripgrep', '--sort=path', '--no-filename', '-o', r'import "(\w+)"', '-r', '<$1>',
              'go', cwd=tree)
    side.step('json', 'ripgrep', '--sort=path', '--json', '-i', 'deprecated:', 'net/http', cwd=tree,
              normalise=_no_elapsed)
    side.step('standard input', 'ripgrep', '-n', 'b+', stdin=b'abc\nxyz\nbbb\n' * 1000)
    side.step('no match', 'ripgrep', 'no such text at all', 'fmt', cwd=tree)
    side.step('no such file', 'ripgrep', 'x', 'absent', cwd=tree, normalise=_no_os_error)
    side.step('bad pattern', 'ripgrep', '(', 'fmt', cwd=tree)


def _no_features(out, err):
    """The version's first line; the rest lists features compiled in."""
    return out.split(b'\n')[0], err


def _no_elapsed(out, err):
    """JSON without its time statistics, in events of one file after another."""
    out, err = slashes(out.replace(b'\\\\', b'\\'), err)  # a separator is escaped in JSON
    kept = [line for line in out.split(b'\n') if b'"elapsed' not in line]
    return b'\n'.join(kept), err


def _no_os_error(out, err):
    """Windows and Linux word this error differently; that there is one, and for what, must agree."""
    return out, err.split(b': ')[0:2] and b': '.join(err.split(b': ')[:2])


JOBS = [Job('ripgrep', ('ripgrep-win', 'ripgrep-linux', 'go-source'), run,
            'search a large source tree with two threads')]
