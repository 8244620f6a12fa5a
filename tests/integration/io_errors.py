"""Devices that fail and disks that are full give the documented errors, on both backends of the I/O engine, whether the
program waits, asks an event or a completion port. "System Error Codes": ERROR_IO_DEVICE, ERROR_DISK_FULL."""

import os
import shutil
import subprocess
import sys
import tempfile
import time

LSW, PROGRAMS, FUSE = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else ''
WAYS = ('synchronous', 'event', 'port')
IO_DEVICE, DISK_FULL, NOT_ENOUGH_QUOTA = 1117, 112, 1816
failures = []


def check(what, command, expected, backend):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False,
                          env={**os.environ, 'LSW_IO': backend})
    lines = done.stdout.replace('\r', '').splitlines()
    if lines != expected:
        failures.append(f'{what} ({backend}): {lines}, expected {expected}; {done.stderr.strip()}')


def program(*arguments):
    return [LSW, 'exec', os.path.join(PROGRAMS, 'io_errors.exe'), *map(str, arguments)]


def results(op, value):
    return [f'{op} {way} {value}' for way in WAYS]


def device_errors():
    if not FUSE or not os.access('/dev/fuse', os.W_OK) or not shutil.which('fusermount3'):
        return print('not tested: device errors: no libfuse3, fusermount3 or /dev/fuse here')
    mount = tempfile.mkdtemp(prefix='lsw-errors-')
    server = subprocess.Popen([FUSE, '-f', mount], stderr=subprocess.PIPE)
    try:
        end = time.monotonic() + 10
        while not os.path.ismount(mount) and server.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        if not os.path.ismount(mount):
            return print('not tested: device errors: no file system could be mounted')
        for backend in ('uring', 'blocking'):
            for errno, error in ((5, IO_DEVICE), (28, DISK_FULL), (122, NOT_ENOUGH_QUOTA)):
                path = os.path.join(mount, str(errno))
                for op in ('read', 'write'):
                    check(f'{op}, errno {errno}', program(op, 8192, 4096, path), results(op, f'error {error}'), backend)
            check('before the bad place', program('read', 4096, 4096, os.path.join(mount, '5')), results('read', 4096), backend)
            check('a flush that fails', program('flush', 0, 4096, os.path.join(mount, 'sync5')),
                  results('flush', f'error {IO_DEVICE}'), backend)
    finally:
        subprocess.run(['fusermount3', '-u', mount], check=False, capture_output=True)
        server.kill()
        server.wait()
        os.rmdir(mount)


def full_disk():
    with tempfile.TemporaryDirectory() as place:
        inside = f'mount -t tmpfs -o size=64k none {place} && cd {place} && exec "$@"'
        def small(command):
            return ['unshare', '-Urm', 'sh', '-c', inside, 'sh', *command]
        if subprocess.run(small(['true']), capture_output=True, check=False).returncode:
            return print('not tested: a full disk: no file system may be mounted in a namespace')
        for backend in ('uring', 'blocking'):
            check('a write that fits', small(program('write', 0, 4096, 'a')), results('write', 4096), backend)
            # All of it is wanted and only a part has room: Windows writes nothing, or all.
            check('a write that does not', small(program('write', 1 << 20, 131072, 'a')),
                  results('write', f'error {DISK_FULL}'), backend)


device_errors()
full_disk()
for failure in failures:
    print(failure)
sys.exit(1 if failures else 0)
