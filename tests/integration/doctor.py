"""`lsw doctor` where something is missing: it says what, and what to do about it."""

import errno
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import filters
import harness

BPF, SECCOMP, PRCTL, FUTEX_WAITV, PIDFD_OPEN, MEMFD_CREATE, PKEY_ALLOC = 321, 317, 157, 449, 434, 319, 330
IO_URING = (425, 426, 427)


class Doctor(harness.LswTest):
    def setUp(self):
        # An lswhost of our own, for each look: another might have been started where nothing is refused.
        self.room = tempfile.mkdtemp(prefix='lsw-doctor-')
        self.addCleanup(shutil.rmtree, self.room, ignore_errors=True)
        self.environment = {**os.environ, 'XDG_RUNTIME_DIR': self.room, 'LSW_HOST_IDLE': '1'}

    def findings(self, lsw=harness.LSW, **options):
        done = subprocess.run([lsw, 'doctor', '--json'], env=self.environment, capture_output=True, text=True,
                              timeout=100, check=False, **options)
        subprocess.run([lsw, 'shutdown'], env=self.environment, capture_output=True, check=False)
        self.assertEqual(done.stderr, '')
        found = {finding['name']: finding for finding in json.loads(done.stdout)['findings']}
        self.assertEqual(done.returncode, any(finding['state'] == 'missing' for finding in found.values()))
        for finding in found.values():
            self.assertTrue(finding['state'] == 'ok' or finding['advice'], finding)
        return found

    def test_refused_calls(self):
        for numbers, error, name, state, advice in (
                (IO_URING, errno.EPERM, 'asynchronous I/O', 'reduced', 'io_uring'),
                ([SECCOMP], errno.EPERM, 'T3 calls by lswhost', 'reduced', 'pass seccomp'),
                ([PRCTL], errno.EPERM, 'raw call protection', 'missing', 'Linux 5.11'),
                ([FUTEX_WAITV], errno.ENOSYS, 'waits for several objects', 'missing', 'futex_waitv'),
                ([PIDFD_OPEN], errno.ENOSYS, 'processes', 'missing', 'pidfd_open'),
                ([MEMFD_CREATE], errno.ENOSYS, 'shared memory', 'missing', 'memfd_create'),
                ([PKEY_ALLOC], errno.EPERM, 'T0 patched call sites', 'reduced', 'pku' if self.lacks_keys() else 'pkey_alloc'),
                # Who lacks the rights is told of those first: setcap cap_bpf…
                ([BPF], errno.EPERM, 'T1 calls completed in the kernel', 'reduced', 'bpf'),
                ([BPF], errno.EPERM, "lsw trace: Linux's side", 'reduced', 'bpf')):
            finding = self.findings(preexec_fn=filters.refuse(numbers, error))[name]
            self.assertEqual(finding['state'], state, finding)
            self.assertIn(advice, finding['advice'], finding)

    @staticmethod
    def lacks_keys():
        with open('/proc/cpuinfo', encoding='utf-8') as info:
            return ' ospke' not in info.read()

    @unittest.skipUnless(os.geteuid() == 0, 'needs root to become another user')
    def test_a_user_without_rights(self):
        os.chown(self.room, 65534, 65534)
        binaries = os.path.join(self.room, 'bin')
        os.mkdir(binaries)
        for name in ('lsw', 'lswhost', 'lsw-trace-bpf', 'lsw-fastpath-bpf'):
            path = os.path.join(os.path.dirname(harness.LSW), name)
            if os.path.exists(path):
                shutil.copy(path, binaries)
        os.chmod(binaries, 0o755)
        found = self.findings(os.path.join(binaries, 'lsw'), user=65534, group=65534, extra_groups=[], cwd='/')
        for name in ('T1 calls completed in the kernel', "lsw trace: Linux's side"):
            self.assertEqual(found[name]['state'], 'reduced', found[name])
            if os.path.exists(os.path.join(binaries, 'lsw-trace-bpf')):
                self.assertIn('setcap', found[name]['advice'])
        self.assertEqual(found['raw call protection']['state'], self.findings()['raw call protection']['state'])


if __name__ == '__main__':
    harness.main()
