"""Nothing that happens to the tracer, the program or the disk hangs either of them, and what is lost is said."""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import harness
from harness import LSW, lines_of, program, trace


class BadWeather(unittest.TestCase):
    def test_tracer_killed(self):
        read, write = os.pipe()
        with subprocess.Popen([LSW, "trace", "-o", "/dev/null", program("loop.exe"), "fast", "3000000"],
                              stdout=write) as tracer:
            os.close(write)
            time.sleep(0.3)
            tracer.kill()
        # The program holds the other end until it has done all its calls.
        with os.fdopen(read) as end:
            end.read()

    def test_tracer_killed_at_any_moment(self):
        """The program goes on as if nobody had looked, and nothing of the tracer stays."""
        done = 0
        for options in (["-c"], ["-f", "-o", "/dev/null"], ["-c", "-f", "--no-bpf"]):
            for delay_ms in (0, 1, 3, 6, 10, 20, 40, 80):
                read, write = os.pipe()
                tracer = subprocess.Popen([LSW, "trace", *options, program("loop.exe"), "threads", "200"], stdout=write,
                                          stderr=subprocess.DEVNULL)
                os.close(write)
                time.sleep(delay_ms / 1000)
                tracer.kill()
                tracer.wait()
                with os.fdopen(read) as end:
                    text = end.read().strip()
                self.assertIn(text, ("", "200 threads"))  # nothing: killed before there was a program
                done += text != ""
                pins = f"/sys/fs/bpf/lsw-{os.geteuid()}/trace-{tracer.pid}"
                self.assertTrue(harness.gone(pins), pins)
        self.assertGreater(done, 6)

    def test_storm_whose_tracer_is_killed(self):
        read, write = os.pipe()
        with subprocess.Popen([LSW, "trace", "-c", "-f", program("loop.exe"), "storm", "60"], stdout=write,
                              stderr=subprocess.DEVNULL) as tracer:
            os.close(write)
            time.sleep(0.05)
            tracer.kill()
        with os.fdopen(read) as end:
            end.read()  # all of the storm holds the other end

    def test_program_killed(self):
        with subprocess.Popen([LSW, "trace", "-e", "file", program("loop.exe"), "wait"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as tracer:
            tracer.stdout.readline()
            os.kill(harness.children_of(tracer.pid)[0], signal.SIGKILL)
            errors = tracer.communicate(timeout=20)[1]
            self.assertEqual(tracer.returncode, 128 + signal.SIGKILL)
            self.assertEqual(lines_of(errors)[-1], "+++ ended +++")

    def test_program_crashes(self):
        result = trace("-e", "file", program("loop.exe"), "crash")
        self.assertEqual(result.returncode, 128 + signal.SIGSEGV)
        self.assertRegex(result.stderr, r"exception STATUS_ACCESS_VIOLATION at loop\.exe\+0x[0-9a-f]+ \(writing 0x10\)")

    def test_full_disk(self):
        result = trace("-o", "/dev/full", program("loop.exe"), "fast", "100000")
        self.assertEqual(result.returncode, 4)
        self.assertEqual(result.stderr.count("No space left on device"), 1, result.stderr)

    def test_overflow_is_counted(self):
        """A reader that is stopped loses events; it says how many, and none is unaccounted for."""
        with subprocess.Popen([LSW, "trace", "--json", "-e", "GetFileAttributesW", program("loop.exe"), "fast", "200000"],
                              stderr=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL) as tracer:
            tracer.send_signal(signal.SIGSTOP)
            time.sleep(2)
            tracer.send_signal(signal.SIGCONT)
            errors = tracer.communicate(timeout=60)[1]
        self.assertEqual(tracer.returncode, 4)
        match = re.search(r"(\d+) events were lost", errors)
        self.assertTrue(match, errors[-200:])
        shown = [json.loads(line) for line in errors.splitlines() if line.startswith("{")]
        finished = sum("failed" in row for row in shown)
        self.assertGreater(int(match[1]), 0)
        self.assertLessEqual(finished, 200000)
        self.assertGreaterEqual(len(shown) + int(match[1]), 200000)

    def test_without_rights(self):
        command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--reuid=65534", "--regid=65534",
                   "--clear-groups"] if os.geteuid() == 0 else ["setpriv", "--no-new-privs"]
        result = subprocess.run([*command, LSW, "trace", "-c", program("calls.exe")], capture_output=True, text=True,
                                timeout=60, cwd="/tmp", env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
        if "Permission denied" in result.stderr and result.returncode == 126:
            self.skipTest("the programs cannot be read by another user here")
        self.assertIn("VirtualAlloc", result.stderr)
        self.assertIn("without Linux system calls and blocked time", result.stderr)

    def test_kernels_without_a_feature(self):
        """What is missing is done without, or said."""
        with tempfile.TemporaryDirectory() as directory:
            page = os.path.join(directory, "flame.html")
            for name, options, said in (("bpf", ["-c"], "without Linux system calls and blocked time"),
                                        ("pidfd_open", ["-c", "--no-bpf"], "GetFileAttributesW"),
                                        ("mount", ["-c"], "GetFileAttributesW"),
                                        ("timer_create", ["--flame", page], "")):
                result = trace(*options, program("loop.exe"), "fast", "50", preexec_fn=lambda: harness.refuse(name),
                               env={**os.environ, "LSW_HOST_IDLE": "0"})  # no helper of an earlier trace either
                self.assertEqual((result.returncode, result.stdout), (4, ""), (name, result.stderr))
                self.assertIn(said, result.stderr)
            self.assertTrue(os.path.exists(page))

    def test_without_the_helper(self):
        with tempfile.TemporaryDirectory() as directory:
            alone = shutil.copy(LSW, directory)
            result = subprocess.run([alone, "trace", "-c", program("loop.exe"), "fast", "50"], capture_output=True, text=True)
        self.assertEqual(result.returncode, 4)
        self.assertIn("GetFileAttributesW", result.stderr)
        self.assertIn("this build has no BPF programs", result.stderr)

    def test_a_thousand_threads_in_lines(self):
        result = trace("-o", "/dev/null", program("loop.exe"), "threads", "1000")
        self.assertEqual(result.stdout.strip(), "1000 threads")


harness.main()
