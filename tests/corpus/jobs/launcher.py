"""distlib's launcher (MSVC 10), the .exe that pip makes of every console command: it finds the shebang
line appended to itself and starts that interpreter with its own path and arguments, handing over its
standard handles and returning the exit code.

The interpreter here is a Windows program that prints what it was given. The twin is the same program,
native, started directly with the arguments that the launcher must have passed."""

import io
import random
import shutil
import zipfile

import programs
from harness import Job


def prepare(side):
    shutil.copy(side.file('child'), side.work / 'python.exe')
    if not side.windows:
        return
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, 'w') as made:
        made.writestr(zipfile.ZipInfo('__main__.py'), 'print("never run")\n')
    launcher = programs.path_of('t64').read_bytes()
    for name, shebang in (('tool.exe', f'#!Z:{side.work}\\python.exe'.replace('/', '\\')),
                          ('opt.exe', f'#!"Z:{side.work}\\python.exe" -x -E'.replace('/', '\\')),
                          ('bad.exe', '#!Z:\\no\\such\\interpreter.exe')):
        (side.work / name).write_bytes(launcher + shebang.encode() + b'\n' + archive.getvalue())
        (side.work / name).chmod(0o755)


def run(side):
    def step(name, launcher, options, arguments, **more):
        if side.windows:
            side.step(name, side.work / launcher, *arguments, normalise=_own_path, **more)
        else:
            side.step(name, side.work / 'python.exe', *options, launcher, *arguments,
                      normalise=_own_path, **more)

    step('arguments', 'tool.exe', [], ['plain', 'two words', 'q"uote', 'back\\', 'ünï', ''])
    step('options of the shebang', 'opt.exe', ['-x', '-E'], ['--exit', '7'])
    step('standard input', 'tool.exe', [], [], stdin=random.Random(1).randbytes(1 << 20))
    step('environment', 'tool.exe', [], ['x'], env={'LSW_CORPUS': 'wärme'})


def _own_path(out, err):
    """The launcher passes the full path of itself; the base name is compared."""
    lines = [line if b'.exe>' not in line else
             line.split(b'<')[0] + b'<' + line.replace(b'\\', b'/').split(b'/')[-1].split(b'<')[-1]
             for line in out.split(b'\n')]
    return b'\n'.join(lines), err


JOBS = [Job('launcher', ('t64', 'child-win', 'child-linux'), run,
            'a pip launcher starts a child with inherited handles', prepare=prepare, ignore=('*.exe',))]
