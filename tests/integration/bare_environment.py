"""A run needs nothing: no home, no environment, no privileges, no writable file system; and leaves nothing.

Each case copies lsw and a program to a directory of its own and lists what was written while it ran.
"""
import os
import shutil
import subprocess
import tempfile
import unittest

import harness

NOBODY = 65534


class BareEnvironment(harness.LswTest):
    def setUp(self):
        self.room = tempfile.mkdtemp(prefix="lsw-bare-")
        os.chmod(self.room, 0o755)
        self.addCleanup(shutil.rmtree, self.room, ignore_errors=True)
        self.home = os.path.join(self.room, "home")
        os.mkdir(self.home)
        self.lsw = shutil.copy(harness.LSW, self.room)
        self.program = shutil.copy(harness.program("print_argv.exe"), self.room)
        self.native_view = sorted(os.listdir(self.room))

    def run_bare(self, *prefix, environment=None, **options):
        result = subprocess.run([*prefix, self.lsw, self.program, "one", "two words"],
                                env=environment or {}, cwd="/", capture_output=True, timeout=30,
                                stdin=subprocess.DEVNULL, **options)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertIn(b"narrow 2 " + b"two words".hex().encode(), result.stdout)
        self.assertEqual(sorted(os.listdir(self.room)), self.native_view)
        self.assertEqual(os.listdir(self.home), [], "something was written into the home directory")

    def test_no_environment_at_all(self):
        self.run_bare()

    def test_empty_home(self):
        self.run_bare(environment={"HOME": self.home, "XDG_RUNTIME_DIR": self.home, "TMPDIR": self.home})

    def test_home_that_does_not_exist(self):
        self.run_bare(environment={"HOME": "/nonexistent", "TMPDIR": "/nonexistent"})

    @unittest.skipUnless(os.geteuid() == 0, "needs root to become nobody")
    def test_nobody(self):
        os.chown(self.home, NOBODY, NOBODY)
        self.run_bare(environment={"HOME": self.home}, user=NOBODY, group=NOBODY, extra_groups=[])

    def test_read_only_root(self):
        # A user namespace with every mount made read-only; not allowed in some containers.
        script = 'mount -o remount,bind,ro / && exec "$@"'
        prefix = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
        if shutil.which("unshare") is None or \
                subprocess.run([*prefix, "true"], capture_output=True, env={"PATH": os.environ["PATH"]},
                               check=False).returncode != 0:
            self.skipTest("cannot make a read-only root here")
        prefix[0] = shutil.which("unshare")
        self.run_bare(*prefix, environment={"PATH": os.environ["PATH"], "HOME": self.home})


harness.main()
