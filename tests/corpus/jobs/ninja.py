"""ninja (MSVC): builds a graph of 60 steps whose commands are Windows programs, with dependency files,
response files, two processes at a time; then rebuilds what a change touches, and reports a failing step.

The build file is the same on both sides but for the separator in the tool's path."""

import random
import re
import shutil

from harness import Job


def prepare(side):
    (side.work / 'tools').mkdir()
    shutil.copy(side.file('concat'), side.work / 'tools' / 'concat.exe')
    numbers = random.Random(5)
    (side.work / 'in').mkdir()
    for i in range(30):
        (side.work / 'in' / f'source {i}.txt').write_text(
            '\n'.join(str(numbers.random()) for _ in range(200 * (i + 1))))
    (side.work / 'in' / 'common.h').write_text('common\n')
    (side.work / 'build.ninja').write_text(_build_file('\\' if side.windows else '/'))


def _build_file(separator):
    lines = [
        f'concat = tools{separator}concat.exe',
        'rule compile',
        '  command = $concat $out --depfile $out.d $in in/common.h',
        '  depfile = $out.d',
        '  deps = gcc',
        '  description = COMPILE $out',
        'rule say',
        '  command = $concat $out --say "made $out" $in',
        'rule link',
        '  command = $concat $out @$out.rsp',
        '  rspfile = $out.rsp',
        '  rspfile_content = $in_newline',
        '  description = LINK $out',
        'rule fail',
        '  command = $concat $out --say "about to fail" --fail 3 $in',
        'rule absent',
        '  command = no_such_program $in $out',
    ]
    for i in range(30):
        lines.append(f'build obj/{i % 5}/o{i}.o: compile in/source$ {i}.txt')
    for i in range(24):
        # Two objects each, so that edges cross; all thirty are used.
        first, second = f'obj/{i % 5}/o{i}.o', f'obj/{(i + 6) % 5}/o{i + 6}.o'
        lines.append(f'build mid/m{i}: say {first} {second}')
    for i in range(5):
        parts = ' '.join(f'mid/m{j}' for j in range(i, 24, 5))
        lines.append(f'build lib/l{i}: link {parts}')
    lines.append('build program: link ' + ' '.join(f'lib/l{i}' for i in range(5)))
    lines += ['build wrong: fail in/common.h', 'build none: absent in/common.h', 'default program', '']
    return '\n'.join(lines)


def run(side):
    side.step('version', 'ninja', '--version', text_mode=True)
    side.step('graph', 'ninja', '-t', 'targets', 'all', text_mode=True)
    side.step('build', 'ninja', '-j2', normalise=_unordered)
    side.step('nothing to do', 'ninja', '-j2')
    side.step('commands', 'ninja', '-t', 'commands', 'lib/l3', normalise=_unordered)
    (side.work / 'in' / 'source 7.txt').write_text('changed\n' * 50)
    side.step('what a change touches', 'ninja', '-j1', '-v', normalise=_unordered)
    (side.work / 'in' / 'common.h').write_text('a change that all depend on\n')
    side.step('through dependency files', 'ninja', '-j2', normalise=_unordered)
    side.step('failing step', 'ninja', 'wrong', normalise=_failed)
    side.step('clean', 'ninja', '-t', 'clean', text_mode=True)


def _unordered(out, err):
    """Steps of two processes end in any order: lines are sorted, without the running number.
    With -v the commands are shown, whose tool and quotes are of the side's own kind."""
    lines = [re.sub(rb'\[\d+/\d+\] ', b'', line)
             for line in out.replace(b'\r\n', b'\n').replace(b'\\', b'/').replace(b'"', b"'").split(b'\n')]
    return b'\n'.join(sorted(lines)), err


def _failed(out, err):
    """Ninja for Linux and for Windows say the same of a failed step, but for separators. That the
    exit code is named is a difference of its own: both are compared by the first line."""
    out = out.replace(b'\r\n', b'\n').replace(b'\\', b'/')
    return out.replace(b'FAILED: [code=3] ', b'FAILED: '), err


JOBS = [Job('ninja', ('ninja-win', 'ninja-linux', 'concat-win', 'concat-linux'), run,
            'build a graph of 60 steps that are Windows programs', prepare=prepare,
            ignore=('.ninja_log', '.ninja_deps', '.compiler.log', '*.exe', 'build.ninja'))]
