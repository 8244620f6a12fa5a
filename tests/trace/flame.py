"""Flame graphs: where a program spends its time and where it waits, by the names of its own functions."""
import json
import os
import re
import subprocess
import tempfile
import time
import unittest

import harness
from harness import LSW, program, trace


def graphs(path):
    with open(path, encoding="utf-8") as page:
        text = page.read()
    return json.loads(re.search(r"const data = (.*);", text)[1])


def weight_of(node, name, below=()):
    """Microseconds in frames of that name, each stack once."""
    if node[0] == name:
        return node[1]
    return sum(weight_of(child, name) for child in node[2])


class Flame(unittest.TestCase):
    def test_functions_have_their_names(self):
        with tempfile.TemporaryDirectory() as directory:
            page = os.path.join(directory, "flame.html")
            result = trace("--flame", page, program("busy.exe"))
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            on_cpu, in_calls = graphs(page)
        spinning = weight_of(on_cpu, "busy.exe!spin_here")
        self.assertGreater(spinning, 0.8 * on_cpu[1], on_cpu)
        self.assertGreater(spinning, 50_000)
        waiting = weight_of(in_calls, "busy.exe!wait_here")
        self.assertAlmostEqual(waiting, 100_000, delta=60_000)
        self.assertEqual(weight_of(in_calls, "Sleep"), waiting)

    def test_a_program_that_stops_being_watched_runs_on(self):
        process = subprocess.Popen([LSW, "exec", program("busy.exe")])
        time.sleep(0.1)
        with tempfile.TemporaryDirectory() as directory:
            page = os.path.join(directory, "flame.html")
            tracer = subprocess.Popen([LSW, "trace", "--flame", page, "-p", str(process.pid)])
            time.sleep(0.2)
            tracer.terminate()
            tracer.wait(timeout=20)
            on_cpu, _ = graphs(page)
        self.assertGreater(weight_of(on_cpu, "busy.exe!spin_here"), 0)
        self.assertEqual(process.wait(timeout=20), 0)


harness.main()
