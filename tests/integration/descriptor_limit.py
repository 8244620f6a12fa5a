"""A soft limit of descriptors does not limit Windows programs, a hard one does, with the documented error; Linux children find the
limit that the caller had. "System Error Codes": ERROR_TOO_MANY_OPEN_FILES."""

import resource
import tempfile
import unittest

import harness

TOO_MANY_OPEN_FILES = 4


def limits(soft, hard):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class DescriptorLimit(harness.LswTest):
    def run_with(self, soft, hard, *arguments):
        with tempfile.TemporaryDirectory() as place:
            done = harness.lsw('exec', harness.program('many_files.exe'), *arguments, cwd=place, preexec_fn=limits(soft, hard))
        self.assertEqual(done.stderr, b'')
        return done.stdout.decode().replace('\r', '').splitlines()

    def test_soft_limit_is_none(self):
        self.assertEqual(self.run_with(64, 4096, '2000'), ['2000 0'])

    def test_hard_limit_is_told(self):
        lines = self.run_with(64, 512, '2000')
        opened, error = map(int, lines[0].split())
        self.assertEqual(error, TOO_MANY_OPEN_FILES)
        self.assertTrue(400 < opened < 512, opened)

    def test_linux_children_keep_theirs(self):
        self.assertEqual(self.run_with(321, 4096, '1000', '/bin/sh -c "ulimit -Sn"')[:2], ['1000 0', '321'])


harness.main()
