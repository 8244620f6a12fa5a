"""The C runtimes agree with the C standard where the C library of Linux does: one source, built for both, prints the same."""
import os
import subprocess
import sys
import unittest

import harness

TWIN = os.path.abspath(sys.argv[3])


class CrtTwin(harness.LswTest):
    maxDiff = 2000

    def compare(self, runtime):
        native = subprocess.run([TWIN, runtime], capture_output=True, timeout=harness.TIMEOUT_S, check=True).stdout
        guest = harness.lsw(harness.program("crt_twin.exe"), runtime)
        self.assertEqual((guest.returncode, guest.stderr), (0, b""))
        lines = native.decode("latin-1").split("\n"), guest.stdout.replace(b"\r\n", b"\n").decode("latin-1").split("\n")
        self.assertGreater(len(lines[0]), 1000)
        for number, (expected, got) in enumerate(zip(*lines)):
            self.assertEqual(got, expected, f"line {number} with {runtime}")
        self.assertEqual(len(lines[1]), len(lines[0]))

    def test_msvcrt(self):
        self.compare("msvcrt.dll")

    def test_ucrtbase(self):
        self.compare("ucrtbase.dll")


if __name__ == "__main__":
    harness.main()
