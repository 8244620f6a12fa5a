"""Builds the benchmark programs of ci/benchmarks, natively and for Windows.

A source `<suite>_<name>.c` (or .cpp) is built for both sides; `<suite>_<name>.windows.c` and `.linux.c` are the
two sides of one program. Lines among the first thirty say how:

    // the first comment line says what it is
    // flags: -lfoo             for both      // windows-flags: -lws2_32      // linux-flags: -pthread
    // args: words              passed to the program

Results are kept in build/benchmarks, under a name made of what they were built from.
"""

import hashlib
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / 'ci' / 'benchmarks'
BUILT = ROOT / 'build' / 'benchmarks'


class Unavailable(Exception):
    """A program cannot be built here; the message says why."""


@dataclass
class Source:
    suite: str
    name: str
    windows: Path
    linux: Path
    about: str = ''
    arguments: list = field(default_factory=list)


def _directives(path):
    lines = path.read_text().splitlines()[:30]
    found = {}
    for line in lines:
        match = re.match(r'// (flags|windows-flags|linux-flags|args): (.*)', line)
        if match:
            found.setdefault(match[1], []).extend(shlex.split(match[2]))
    about = next((line[3:].strip() for line in lines if line.startswith('// ')), '')
    return about, found


def discover():
    """The programs that speak the protocol of bench.h, by suite and name."""
    sides = {}
    for path in sorted(SOURCES.iterdir()):
        match = re.fullmatch(r'([a-z]+)_([a-z0-9_]+?)(\.windows|\.linux)?\.(c|cpp)', path.name)
        if match and '"bench.h"' in path.read_text():
            sides.setdefault((match[1], match[2]), {})[match[3] or ''] = path
    for (suite, name), paths in sorted(sides.items()):
        windows, linux = (paths.get(side, paths.get('')) for side in ('.windows', '.linux'))
        if windows and linux:
            about, found = _directives(windows)
            yield Source(suite, name, windows, linux, about, found.get('args', []))


def _made(name, inputs, command):
    """Runs the command (with {out} in it) unless its result is there already."""
    digest = hashlib.sha256('\0'.join(command).encode())
    for path in inputs:
        digest.update(path.read_bytes())
    tool = shutil.which(command[0])
    if not tool:
        raise Unavailable(f'{command[0]} is not installed')
    out = BUILT / f'{name}-{digest.hexdigest()[:12]}' / name
    if not out.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        part = out.parent / (name + '.part')
        done = subprocess.run([word.replace('{out}', str(part)) for word in command],
                              capture_output=True, text=True)
        if done.returncode:
            raise Unavailable(f'{name} does not build: {done.stderr.strip().splitlines()[:1] or done.returncode}')
        part.chmod(0o755)
        part.rename(out)
    return out


def build(path, windows, flags=(), name=None):
    """Builds one C or C++ source; returns the program's path."""
    _, found = _directives(path)
    cpp = path.suffix == '.cpp'
    # With -posix, std::thread and its like are there; and C programs do not care.
    compiler = (('x86_64-w64-mingw32-g++-posix' if cpp else 'x86_64-w64-mingw32-gcc') if windows
                else ('c++' if cpp else 'cc'))
    own = found.get('windows-flags' if windows else 'linux-flags', [])
    command = [compiler, '-O2', *(['-std=c++20'] if cpp else []), *(['-static'] if windows else []),
               f'-I{SOURCES}', '-o', '{out}', str(path), *flags, *found.get('flags', []), *own]
    stem = name or path.name.split('.')[0]
    return _made(stem + ('.exe' if windows else ''), [path, SOURCES / 'bench.h'], command)


def build_go(path, windows, name):
    command = ['env', 'CGO_ENABLED=0', f'GOOS={"windows" if windows else "linux"}', 'GOARCH=amd64',
               'go', 'build', '-trimpath', '-o', '{out}', str(path)]
    if not shutil.which('go'):
        raise Unavailable('go is not installed')
    return _made(name + ('.exe' if windows else ''), [path], command)


def build_rust(path, windows, name):
    compiler = _rust_for_windows()
    target = ['--target', 'x86_64-pc-windows-gnu'] if windows else []
    return _made(name + ('.exe' if windows else ''), [path],
                 [compiler, '-O', *target, '-o', '{out}', str(path)])


def _rust_for_windows():
    """A rustc that has the standard library for Windows: any on the PATH, or the distribution's."""
    for compiler in filter(None, (shutil.which('rustc'), '/usr/bin/rustc')):
        if not Path(compiler).exists():
            continue
        root = subprocess.run([compiler, '--print', 'sysroot'], capture_output=True, text=True).stdout.strip()
        if (Path(root) / 'lib' / 'rustlib' / 'x86_64-pc-windows-gnu' / 'lib').exists():
            return compiler
    raise Unavailable('no rustc with a standard library for Windows (libstd-rust-dev-windows)')


def ucrt_flags():
    """Flags that link a program upon the universal C runtime with a toolchain made for msvcrt."""
    specs = BUILT / 'ucrt.specs'
    done = subprocess.run(['x86_64-w64-mingw32-gcc', '-dumpspecs'], capture_output=True, text=True)
    if done.returncode:
        raise Unavailable('x86_64-w64-mingw32-gcc is not installed')
    BUILT.mkdir(parents=True, exist_ok=True)
    specs.write_text(done.stdout.replace('-lmsvcrt', '-lucrt'))
    return [f'-specs={specs}', '-D_UCRT']
