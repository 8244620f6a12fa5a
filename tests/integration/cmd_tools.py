"""The small programs beside cmd.exe: find, findstr, sort, where, tasklist, ... as scripts use them.

Expectations come from Microsoft's pages of the commands.
"""
import os
import subprocess
import tempfile

import harness
from harness import LSW, TIMEOUT_S

FILES = {"a.txt": b"apple\r\nbanana\r\nCherry\r\napple pie\r\n", "b.txt": b"one\r\ntwo\r\n", "sub/c.txt": b"deep apple\r\n"}

# (program and arguments, input, expected output, exit code); the files above lie in the directory.
RUNS = [
    (["find", '"apple"', "a.txt"], b"", b"\r\n---------- A.TXT\r\napple\r\napple pie\r\n", 0),
    (["find", "/c", '"apple"'], b"apple\r\nx\r\n", b"1\r\n", 0),
    (["find", "/v", "/n", '"a"'], b"a\r\nb\r\n", b"[2]b\r\n", 0),
    (["find", "/i", '"CHERRY"'], b"cherry\r\n", b"cherry\r\n", 0),
    (["find", '"none"'], b"a\r\n", b"", 1),
    (["findstr", "apple", "a.txt"], b"", b"apple\r\napple pie\r\n", 0),
    (["findstr", "/c:apple pie", "a.txt"], b"", b"apple pie\r\n", 0),
    (["findstr", "/n", "/i", "cherry banana", "a.txt"], b"", b"2:banana\r\n3:Cherry\r\n", 0),
    (["findstr", "/r", "^a.*e$", "a.txt"], b"", b"apple\r\napple pie\r\n", 0),
    (["findstr", "/v", "apple", "a.txt"], b"", b"banana\r\nCherry\r\n", 0),
    (["findstr", "/m", "apple", "*.txt"], b"", b"a.txt\r\n", 0),
    (["findstr", "/s", "deep", "*.txt"], b"", b"sub\\c.txt:deep apple\r\n", 0),
    (["findstr", "/x", "apple", "a.txt"], b"", b"apple\r\n", 0),
    (["findstr", "/b", "[bC]", "a.txt"], b"", b"banana\r\nCherry\r\n", 0),
    (["findstr", "nothing", "a.txt"], b"", b"", 1),
    (["sort"], b"b\r\nA\r\nc\r\n", b"A\r\nb\r\nc\r\n", 0),
    (["sort", "/r"], b"b\r\nA\r\nc\r\n", b"c\r\nb\r\nA\r\n", 0),
    (["sort", "/+2"], b"1b\r\n2a\r\n", b"2a\r\n1b\r\n", 0),
    (["sort", "/unique"], b"a\r\nA\r\n", b"a\r\n", 0),
    (["more"], b"x\r\ny\r\n", b"x\r\ny\r\n", 0),
    (["fc", "a.txt", "a.txt"], b"", b"Comparing files a.txt and A.TXT\r\nFC: no differences encountered\r\n\r\n", 0),
    (["where", "/q", "cmd"], b"", b"", 0),
    (["where", "/q", "no-such-program"], b"", b"", 1),
    (["where", "findstr.exe"], b"", b"C:\\Windows\\System32\\findstr.exe\r\n", 0),
    (["where", ".:b.*"], b"", None, 0),
    (["timeout", "/t", "1"], b"", b"", 1),
    (["chcp"], b"", b"Active code page: 65001\r\n", 0),
    (["taskkill", "/f", "/im", "no-such-program.exe"], b"", b"", 128),
    (["tasklist", "/fi", "IMAGENAME eq no-such-program.exe"], b"",
     b"INFO: No tasks are running which match the specified criteria.\r\n", 0),
]


class Tools(harness.LswTest):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        for name, content in FILES.items():
            path = os.path.join(self.directory.name, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)

    def tearDown(self):
        self.directory.cleanup()

    def run_tool(self, *words, **options):
        return subprocess.run([LSW, "exec", *words], capture_output=True, timeout=TIMEOUT_S, cwd=self.directory.name, **options)

    def test_runs(self):
        for words, text, expected, code in RUNS:
            with self.subTest(words=words):
                result = self.run_tool(*words, input=text)
                if expected is not None:
                    self.assertEqual(result.stdout, expected, result.stderr)
                self.assertEqual(result.returncode, code, result.stderr)

    def test_xcopy_copies_a_tree(self):
        result = self.run_tool("xcopy", "/e", "/i", "/y", ".", "..\\" + os.path.basename(self.directory.name) + "x",
                               stdin=subprocess.DEVNULL)
        target = self.directory.name + "x"
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(os.path.join(target, "sub", "c.txt"), "rb") as file:
            self.assertEqual(file.read(), FILES["sub/c.txt"])
        self.assertIn(b"3 File(s) copied", result.stdout)
        for name in FILES:
            os.remove(os.path.join(target, name))
        os.rmdir(os.path.join(target, "sub"))
        os.rmdir(target)

    def test_robocopy_mirrors(self):
        os.makedirs(os.path.join(self.directory.name, "to", "extra"))
        result = self.run_tool("robocopy", "sub", "to", "/mir", stdin=subprocess.DEVNULL)
        self.assertEqual(result.returncode, 3, result.stdout)
        self.assertEqual(os.listdir(os.path.join(self.directory.name, "to")), ["c.txt"])

    def test_attrib(self):
        path = os.path.join(self.directory.name, "b.txt")
        self.assertEqual(self.run_tool("attrib", "+r", "b.txt").returncode, 0)
        self.assertEqual(os.stat(path).st_mode & 0o222, 0)
        self.assertIn(b"R", self.run_tool("attrib", "b.txt").stdout[:12])
        self.run_tool("attrib", "-r", "b.txt")
        self.assertNotEqual(os.stat(path).st_mode & 0o200, 0)

    def test_tasklist_and_taskkill(self):
        sleeper = subprocess.Popen(["sleep", "60"])
        listed = self.run_tool("tasklist", "/nh", "/fo", "csv", "/fi", f"PID eq {sleeper.pid}")
        self.assertIn(b'"%d"' % sleeper.pid, listed.stdout)
        killed = self.run_tool("taskkill", "/f", "/pid", str(sleeper.pid))
        self.assertEqual(killed.returncode, 0, killed.stderr)
        self.assertNotEqual(sleeper.wait(TIMEOUT_S), 0)

    def test_mountvol(self):
        volume = self.run_tool("mountvol", "Z:", "/L").stdout.decode().strip()
        self.assertRegex(volume, r"^\\\\\?\\Volume\{[0-9a-f-]{36}\}\\$")
        name = volume + self.directory.name[1:].replace("/", "\\") + "\\a.txt"
        self.assertEqual(self.run_tool("cmd", "/c", "type", name).stdout, FILES["a.txt"])
        self.assertEqual(self.run_tool("mountvol", "Q:", "/L").returncode, 1)

    def test_whoami(self):
        result = self.run_tool("whoami")
        self.assertRegex(result.stdout, rb"^[^\\]+\\[^\\]+\r\n$")
        self.assertIn(b"S-1-5-21-", self.run_tool("whoami", "/user").stdout)


harness.main()
