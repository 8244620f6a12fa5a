"""The summary: counts are exact, whatever the machine does meanwhile."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

import harness
from harness import counts_of, program, trace


class Counts(unittest.TestCase):
    def test_counts_and_errors(self):
        result = trace("-c", "--json", program("calls.exe"))
        self.assertEqual((result.returncode, result.stdout.replace("\r", "")), (7, "123 2.50 out\n"))
        rows = counts_of(result.stderr)
        expected = {"CreateFileW": (2, 1), "WriteFile": (1, 0), "CloseHandle": (2, 1), "VirtualFree": (2, 1),
                    "GetFileAttributesA": (1, 1), "WaitForSingleObject": (2, 0), "SetEvent": (1, 0),
                    "RaiseException": (1, 0)}
        self.assertEqual({name: (rows[name]["count"], rows[name]["errors"]) for name in expected}, expected)
        for row in rows.values():
            self.assertLessEqual(row["median_ns"], row["p99_ns"])
            self.assertLessEqual(row["p99_ns"], row["most_ns"])
        summary = json.loads(result.stderr)
        self.assertEqual((summary["processes"], summary["exit_status"], summary["lost_events"]), (1, 7, 0))

    def test_table(self):
        text = trace("-c", "--no-bpf", "-e", "file", program("calls.exe")).stderr
        self.assertRegex(text, r"(?m)^ +calls +errors +total +p50 +p99 +most +call$")
        self.assertRegex(text, r"(?m)^ +2 +1 .* CreateFileW$")

    def test_a_thousand_threads(self):
        result = trace("-c", "--json", "--no-bpf", program("loop.exe"), "threads", "1000")
        self.assertEqual(result.stdout.strip(), "1000 threads")
        self.assertEqual(counts_of(result.stderr)["GetFileAttributesW"]["count"], 50000)

    def test_times_of_many_calls(self):
        """Counts and errors of all; of the times of so many calls a part is measured, and stands for the rest."""
        result = trace("-c", "--json", "--no-bpf", program("loop.exe"), "fast", "200000")
        summary = json.loads(result.stderr)
        row = counts_of(result.stderr)["GetFileAttributesW"]
        self.assertEqual((row["count"], row["errors"]), (200000, 200000))
        self.assertGreater(row["total_ns"], 200000 * row["median_ns"] * 0.5)
        self.assertLess(row["total_ns"], summary["wall_ms"] * 1e6 * 1.5)

    def test_many_processes(self):
        result = trace("-c", "-f", "--json", "--no-bpf", program("loop.exe"), "storm", "40")
        self.assertEqual(result.returncode, 4)
        self.assertEqual(counts_of(result.stderr)["GetFileAttributesW"]["count"], 400)
        self.assertEqual(json.loads(result.stderr)["processes"], 41)

    def test_a_third_more_is_a_regression(self):
        """What ci/perf compare says of two summaries; counts do not shake."""
        perf = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "ci", "perf")
        if not os.path.exists(perf):
            self.skipTest("ci/perf is not here")
        with tempfile.TemporaryDirectory() as directory:
            names = []
            for count in ("100", "130"):
                names.append(os.path.join(directory, count + ".json"))
                trace("-c", "--json", "--no-bpf", "-e", "file", "-o", names[-1], program("loop.exe"), "fast", count)
            compare = [sys.executable, "-B", perf, "compare"]
            same = subprocess.run([*compare, names[0], names[0]], capture_output=True, text=True)
            more = subprocess.run([*compare, *names], capture_output=True, text=True)
        self.assertEqual((same.returncode, more.returncode), (0, 1), same.stdout + more.stdout)
        self.assertRegex(more.stdout, r"SLOWER +trace\.GetFileAttributesW +100 calls -> 130 calls, \+30% calls")

    def test_two_runs_count_the_same(self):
        def run():
            rows = counts_of(trace("-c", "--json", "--no-bpf", "-e", "all", program("loop.exe"), "fast", "100").stderr)
            return {name: (row["count"], row["errors"]) for name, row in rows.items()}
        self.assertEqual(run(), run())


harness.main()
