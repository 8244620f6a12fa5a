#!/usr/bin/env python3
"""Rejects what the house rules forbid and a program can see.

  tests/tidy/tidy.py [ROOT] [--report]     --report also lists functions longer than 70 lines

Checked: includes point down the layers only; sources are listed, not globbed; files are of a size one
can read; each opens with what it is for; nothing names one machine's paths; lines fit the width.
Each check is a function that yields (path, line, message); CHECKS lists them.
"""

import re
import subprocess
import sys
from pathlib import Path

# folder -> the folders it may include from (its own is implied). Anything not listed is unrestricted.
LAYERS = {
    'runtime/abi': [],
    'runtime/base': ['runtime/abi'],
    'runtime/api': ['runtime/abi', 'runtime/base'],
    'runtime/object': ['runtime/abi', 'runtime/base', 'runtime/api'],
    'loader': ['runtime/abi', 'runtime/base'],
    'iouring-io': ['runtime/abi', 'runtime/base'],
    'runtime/core': ['runtime/abi', 'runtime/base', 'runtime/api', 'runtime/object', 'loader',
                     'iouring-io', 'bpf', 'notify-agent'],
    'runtime/dll': ['runtime/abi', 'runtime/base', 'runtime/api', 'runtime/object', 'runtime/core',
                    'loader', 'iouring-io', 'bpf'],
    'runtime/programs': ['runtime/abi', 'runtime/base', 'runtime/api', 'runtime/object', 'runtime/core',
                         'runtime/dll'],
    'notify-agent': ['runtime/abi', 'runtime/base', 'bpf'],
}
ROOMS = [*LAYERS, 'runtime/cli', 'bpf', 'tests']

MAX_SOURCE_LINES = 600
MAX_HEADER_LINES = 250
MAX_FUNCTION_LINES = 70
MAX_COLUMNS = 130  # clang-format keeps code at 100; comments may run over

# Headers that are tables of facts, for which the limit makes no sense.
LONG_FOLDERS = ('runtime/abi/',)

# Includes that look upward and are not. Say why.
INCLUDE_EXCEPTIONS = {
    ('runtime/api/export_table.inc', 'core/teb.h'): 'a part of the DLL folders\' own sources',
}

# Words that betray where a file was written rather than what it is for.
MACHINE_WORDS = re.compile(r'/work/|/tmp/w\b|/root/|\bTODO\b|\bFIXME\b|\bXXX\b')

CODE = {'.cpp', '.h', '.c', '.inc', '.S'}


def tracked_files(root):
    listed = subprocess.run(['git', '-C', str(root), 'ls-files', '-co', '--exclude-standard'],
                            capture_output=True, text=True)
    if listed.returncode == 0:
        names = listed.stdout.splitlines()
    else:  # a source archive without git
        names = [str(path.relative_to(root)) for path in root.rglob('*')
                 if path.is_file() and 'build' not in path.relative_to(root).parts]
    return sorted(Path(name) for name in names if (root / name).is_file())


def room_of(path):
    matches = [room for room in ROOMS if str(path).startswith(room + '/')]
    return max(matches, key=len, default=None)


def check_includes(path, lines, root):
    room = room_of(path)
    if path.suffix not in CODE or room not in LAYERS or path.stem.endswith('_test'):
        return
    for number, line in enumerate(lines, 1):
        match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if not match:
            continue
        name = match.group(1)
        for base in (path.parent, Path('runtime'), Path('.')):
            if (root / base / name).exists():
                target = room_of(Path((root / base / name).resolve().relative_to(root.resolve())))
                if (str(path), name) in INCLUDE_EXCEPTIONS:
                    break
                if target and target != room and target not in LAYERS[room]:
                    yield path, number, f'{room} must not include from {target}: "{name}"'
                break


def check_length(path, lines, root):
    if path.parts[0] == 'tests' or str(path).startswith(LONG_FOLDERS):
        return
    if path.suffix == '.cpp' and len(lines) > MAX_SOURCE_LINES:
        yield path, len(lines), f'{len(lines)} lines; split before {MAX_SOURCE_LINES}'
    if path.suffix == '.h' and len(lines) > MAX_HEADER_LINES:
        yield path, len(lines), f'{len(lines)} lines; a header has at most {MAX_HEADER_LINES}'


