"""A terminal is a console: a program is run on a pseudo terminal and typed at.

"Consoles" and "Low-Level Console I/O" of the Windows console documentation say what the program must see.
"""
import fcntl
import os
import pty
import select
import struct
import termios
import time
import unittest

import harness


class Terminal:
    def __init__(self, *command, rows=30, columns=100):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execv(command[0], command)
        self.seen = ""

    def wait_for(self, text, timeout_s=harness.TIMEOUT_S):
        """Reads until `text` was printed; returns what came up to it."""
        deadline = time.monotonic() + timeout_s
        while text not in self.seen:
            ready, _, _ = select.select([self.fd], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError(f"{text!r} did not come; seen {self.seen!r}")
            try:
                data = os.read(self.fd, 4096)
            except OSError:
                data = b""
            if not data:
                raise AssertionError(f"the terminal closed before {text!r}; seen {self.seen!r}")
            self.seen += data.decode(errors="replace")
        end = self.seen.index(text) + len(text)
        before, self.seen = self.seen[:end], self.seen[end:]
        return before

    def type(self, text):
        os.write(self.fd, text.encode())

    def exit_code(self):
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class ConsolePty(harness.LswTest):
    def test_session(self):
        terminal = Terminal(harness.LSW, harness.program("console_session.exe"))
        start = terminal.wait_for("line?\r\n")
        self.assertIn("input mode 1 7\r\n", start)
        self.assertIn("output mode 1 3\r\n", start)
        self.assertIn("window 1 100x30\r\n", start)
        self.assertIn("types 2 2 pages 65001 65001\r\n", start)
        self.assertNotIn("\r\r", start, "a line's end was translated twice")
        terminal.type("hello\r")
        self.assertIn("line 1 7 as typed", terminal.wait_for("wide?\r\n"))
        terminal.type("w\u00e9\r")
        self.assertIn("wide 1 4 e9", terminal.wait_for("key?\r\n"))
        terminal.type("a")
        self.assertIn("key 1 type 1 down 1 char 61 code 41", terminal.wait_for("interrupt?\r\n"))
        terminal.type("\x03")
        terminal.wait_for("control 0\r\n")
        terminal.wait_for("caf\u00e9 \u4e2d\r\n")
        terminal.wait_for("written 7\r\n")
        terminal.wait_for("title 1\r\n")
        self.assertEqual(terminal.exit_code(), 7)

    def test_input_is_waited_for(self):
        terminal = Terminal(harness.LSW, harness.program("console_waits.exe"))
        start = terminal.wait_for("key?\r\n")
        for line in ("idle 102", "line 1 3 71 a", "registered 1", "quiet 102", "fired 0, signalled 0", "written w"):
            self.assertIn(line + "\r\n", start)
        terminal.type("t")
        self.assertIn("which 1\r\n", terminal.wait_for("typed t\r\n"))
        self.assertEqual(terminal.exit_code(), 3)

    def test_the_terminal_is_left_as_it_was(self):
        primary, secondary = pty.openpty()
        before = termios.tcgetattr(secondary)
        pid = os.fork()
        if pid == 0:
            os.setsid()
            fcntl.ioctl(secondary, termios.TIOCSCTTY, 0)
            for descriptor in range(3):
                os.dup2(secondary, descriptor)
            os.execv(harness.LSW, [harness.LSW, harness.program("console_session.exe")])
        seen = b""
        while b"line?" not in seen:
            seen += os.read(primary, 4096)
        os.write(primary, b"x\ry\r")
        while b"key?" not in seen:
            seen += os.read(primary, 4096)
        self.assertNotEqual(termios.tcgetattr(secondary)[3], before[3], "the program asked for raw keys")
        os.kill(pid, 15)
        os.waitpid(pid, 0)
        self.assertEqual(termios.tcgetattr(secondary)[:4], before[:4])


if __name__ == "__main__":
    harness.main()
