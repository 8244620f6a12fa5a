"""7za (old MSVC, msvcrt): compresses, tests, lists and extracts a tree of several thousand files with two
threads. The sides read each other's archives: the twin's archive is extracted by both.

The two builds are not of the same version, so their banners differ and archives need not be equal byte
for byte; what is in them must be."""

import shutil

from harness import Failed, Job

from .common import copy_go_sources


def prepare(side):
    for archive in side.work.parent.glob('pack.*'):
        archive.unlink()
    copy_go_sources(side.work / 'tree', 'net', 'runtime', 'crypto', 'go', 'cmd/go', 'cmd/compile',
                    'internal', 'encoding', 'os')
    odd = side.work / 'tree' / 'odd names'
    odd.mkdir()
    (odd / 'ünïcödé 漢字 🙂.txt').write_text('x')
    (odd / 'empty').write_text('')
    (odd / 'no files').mkdir()


def run(side):
    def step(name, *arguments, **more):
        return side.step(name, '7za', *arguments, '-mmt=2', '-bd', '-y', normalise=_results, **more)

    step('compress 7z', 'a', '-mx=1', '-mtm=off', '../pack.7z', 'tree')
    step('test 7z', 't', '../pack.7z')
    step('extract 7z', 'x', '../pack.7z', '-ofrom_7z')
    step('compress zip', 'a', '-tzip', '-mx=3', '../pack.zip', 'tree/net', 'tree/odd names')
    step('test zip', 't', '../pack.zip')
    step('extract zip', 'x', '../pack.zip', '-ofrom_zip')
    # A list without sizes of packed data, which differ with the version.
    listed = side.step('list', '7za', 'l', '-slt', '../pack.7z', normalise=_names_and_sums)
    if listed.exit_code == 0 and listed.stdout.count(b'Path') < 2000:
        raise Failed('the archive lists fewer than 2,000 files')
    step('no such archive', 't', 'absent.7z')
    step('not an archive', 't', 'tree/net/net.go')
    if not (side.work.parent / 'twin.7z').exists():  # the twin's turn: both sides unpack this one
        shutil.copy(side.work.parent / 'pack.7z', side.work.parent / 'twin.7z')
    step('extract the twin\'s', 'x', '../twin.7z', '-ofrom_twin')


def _results(out, err):
    """The lines that tell what was done, without banners, times and sizes of packed data."""
    kept = (b'Everything is Ok', b'Folders:', b'Files:', b'Size:', b'Sub items Errors')
    return b'\n'.join(line.rstrip(b'\r') for line in out.split(b'\n') if line.startswith(kept)), b''


def _names_and_sums(out, err):
    """Per file: its name, size and CRC, sorted by name; \\ becomes /."""
    records, record = [], {}
    for line in out.replace(b'\r', b'').split(b'\n'):
        key, equals, value = line.partition(b' = ')
        if key == b'Path':
            record = {key: value.replace(b'\\', b'/')}
            records.append(record)
        elif equals and key in (b'Size', b'CRC'):
            record[key] = value
    return b'\n'.join(sorted(repr(sorted(one.items())).encode() for one in records
                             if b'CRC' in one)), err


JOBS = [Job('7za', ('7za-win', '7za-linux', 'go-source'), run,
            'compress, test and extract thousands of files with two threads', prepare=prepare)]
