"""xcopy.exe and cmd.exe of Debian's Wine package: Windows programs that know nothing of LSW. Their twins are cp and sh
doing the same; what is printed is the programs' own and is checked, not compared."""

from pathlib import Path

import programs
from harness import Failed, Job

SHELL = Path('/bin/sh')


def prepare(side):
    tree = side.work / 'from'
    (tree / 'deep' / 'er').mkdir(parents=True)
    (tree / 'empty').mkdir()
    (tree / 'one.txt').write_bytes(b'one\r\n')
    (tree / 'deep' / 'two.bin').write_bytes(bytes(range(256)) * 300)
    (tree / 'deep' / 'er' / 'Three Words.TXT').write_bytes(b'3')


def _says(words):
    """A normaliser: the output has these words in it, and then is of no more interest."""
    def check(out, err):
        if words not in out:
            raise Failed(f'printed {out} {err}')
        return b'', b''
    return check


def run_xcopy(side):
    if side.windows:
        xcopy = programs.path_of('wine-xcopy')
        for name, words in (('whole tree', ('from', 'all', '/E', '/I', '/Q')),
                            ('some files', ('from\\*.txt', 'texts', '/S', '/I', '/Q'))):
            side.step(name, xcopy, *words, normalise=_says(b'file(s) copied'))
    else:
        side.step('whole tree', Path('/bin/cp'), '-r', 'from', 'all')
        side.step('some files', SHELL, '-c', 'mkdir texts && cd from && '
                  'find . -iname "*.txt" -exec cp --parents -t ../texts {} +')


BATCH = (b'@echo off\r\nmkdir made\\here\r\necho hello world>made\\here\\out.txt\r\n'
         b'set WORD=second\r\necho %WORD%>>made\\here\\out.txt\r\n'
         b'copy made\\here\\out.txt made\\copy.txt >nul\r\n'
         b'for %%n in (1 2 3) do echo %%n>>list.txt\r\n'
         b'if exist made\\copy.txt exit 7\r\n')
SCRIPT = (b'mkdir -p made/here\nprintf "hello world\\r\\n" >made/here/out.txt\n'
          b'WORD=second\nprintf "$WORD\\r\\n" >>made/here/out.txt\n'
          b'cp made/here/out.txt made/copy.txt >/dev/null\n'
          b'for n in 1 2 3; do printf "$n\\r\\n" >>list.txt; done\n'
          b'if [ -e made/copy.txt ]; then exit 7; fi\n')


def run_cmd(side):
    script = side.work / 'script'
    script.with_suffix('.bat').write_bytes(BATCH)
    script.with_suffix('.sh').write_bytes(SCRIPT)
    if side.windows:
        cmd = programs.path_of('wine-cmd')
        side.step('batch file', cmd, '/c', 'script.bat', normalise=_says(b''))
        side.step('echo', cmd, '/c', 'echo plain words')
    else:
        side.step('batch file', SHELL, 'script.sh')
        side.step('echo', SHELL, '-c', 'printf "plain words\\r\\n"')


JOBS = [Job('xcopy', ('wine-xcopy',), run_xcopy, 'copy trees with a foreign xcopy.exe', prepare=prepare),
        Job('cmd', ('wine-cmd',), run_cmd, 'a batch file under a foreign cmd.exe')]
