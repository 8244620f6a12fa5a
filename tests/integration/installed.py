"""lsw as `cmake --install` leaves it: finds its helpers, its manual names every option, bash completes, and Linux runs .exe
files by their names where it was told to."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import harness

BUILD = os.path.dirname(os.path.dirname(harness.LSW))


def run(*words, **options):
    return subprocess.run(words, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False,
                          **options)


class Installed(harness.LswTest):
    @classmethod
    def setUpClass(cls):
        cls.prefix = tempfile.mkdtemp(prefix="lsw-installed-")
        cls.addClassCleanup(shutil.rmtree, cls.prefix, ignore_errors=True)
        done = run("cmake", "--install", BUILD, "--prefix", cls.prefix)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        cls.lsw = os.path.join(cls.prefix, "bin", "lsw")
        cls.program = harness.program("print_argv.exe")

    def test_runs_and_finds_lswhost(self):
        environment = dict(os.environ, XDG_RUNTIME_DIR=tempfile.mkdtemp(dir=self.prefix), LSW_HOST_IDLE="60")
        environment.pop("LSW_HOST", None)
        self.addCleanup(run, self.lsw, "shutdown", env=environment)
        self.assertIn("narrow 1 " + b"word".hex(), run(self.lsw, self.program, "word").stdout)
        started = run(self.lsw, "exec", "--detach", self.program, "behind", env=environment)
        self.assertEqual((started.returncode, started.stderr), (0, ""))
        pid = started.stdout.strip()
        self.assertEqual(run(self.lsw, "wait", pid, env=environment).returncode, 0)
        self.assertIn("narrow 1 " + b"behind".hex(), run(self.lsw, "logs", pid, env=environment).stdout)

    def test_manual_names_every_option(self):
        with open(os.path.join(self.prefix, "share/man/man1/lsw.1"), encoding="utf-8") as page:
            manual = re.sub(r"\bFl Fl ", "--", page.read())
        manual = re.sub(r"\bFl ", "-", manual)
        commands = re.findall(r"^  (?:(\w+) {2,}|(\w+(?:, \w+)+)$)", run(self.lsw, "--help").stdout, re.MULTILINE)
        names = [name for pair in commands for part in pair for name in part.split(", ") if name]
        self.assertGreater(len(names), 8)
        for name in names:
            self.assertIn(f"Cm {name}", manual)
            for option in re.findall(r"(?:^  |, |\[)(--?[a-z][a-z-]*)", run(self.lsw, name, "--help").stdout, re.MULTILINE):
                if option != "--help":
                    self.assertRegex(manual, rf"{option}\b", f"lsw {name} {option}")

    def completions(self, *words):
        script = os.path.join(self.prefix, "share/bash-completion/completions/lsw")
        setup = f'source {script}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lsw; printf "%s\\n" "${{COMPREPLY[@]}}"'
        path = os.path.dirname(self.lsw) + ":" + os.environ["PATH"]
        return run("bash", "-c", setup, "bash", "lsw", *words, env=dict(os.environ, PATH=path),
                   cwd=harness.PROGRAMS).stdout.split()

    @unittest.skipUnless(shutil.which("bash"), "no bash")
    def test_bash_completes(self):
        self.assertIn("trace", self.completions("tr"))
        self.assertIn("print_argv.exe", self.completions("print_a"))
        self.assertEqual(self.completions("exec", "--exit"), ["--exit-code-file"])
        self.assertLessEqual({"-c", "--count", "--flame"}, set(self.completions("trace", "-")))
        self.assertEqual(self.completions("help", "doc"), ["doctor"])

    def test_linux_runs_exe_files(self):
        done = run("cmake", "--install", BUILD, "--prefix", self.prefix, "--component", "binfmt")
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(os.path.join(self.prefix, "lib/binfmt.d/lsw.conf"), encoding="utf-8") as conf:
            rule = conf.read().splitlines()[-1]
        # A binfmt_misc of its own is what a user namespace has since Linux 6.7.
        room = os.path.join(self.prefix, "binfmt")
        os.mkdir(room)
        mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                 f'mount -t binfmt_misc none {room} && test -e {room}/register && "$@"', "sh"]
        if not shutil.which("unshare") or run(*mount, "true").returncode != 0:
            self.skipTest("no binfmt_misc of one's own here")
        program = shutil.copy(self.program, self.prefix)
        os.chmod(program, 0o755)
        register = f'echo "$1" >{room}/register && exec "$2" "a b" "c\\"d"'
        result = run(*mount, "sh", "-c", register, "sh", rule, program)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("narrow 1 " + b"a b".hex(), result.stdout)
        self.assertIn("narrow 2 " + b'c"d'.hex(), result.stdout)


harness.main()
