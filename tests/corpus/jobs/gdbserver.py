"""gdbserver.exe of Debian's gdb-mingw-w64-target under LSW, with the host's gdb as its client: break, back trace, step, finish,
data, a write into memory, a crash. The twin is the same session of gdb with the native build of the program."""

import re
import shutil
import subprocess
from pathlib import Path

import programs
from harness import Failed, Job

SOURCE = Path(__file__).resolve().parent.parent / 'tools' / 'debuggee.c'

SESSION = ('break sum if node == 0', 'continue', 'bt', 'up', 'print *node', 'up', 'up', 'info locals', 'delete', 'break 12',
           'continue', 'print rest', 'print node->value', 'set var rest = 1000', 'finish', 'delete', 'tbreak 21', 'continue',
           'print total', 'next', 'print first.next->next->value', 'continue', 'bt', 'kill')
KEPT = re.compile(r'^(#\d|\$\d|first = |second = |third = |total = |Value returned|Program received|Thread \S+ received|\d+\s)')


def prepare(side):
    compiler = 'x86_64-w64-mingw32-gcc' if side.windows else 'cc'
    if not shutil.which('gdb') or not shutil.which(compiler):
        raise programs.Unavailable(f'gdb or {compiler} is not installed')
    subprocess.run([compiler, '-g', '-O0', '-o', side.work / 'debuggee.exe', SOURCE], check=True)


def _normalised(text):
    """What the program and its debugger agree on whatever the system: no addresses, no paths, no thread numbers."""
    lines = []
    for line in text.splitlines():
        if not KEPT.match(line):
            continue
        line = re.sub(r'\$\d+ = ', '$ = ', line)
        line = re.sub(r'^(Program|Thread \S+( "[^"]*")?) received', 'received', line)
        line = re.sub(r'0x[0-9a-f]+( in )?', lambda found: '' if found.group(1) else 'ADDRESS', line)
        lines.append(re.sub(r' at \S*debuggee\.c', ' at debuggee.c', line).rstrip())
    return '\n'.join(lines) + '\n'


def _gdb(side, first):
    words = ['gdb', '-nx', '-batch', '-ex', 'set confirm off', '-ex', 'set width 0', '-ex', 'set debuginfod enabled off',
             '-ex', 'set architecture i386:x86-64', '-ex', f'file {side.work}/debuggee.exe']
    for command in (*first, *SESSION):
        words += ['-ex', command]
    done = subprocess.run(words, cwd=side.work, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=side.timeout)
    transcript = _normalised(done.stdout)
    if 'received signal SIGSEGV' not in transcript:
        raise Failed(f'gdb said {done.stdout}{done.stderr}')
    (side.work / 'transcript.txt').write_text(transcript)


def run(side):
    if not side.windows:
        return _gdb(side, ('break 18', 'run'))
    server = subprocess.Popen(side.path(programs.path_of('gdbserver-win'), ['127.0.0.1:0', 'debuggee.exe']), cwd=side.work,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for line in server.stdout:
            if found := re.match(r'Listening on port (\d+)', line):
                break
        else:
            raise Failed('gdbserver.exe did not listen')
        _gdb(side, (f'target remote 127.0.0.1:{found.group(1)}', 'break 18', 'continue'))
        server.communicate(timeout=side.timeout)
    finally:
        if server.poll() is None:
            server.kill()
            server.communicate()


JOBS = [Job('gdbserver', ('gdbserver-win',), run, 'gdb debugs a program through gdbserver.exe', prepare=prepare,
            ignore=('*.exe',))]
