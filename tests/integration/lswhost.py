"""lswhost from outside: started once however many need it, gone when nobody does, never missed when it is killed; programs
in the background; policy.

Each case has a directory for sockets of its own, so that no other lswhost is met.
"""
import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import harness

REFUSED = "c0000061\n"  # what lswhost, and the process itself, answer


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class LswHost(harness.LswTest):
    def setUp(self):
        if not os.path.exists(os.path.join(os.path.dirname(harness.LSW), "lswhost")):
            self.skipTest("no lswhost beside lsw")
        self.room = tempfile.mkdtemp(prefix="lsw-host-")
        self.addCleanup(shutil.rmtree, self.room, ignore_errors=True)
        self.directory = os.path.join(self.room, "lsw")
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=self.room, LSW_HOST_IDLE="1",
                                LSW_POLICY=os.path.join(self.room, "policy"))
        self.program = harness.program("raw_host.exe")
        self.addCleanup(self.lsw, "shutdown")

    def start(self, *words):
        return subprocess.Popen([harness.LSW, *words], env=self.environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)

    def lsw(self, *words):
        process = self.start(*words)
        output, errors = process.communicate(timeout=60)
        return process.returncode, output, errors

    def hosts(self):
        """Process ids of the lswhosts of this room, by the lock they hold."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/comm") as comm:
                    if comm.read().strip() != "lswhost":
                        continue
                names = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
            except OSError:
                continue
            if os.path.join(self.directory, "host.lock") in names:
                found.append(int(pid))
        return found

    def log(self):
        with open(os.path.join(self.directory, "host.log")) as log:
            return log.read()

    def test_many_first_starts(self):
        starters = [self.start("exec", self.program, "ask", "3") for _ in range(50)]
        for starter in starters:
            output, errors = starter.communicate(timeout=100)
            self.assertEqual((starter.returncode, output, errors), (0, "ready\n" + REFUSED, ""))
        self.assertEqual(self.log().count("started"), 1)
        self.assertTrue(wait_until(lambda: not self.hosts()), "lswhost stays though nobody needs it")
        self.assertFalse(os.path.exists(os.path.join(self.directory, "host.sock")))

    def test_holds_nothing_of_its_starter(self):
        # communicate() returns when the last holder of the pipe is gone: at once, not after lswhost's idle time.
        self.environment["LSW_HOST_IDLE"] = "60"
        start = time.monotonic()
        self.assertEqual(self.lsw("exec", self.program, "ask", "1"), (0, "ready\n" + REFUSED, ""))
        self.assertLess(time.monotonic() - start, 30)
        self.assertEqual(len(self.hosts()), 1)
        self.lsw("shutdown")
        self.assertTrue(wait_until(lambda: not self.hosts()))

    def test_killed_while_asked(self):
        guest = self.start("exec", self.program, "ask", "300", "5")
        self.assertEqual(guest.stdout.readline(), "ready\n")
        for pid in self.hosts():
            os.kill(pid, signal.SIGKILL)
        output, errors = guest.communicate(timeout=60)
        self.assertEqual((guest.returncode, output, errors), (0, REFUSED, ""))
        # And the next one finds the socket of the dead.
        self.assertEqual(self.lsw("exec", self.program, "ask", "1"), (0, "ready\n" + REFUSED, ""))

    def test_killed_at_any_instant(self):
        """While it starts, is asked, starts a program in the background: nobody hangs, and who asks has his answer."""
        guest = self.start("exec", self.program, "ask", "3000")
        for round_ in range(25):
            other = self.start("exec", self.program, "ask", "3")
            background = self.start("exec", "--detach", self.program, "exit", "7")
            time.sleep(round_ * 0.002)
            for pid in self.hosts():
                with contextlib.suppress(ProcessLookupError):  # a child of it that has become lsw, and ended
                    os.kill(pid, signal.SIGKILL)
            self.assertEqual(other.communicate(timeout=60), ("ready\n" + REFUSED, ""))
            background.communicate(timeout=60)
        self.assertEqual(guest.communicate(timeout=60), ("ready\n" + REFUSED, ""))
        self.test_background()

    def test_guests_keep_it(self):
        guest = self.start("exec", self.program, "ask", "2", "2500")
        self.assertEqual(guest.stdout.readline(), "ready\n")
        time.sleep(2)
        self.assertEqual(len(self.hosts()), 1, "gone under a running guest")
        guest.communicate(timeout=60)
        self.assertTrue(wait_until(lambda: not self.hosts()))

    def test_policy(self):
        with open(self.environment["LSW_POLICY"], "w") as policy:
            policy.write("deny NtLoad* 0xC0000022\nnonsense\n")
        self.assertEqual(self.lsw("exec", self.program, "ask", "2"), (0, "ready\nc0000022\n", ""))
        self.assertIn("NtLoadDriver refused with 0xC0000022", self.log())
        self.assertIn("no rule: nonsense", self.log())

    def test_without_host(self):
        self.environment["LSW_HOST"] = "/nonexistent/lswhost"
        self.assertEqual(self.lsw("exec", self.program, "ask", "2"), (0, "ready\n" + REFUSED, ""))
        self.assertEqual(self.hosts(), [])

    def test_background(self):
        code, output, errors = self.lsw("exec", "--detach", self.program, "exit", "7")
        self.assertEqual((code, errors), (0, ""))
        pid = output.strip()
        self.assertEqual(self.lsw("wait", pid), (7, "", ""))
        self.assertEqual(self.lsw("logs", pid), (0, "hello\n", ""))
        self.assertEqual(self.lsw("logs", "--follow", pid)[0], 0)
        listed = json.loads(self.lsw("ps", "--all", "--json")[1])
        [mine] = [guest for guest in listed if guest["pid"] == int(pid)]
        self.assertEqual((mine["running"], mine["background"], mine["exit_code"]), (False, True, 7))

    def test_kill(self):
        pid = self.lsw("exec", "--detach", self.program, "sleep", "60000")[1].strip()
        self.assertTrue(wait_until(lambda: self.lsw("logs", pid)[1] == "asleep\n"))
        listed = json.loads(self.lsw("ps", "--json")[1])
        self.assertIn((int(pid), "raw_host.exe", True), [(g["pid"], g["name"], g["background"]) for g in listed])
        self.assertEqual(self.lsw("kill", pid), (0, "", ""))
        self.lsw("wait", pid)
        self.assertEqual(self.lsw("kill", pid)[0], 1)
        self.assertEqual(self.lsw("kill", str(os.getpid()))[0], 1, "that is no Windows program")

    @unittest.skipUnless(os.geteuid() == 0, "needs root to become two users")
    def test_two_users(self):
        # Binaries where both may run them.
        binaries = tempfile.mkdtemp(prefix="lsw-host-bin-")
        self.addCleanup(shutil.rmtree, binaries, ignore_errors=True)
        os.chmod(binaries, 0o755)
        for name in ("lsw", "lswhost"):
            shutil.copy(os.path.join(os.path.dirname(harness.LSW), name), binaries)
        program = shutil.copy(self.program, binaries)
        lsw = os.path.join(binaries, "lsw")
        rooms = {}
        for user in (65533, 65534):
            rooms[user] = tempfile.mkdtemp(prefix="lsw-host-user-")
            self.addCleanup(shutil.rmtree, rooms[user], ignore_errors=True)
            os.chown(rooms[user], user, user)

        def run(user, room, *words):
            return subprocess.run([lsw, *words], env=dict(self.environment, XDG_RUNTIME_DIR=room), user=user, group=user,
                                  extra_groups=[], cwd="/", capture_output=True, text=True, timeout=60)

        pid = run(65533, rooms[65533], "exec", "--detach", program, "sleep", "60000").stdout.strip()
        self.assertTrue(pid.isdigit())
        self.assertTrue(wait_until(
            lambda: int(pid) in [g["pid"] for g in json.loads(run(65533, rooms[65533], "ps", "--json").stdout)]))
        self.assertEqual(json.loads(run(65534, rooms[65534], "ps", "--all", "--json").stdout), [])
        self.assertEqual(run(65534, rooms[65534], "kill", pid).returncode, 1)
        self.assertEqual(run(65534, rooms[65534], "logs", pid).returncode, 127)
        # Pointed at the other's directory, it makes one of its own.
        self.assertEqual(run(65534, rooms[65533], "exec", program, "ask", "1").stdout, "ready\n" + REFUSED)
        self.assertEqual(run(65533, rooms[65533], "kill", "--force", pid).returncode, 0)
        for user in rooms:
            run(user, rooms[user], "shutdown")

    def test_strange_messages(self):
        import array
        import socket
        pid = self.lsw("exec", "--detach", self.program, "sleep", "60000")[1].strip()
        for payload in (b"", b"x", b"\0" * 8, b"lsw1" + b"\xff" * 4, b"lsw1\x01\0\0\0", b"lsw1\x02\0\0\0", b"y" * 70000):
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
                client.connect(os.path.join(self.directory, "host.sock"))
                with open("/dev/null") as null:
                    client.sendmsg([payload], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [null.fileno()] * 3))])
        # One: the program's process is lswhost's own until it has become lsw.
        self.assertTrue(wait_until(lambda: len(self.hosts()) == 1))
        self.assertEqual(self.lsw("kill", "--force", pid)[0], 0)

    def test_shutdown(self):
        pid = self.lsw("exec", "--detach", self.program, "sleep", "60000")[1].strip()
        self.assertEqual(self.lsw("shutdown"), (0, "", ""))
        self.assertTrue(wait_until(lambda: not os.path.exists(f"/proc/{pid}")))
        self.assertTrue(wait_until(lambda: not self.hosts()))

    def test_doctor(self):
        code, output, errors = self.lsw("doctor", "--json")
        self.assertEqual(errors, "")
        report = json.loads(output)
        self.assertEqual(code, 1 if any(f["state"] == "missing" for f in report["findings"]) else 0)
        for finding in report["findings"]:
            self.assertTrue(finding["state"] == "ok" or finding["advice"], finding)
        self.assertGreater(report["cost_ps"]["import"], 0)


if __name__ == "__main__":
    harness.main()
