"""Source (b): what the Linux kernel does on behalf of a Windows call. Needs the rights for BPF; says so where it lacks them."""
import glob
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import harness
from harness import LSW, counts_of, gone, program, trace

HELPER = os.path.join(os.path.dirname(LSW), "lsw-trace-bpf")
PINS = f"/sys/fs/bpf/lsw-{os.geteuid()}"


def has_bpf():
    return json.loads(trace("-c", "--json", program("loop.exe")).stderr)["kernel"]


def working_bpftool():
    """Ubuntu's bpftool looks for one that was built with the running kernel, which others would do as well."""
    for path in [shutil.which("bpftool"), *glob.glob("/usr/lib/linux-tools/*/bpftool")]:
        if path and subprocess.run([path, "version"], capture_output=True, check=False).returncode == 0:
            return path
    return None


class Running:
    """`lsw trace -c` of a program that waits for its input."""

    def __init__(self, lsw=LSW):
        self.lsw = lsw

    def __enter__(self):
        self.tracer = subprocess.Popen([self.lsw, "trace", "-c", "-o", "/dev/null", program("loop.exe"), "wait"],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.tracer.stdout.readline()
        self.pins = f"{PINS}/trace-{self.tracer.pid}"
        return self

    def ask(self):
        self.tracer.stdin.write("go\n")
        self.tracer.stdin.flush()
        self.tracer.stdout.readline()

    def __exit__(self, *_):
        self.tracer.stdin.close()
        self.tracer.stdout.close()
        self.tracer.wait(timeout=harness.TIMEOUT_S)


class Kernel(unittest.TestCase):
    def test_work_is_that_of_the_call(self):
        rows = counts_of(trace("-c", "--json", "-e", "all", program("calls.exe")).stderr)
        self.assertEqual(rows["WriteFile"]["linux_syscalls"], 1)
        self.assertEqual(rows["WriteFile"]["bytes"], 7)
        self.assertEqual(rows["ReadFile"]["bytes"], 7)
        self.assertEqual(rows["GetStdHandle"]["linux_syscalls"], 0)
        self.assertGreater(rows["VirtualAlloc"]["linux_syscalls"], 0)

    def test_blocked_time_of_a_wait(self):
        rows = counts_of(trace("-c", "--json", program("loop.exe"), "sleep", "200").stderr)
        self.assertGreater(rows["Sleep"]["blocked_ns"], 190e6)
        self.assertLess(rows["GetFileAttributesW"]["blocked_ns"], 100e6)

    def test_threads_and_children_too(self):
        rows = counts_of(trace("-c", "-f", "--json", program("loop.exe"), "threads", "20").stderr)
        self.assertGreaterEqual(rows["GetFileAttributesW"]["linux_syscalls"], 1000)
        rows = counts_of(trace("-c", "-f", "--json", program("loop.exe"), "storm", "5").stderr)
        self.assertGreaterEqual(rows["CreateProcessA"]["linux_syscalls"], 5)

    def test_stock_tools_read_the_maps(self):
        bpftool = working_bpftool()
        if not bpftool:
            self.skipTest("no bpftool")
        with Running() as running:
            for _ in range(200):
                running.ask()
            self.assertTrue(os.path.isdir(running.pins), "nothing is pinned")
            dump = subprocess.run([bpftool, "-j", "map", "dump", "pinned", running.pins + "/lsw_calls"],
                                  capture_output=True, text=True, check=True).stdout
            names = {entry["formatted"]["value"]["name"] for entry in json.loads(dump)}
            self.assertIn("(outside)", names)
            self.assertTrue(any(name.startswith(("Get", "Create", "Write")) for name in names), names)
            shown = subprocess.run([bpftool, "prog", "show", "pinned", running.pins + "/lsw_sys_enter"],
                                   capture_output=True, text=True, check=True).stdout
            self.assertIn("name lsw_sys_enter", shown)
            self.assertIn("btf_id", shown)
            links = subprocess.run([bpftool, "link", "show"], capture_output=True, text=True).stdout
            self.assertIn("page_fault_user", links)
        self.assertTrue(gone(running.pins))

    def test_nothing_stays_when_the_tracer_is_killed(self):
        with Running() as running:
            self.assertTrue(os.path.isdir(running.pins))
            running.tracer.kill()
            running.tracer.wait()
            self.assertTrue(gone(running.pins))

    def test_nothing_stays_when_the_helper_is_killed(self):
        with Running() as running:
            helpers = harness.helpers(HELPER, attached=True)
            self.assertEqual(len(helpers), 1)
            os.kill(helpers[0], 9)
            self.assertTrue(gone(running.pins))
            running.ask()
        self.assertEqual(running.tracer.returncode, 4)

    def test_one_helper_serves_one_trace_after_the_other(self):
        """With nothing attached in between, nothing carried over, and not for ever."""
        with tempfile.TemporaryDirectory() as room:
            # A copy, whose helper no other test's trace can find.
            lsw, binary = shutil.copy(LSW, room), shutil.copy(os.path.join(os.path.dirname(LSW), "lsw-trace-bpf"), room)
            def count():
                subprocess.run([lsw, "trace", "-c", "--json", "-e", "all", "-o", room + "/counts", program("calls.exe")],
                               capture_output=True, check=False, cwd=room,
                               env={**os.environ, "LSW_HOST_IDLE": str(2 * harness.PATIENCE)})
                with open(room + "/counts", encoding="utf-8") as counts:
                    rows = counts_of(counts.read())
                self.assertEqual(rows["WriteFile"]["linux_syscalls"], 1)
            count()
            [helper] = harness.helpers(binary)
            self.assertEqual(harness.helpers(binary, attached=True), [])
            for _ in range(3):
                count()
            self.assertEqual(harness.helpers(binary), [helper])
            with Running(lsw):
                self.assertEqual(harness.helpers(binary, attached=True), [helper])
                count()  # by another helper
                self.assertEqual(harness.helpers(binary, attached=True), [helper])
            for pid in harness.helpers(binary):
                self.assertTrue(harness.gone(f"/proc/{pid}", seconds=10 * harness.PATIENCE))

    def test_no_helper_stays_when_told_so(self):
        with tempfile.TemporaryDirectory() as room:
            lsw, binary = shutil.copy(LSW, room), shutil.copy(os.path.join(os.path.dirname(LSW), "lsw-trace-bpf"), room)
            subprocess.run([lsw, "trace", "-c", "-o", "/dev/null", program("loop.exe")], capture_output=True, check=False, cwd=room,
                           env={**os.environ, "LSW_HOST_IDLE": "0"})
            self.assertTrue(all(harness.gone(f"/proc/{pid}", seconds=harness.PATIENCE) for pid in harness.helpers(binary)))


if not has_bpf():
    print("skipped: no rights for BPF here, or a kernel without it")
else:
    harness.main()
