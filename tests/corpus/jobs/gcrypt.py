"""hmac256 and mpicalc (mingw, from Debian's libgcrypt): a digest of a large file; big numbers through
two private DLLs that lie beside the program."""

import random
import shutil

import programs
from harness import Job


def prepare_hmac(side):
    source = random.Random(2)
    block = source.randbytes(1 << 20)
    with open(side.work / 'large.bin', 'wb') as out:
        for i in range(48):
            out.write(block[i:] + block[:i])
    (side.work / 'empty').write_bytes(b'')
    (side.work / 'crlf.txt').write_bytes(b'a\r\nb\x1ac\n' * 999)


def run_hmac(side):
    side.step('large file', 'hmac256', 'what a key', 'large.bin', text_mode=True)
    side.step('several files', 'hmac256', 'k', 'empty', 'crlf.txt', text_mode=True)
    side.step('standard input', 'hmac256', 'k', stdin=bytes(range(256)) * 4096,
              text_mode=True)
    side.step('no such file', 'hmac256', 'k', 'absent', text_mode=True,
              normalise=_program_name)
    side.step('no arguments', 'hmac256', text_mode=True,
              normalise=_program_name)


def _program_name(out, err):
    """Messages start with the program's path."""
    return out, err.replace(b'hmac256.exe', b'hmac256').rpartition(b'hmac256')[2]


def prepare_mpicalc(side):
    if side.windows:
        for name in ('mpicalc-win', 'libgcrypt-dll', 'libgpg-error-dll'):
            path = programs.path_of(name)
            shutil.copy(path, side.work / path.name)


def run_mpicalc(side):
    program = side.work / 'mpicalc.exe' if side.windows else programs.path_of('mpicalc-linux')
    numbers = random.Random(3)
    script = ''.join(f'0{numbers.getrandbits(1024):X} 0{numbers.getrandbits(700):X} * '
                     f'0{numbers.getrandbits(600):X} % f c\n' for _ in range(200))
    side.step('multiply and reduce', program, stdin=script.encode(), text_mode=True)
    side.step('power', program, stdin=b'03 0ABCDEF 01000001 ^ f c\n' b'0FFFF 010 / f\n',
              text_mode=True)
    side.step('mistakes', program, stdin=b'0FF ! + f\n', text_mode=True)


JOBS = [
    Job('hmac256', ('hmac256-win', 'hmac256-linux'), run_hmac, 'digest of a large file',
        prepare=prepare_hmac),
    Job('mpicalc', ('mpicalc-win', 'mpicalc-linux', 'libgcrypt-dll', 'libgpg-error-dll'), run_mpicalc,
        'arithmetic in private DLLs beside the program', prepare=prepare_mpicalc, ignore=('*.exe', '*.dll')),
]
