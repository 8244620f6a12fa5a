"""xcopy.exe and cmd.exe of Debian's Wine package: Windows programs that know nothing of LSW. There is no twin; the same is
done with the C library's means on the other side, and said in the words of the program."""

import shutil

import programs
from harness import Failed, Job


def prepare(side):
    tree = side.work / 'from'
    (tree / 'deep' / 'er').mkdir(parents=True)
    (tree / 'empty').mkdir()
    (tree / 'one.txt').write_bytes(b'one\r\n')
    (tree / 'deep' / 'two.bin').write_bytes(bytes(range(256)) * 300)
    (tree / 'deep' / 'er' / 'Three Words.TXT').write_bytes(b'3')


def run_xcopy(side):
    if not side.windows:
        for name, kept in (('all', lambda path: True), ('texts', lambda path: path.suffix.lower() == '.txt')):
            for path in sorted((side.work / 'from').rglob('*')):
                target = side.work / name / path.relative_to(side.work / 'from')
                if path.is_dir() and name == 'all':
                    target.mkdir(parents=True, exist_ok=True)
                elif path.is_file() and kept(path):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, target)
        return
    xcopy = programs.path_of('wine-xcopy')
    steps = [side.step('whole tree', xcopy, 'from', 'all', '/E', '/I', '/Q'),
             side.step('some files', xcopy, 'from\\*.txt', 'texts', '/S', '/I', '/Q')]
    for step in steps:
        if b'file(s) copied' not in step.stdout:
            raise Failed(f'{step}')
    side.steps.clear()


def run_cmd(side):
    if not side.windows:
        (side.work / 'made' / 'here').mkdir(parents=True)
        (side.work / 'made' / 'here' / 'out.txt').write_bytes(b'hello world\r\nsecond\r\n')
        (side.work / 'made' / 'copy.txt').write_bytes(b'hello world\r\nsecond\r\n')
        (side.work / 'list.txt').write_bytes(b'1\r\n2\r\n3\r\n')
        return
    cmd = programs.path_of('wine-cmd')
    script = side.work / 'script.bat'
    script.write_bytes(b'@echo off\r\nmkdir made\\here\r\necho hello world>made\\here\\out.txt\r\n'
                       b'set WORD=second\r\necho %WORD%>>made\\here\\out.txt\r\n'
                       b'copy made\\here\\out.txt made\\copy.txt >nul\r\n'
                       b'for %%n in (1 2 3) do echo %%n>>list.txt\r\n'
                       b'if exist made\\copy.txt exit 7\r\n')
    step = side.step('batch file', cmd, '/c', 'script.bat')
    if step.exit_code != 7:
        raise Failed(f'exit code {step.exit_code}: {step.stdout} {step.stderr}')
    echo = side.step('echo', cmd, '/c', 'echo plain words')
    if echo.stdout != b'plain words\r\n':
        raise Failed(f'echo printed {echo.stdout}')
    script.unlink()
    side.steps.clear()


JOBS = [Job('xcopy', ('wine-xcopy',), run_xcopy, 'copy trees with a foreign xcopy.exe', prepare=prepare),
        Job('cmd', ('wine-cmd',), run_cmd, 'a batch file under a foreign cmd.exe')]