def check_head_comment(path, lines, root):
    """The head comment of a source may stand in its header instead; a test says it by its name."""
    if path.suffix not in CODE or not lines or path.stem.endswith('_test'):
        return
    if (root / path).with_suffix('.h').exists() and path.suffix == '.cpp':
        return
    if not any(line.startswith(('//', '/*', ' *')) for line in lines[:4]):
        yield path, 1, 'a file opens with a comment that says what it is for'


def check_words(path, lines, root):
    if path == Path('tests/tidy/tidy.py'):
        return
    for number, line in enumerate(lines, 1):
        match = MACHINE_WORDS.search(line)
        if match and not re.search(r'C:.work.|\\\\work', line):
            yield path, number, f'"{match.group(0)}" does not belong into the repository'


def check_format(path, lines, root):
    if path.suffix not in CODE:
        return
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield path, number, 'trailing blanks'
        if '\t' in line and not str(path).startswith('bpf/'):
            yield path, number, 'a tab'
        if len(line) > MAX_COLUMNS and path.suffix in {'.cpp', '.h'} and 'http' not in line:
            yield path, number, f'{len(line)} columns'
    if lines and not lines[-1].strip():
        yield path, len(lines), 'empty lines at the end'


def check_sources_listed(path, lines, root):
    """Sources are listed one by one, so that a build never depends on what lies about. Test programs
    are the exception: adding a test is adding a file."""
    if path.name == 'CMakeLists.txt' and path.parts[0] != 'tests':
        for number, line in enumerate(lines, 1):
            if re.search(r'file\s*\(\s*GLOB', line):
                yield path, number, 'list the sources; file(GLOB) is for tests only'


def check_listed_in_cmake(path, lines, root):
    """A source that no CMakeLists.txt names is dead code."""
    if path.suffix != '.cpp' or path.parts[0] not in ('runtime', 'loader', 'iouring-io', 'notify-agent'):
        return
    folder = path.parent
    while True:
        listing = root / folder / 'CMakeLists.txt'
        if listing.exists() and path.name in listing.read_text():
            return
        if folder == Path('.'):
            yield path, 1, 'named by no CMakeLists.txt'
            return
        folder = folder.parent


def check_rows(path, lines, root):
    """A partial row says what is missing."""
    if path.suffix != '.inc' or path.parts[:2] != ('runtime', 'dll'):
        return
    for number, line in enumerate(lines, 1):
        if re.match(r'API\w*\(.*, partial, ""', line):
            yield path, number, 'a partial row says in its note what is missing'


CHECKS = [check_includes, check_length, check_head_comment, check_words, check_format,
          check_sources_listed, check_listed_in_cmake, check_rows]


def long_functions(path, lines):
    """Functions as clang-format lays them out: from a line at depth 0 ending in "{" to a lone "}"."""
    start = None
    for number, line in enumerate(lines, 1):
        if start is None and re.match(r'\S.*\)[^;]*\{$', line) and not line.startswith('namespace'):
            start = number
        elif line == '}' and start is not None:
            if number - start + 1 > MAX_FUNCTION_LINES:
                yield path, start, f'a function of {number - start + 1} lines'
            start = None


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != '--report']
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2]
    found, reported = [], []
    for path in tracked_files(root):
        try:
            lines = (root / path).read_text(encoding='utf-8').split('\n')
        except UnicodeDecodeError:
            continue  # data of a test
        if lines and lines[-1] == '':
            lines.pop()
        for check in CHECKS:
            found += check(path, lines, root)
        if path.suffix == '.cpp':
            reported += long_functions(path, lines)
    for path, number, message in found:
        print(f'{path}:{number}: {message}')
    if '--report' in sys.argv:
        for path, number, message in reported:
            print(f'{path}:{number}: {message} (not an error)')
    print(f'{len(found)} findings, {len(reported)} long functions')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
