"""Shared by the integration tests: runs lsw and looks at what it did."""
import os
import subprocess
import sys
import unittest

LSW = os.path.abspath(sys.argv[1])
PROGRAMS = os.path.abspath(sys.argv[2])
TIMEOUT_S = 20


def program(name):
    return os.path.join(PROGRAMS, name)


def lsw(*arguments, **options):
    """Runs lsw; arguments may be text or bytes. A hang is a failure."""
    return subprocess.run([LSW, *arguments], capture_output=True, timeout=TIMEOUT_S,
                          stdin=subprocess.DEVNULL, **options)


class LswTest(unittest.TestCase):
    def assert_refused(self, result, code, *words):
        """One line on stderr that has all the words, nothing on stdout, our exit code."""
        error = result.stderr.decode(errors="replace")
        self.assertEqual(result.returncode, code, error)
        self.assertEqual(result.stdout, b"")
        self.assertTrue(error.startswith("lsw: ") and error.endswith("\n"), repr(error))
        self.assertEqual(error.count("\n"), 1, error)
        for word in words:
            self.assertIn(word, error)


def main():
    unittest.main(argv=sys.argv[:1], verbosity=0)
