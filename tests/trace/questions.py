"""The ten questions of docs/tracing.md: each command, as it stands there, gives the answer it promises."""
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
from harness import LSW, program

DOCUMENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "tracing.md")


def commands():
    with open(DOCUMENT, encoding="utf-8") as text:
        sections = re.split(r"(?m)^## (\d+)\. ", text.read())
    return {int(number): re.search(r"```sh\n\$ (.*)\n```", body)[1] for number, body in zip(sections[1::2], sections[2::2])}


class Questions(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        tools = os.path.join(self.directory.name, "bin")
        os.mkdir(tools)
        os.symlink(LSW, os.path.join(tools, "lsw"))
        self.environment = {**os.environ, "PATH": tools + ":" + os.environ["PATH"]}

    def path(self, name):
        return os.path.join(self.directory.name, name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as text:
            return text.read()

    def ask(self, number, app, arguments="", code=7):
        shutil.copy(program(app), self.path("app.exe"))
        result = subprocess.run(commands()[number] + " " + arguments, shell=True, cwd=self.directory.name, text=True,
                                env=self.environment, capture_output=True, timeout=harness.TIMEOUT_S, stdin=subprocess.DEVNULL)
        self.assertEqual(result.returncode, code, result.stderr)
        return result.stderr

    def test_there_are_ten(self):
        self.assertEqual(sorted(commands()), list(range(1, 11)))

    def test_1_files(self):
        errors = self.ask(1, "calls.exe")
        self.assertRegex(errors, r'CreateFileW\("spam.txt", .*\) = 0x[0-9a-f]+<spam.txt>')
        self.assertIn('"hello\\r\\n", 7, [7], NULL) = TRUE', errors)

    def test_2_failures(self):
        errors = self.ask(2, "calls.exe")
        self.assertIn("ERROR_FILE_NOT_FOUND (2)", errors)
        self.assertNotIn("= TRUE", errors)
        crash = self.ask(2, "loop.exe", "crash", 128 + signal.SIGSEGV)
        self.assertIn("STATUS_ACCESS_VIOLATION at app.exe+", crash)

    def test_3_time(self):
        table = self.ask(3, "busy.exe", code=0)
        self.assertRegex(table.splitlines()[1], r" 100\.\d ms .* Sleep$|1\d\d\.\d ms .* Sleep$")

    def test_4_children(self):
        lines = self.ask(4, "loop.exe", "storm 2", 4).splitlines()
        self.assertEqual(len([line for line in lines if "CreateProcessA(" in line]), 2)
        self.assertEqual(len({line.split("/")[0] for line in lines if "ended" in line}), 3)

    def test_5_a_running_program(self):
        process = subprocess.Popen([LSW, "exec", program("loop.exe"), "wait"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        command = "exec " + commands()[5].replace("PID", str(process.pid))
        tracer = subprocess.Popen(command, shell=True, cwd=self.directory.name, env=self.environment)
        for _ in range(200):
            process.stdin.write("go\n")
            process.stdin.flush()
            process.stdout.readline()
            if os.path.exists(self.path("calls.txt")) and "GetFileAttributesA" in self.read("calls.txt"):
                break
            time.sleep(0.02)
        tracer.send_signal(signal.SIGINT)
        self.assertEqual(tracer.wait(timeout=harness.TIMEOUT_S), 0)
        self.assertIn('GetFileAttributesA("asked")', self.read("calls.txt"))
        process.communicate(timeout=harness.TIMEOUT_S)
        self.assertEqual(process.returncode, 4)

    def test_6_flame(self):
        self.ask(6, "busy.exe", code=0)
        page = self.read("flame.html")
        self.assertIn("app.exe!spin_here", page)
        self.assertIn("app.exe!wait_here", page)
        self.assertNotIn("http", page.split("<script>")[1])

    def test_7_when(self):
        self.ask(7, "calls.exe")
        events = json.loads(self.read("trace.json"))["traceEvents"]
        threads = {event["tid"] for event in events if event["ph"] == "X"}
        self.assertEqual(len(threads), 2)

    def test_8_more_than_before(self):
        self.ask(8, "calls.exe")
        summary = json.loads(self.read("after.json"))
        self.assertEqual(summary["format"], "lsw-trace-summary")
        self.assertEqual({row["name"]: row["count"] for row in summary["calls"]}["CreateFileW"], 2)

    def test_9_linux(self):
        self.ask(9, "calls.exe")
        self.assertIn("CreateFileW", self.read("table.txt"))

    def test_10_perf(self):
        shutil.copy(program("busy.exe"), self.path("app.exe"))
        before = set(os.listdir("/tmp"))
        self.ask(10, "busy.exe", code=0)
        maps = [name for name in set(os.listdir("/tmp")) - before if re.fullmatch(r"perf-\d+\.map", name)]
        texts = []
        for name in maps:
            path = os.path.join("/tmp", name)
            with open(path, encoding="utf-8") as text:
                texts.append(text.read())
        mine = [(name, text) for name, text in zip(maps, texts) if "app.exe!spin_here" in text]
        self.assertEqual(len(mine), 1)
        os.unlink(os.path.join("/tmp", mine[0][0]))
        self.assertRegex(mine[0][1], r"(?m)^[0-9a-f]+ [0-9a-f]+ kernel32\.dll!CreateFileW$")

    def test_10_static_probes(self):
        notes = subprocess.run(["readelf", "-n", LSW], capture_output=True, text=True).stdout
        if "stapsdt" not in notes:
            self.skipTest("built without systemtap-sdt-dev")
        names = set(re.findall(r"Provider: lsw\n\s+Name: (\w+)", notes))
        self.assertEqual(names, {"api_enter", "api_return", "module_load", "exception"})


harness.main()
