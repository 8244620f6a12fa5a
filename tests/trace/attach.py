"""A program that runs already: attaching shows its calls from then on, leaving gives it back as it was."""
import os
import signal
import subprocess
import time
import unittest

import harness
from harness import LSW, lines_of, program


class Waiting:
    """A program that makes a call for each line it is sent."""

    def __enter__(self):
        self.process = subprocess.Popen([LSW, "exec", program("loop.exe"), "wait"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().strip() == "ready"
        return self

    def ask(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline().strip() == "did"

    def __exit__(self, *_):
        self.process.stdin.close()
        self.code = self.process.wait(timeout=20)
        self.process.stdout.close()


def attach(pid, *options):
    tracer = subprocess.Popen([LSW, "trace", "-p", str(pid), *options], stderr=subprocess.PIPE, text=True)
    for _ in range(200):  # until its socket has been found by the program
        with open("/proc/net/unix", encoding="utf-8") as sockets:
            found = [line for line in sockets if f"@lsw-trace-{tracer.pid}\n" in line]
        if len(found) > 1 or tracer.poll() is not None:
            break
        time.sleep(0.02)
    return tracer


class Attach(unittest.TestCase):
    def test_from_then_on(self):
        with Waiting() as waiting:
            waiting.ask()
            tracer = attach(waiting.process.pid, "-e", "GetFileAttributesA")
            waiting.ask()
            waiting.ask()
            tracer.send_signal(signal.SIGINT)
            errors = tracer.communicate(timeout=20)[1]
            self.assertEqual(tracer.returncode, 0)
            self.assertEqual(lines_of(errors)[:2],
                             ['GetFileAttributesA("asked") = INVALID_FILE_ATTRIBUTES ERROR_FILE_NOT_FOUND (2)'] * 2)
            waiting.ask()
            again = attach(waiting.process.pid, "-c", "--json", "--no-bpf")
            waiting.ask()
            again.send_signal(signal.SIGINT)
            counts = harness.counts_of(again.communicate(timeout=20)[1])
            self.assertEqual(counts["GetFileAttributesA"]["count"], 1)
        self.assertEqual(waiting.code, 4)

    def test_tracer_killed(self):
        with Waiting() as waiting:
            tracer = attach(waiting.process.pid, "-e", "file")
            waiting.ask()
            tracer.kill()
            tracer.communicate()
            for _ in range(50):
                waiting.ask()
            again = attach(waiting.process.pid, "-e", "GetFileAttributesA")
            waiting.ask()
            again.send_signal(signal.SIGTERM)
            errors = again.communicate(timeout=20)[1]
            self.assertIn("GetFileAttributesA", errors)
        self.assertEqual(waiting.code, 4)

    def test_a_stranger_is_left_alone(self):
        sleeper = subprocess.Popen(["sleep", "30"])
        result = harness.trace("-p", str(sleeper.pid))
        self.assertEqual((result.returncode, result.stderr.count("\n")), (125, 1))
        self.assertIn("does not run under lsw", result.stderr)
        self.assertIsNone(sleeper.poll())
        sleeper.kill()
        sleeper.wait()
        self.assertIn("no such process", harness.trace("-p", "999999999").stderr)


harness.main()
