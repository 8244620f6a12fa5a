"""What is no program, or a broken or hostile one: a clear line and the right exit status, never a crash of
ours, never a hang. Exit statuses: 126 found but cannot run, 127 not found, 125 a wrong command line."""
import os
import random
import shutil
import struct
import tempfile

import harness
from harness import lsw, program

CANNOT_RUN = 126
NOT_FOUND = 127

# Offsets in the file, from the PE signature ("PE Format").
MACHINE, CHARACTERISTICS, MAGIC = 4, 22, 24
ENTRY, IMAGE_BASE, SECTION_ALIGNMENT, FILE_ALIGNMENT = 40, 48, 56, 60
SIZE_OF_IMAGE, SIZE_OF_HEADERS, SUBSYSTEM, STACK_RESERVE, STACK_COMMIT = 80, 84, 92, 96, 104
DIRECTORIES = 136
SECTIONS = 264


class BadInput(harness.LswTest):
    def setUp(self):
        self.directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.directory)
        with open(program("tiny.exe"), "rb") as file:
            self.good = bytearray(file.read())
        self.pe = struct.unpack_from("<I", self.good, 0x3C)[0]

    def path(self, name="bad.exe"):
        return os.path.join(self.directory, name)

    def write(self, content, name="bad.exe"):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def patched(self, *changes):
        """The good program with (offset from the PE signature, struct format, value) changed."""
        image = bytearray(self.good)
        for offset, form, value in changes:
            struct.pack_into("<" + form, image, self.pe + offset, value)
        return image

    def refuse_patched(self, changes, *words):
        self.assert_refused(lsw("exec", self.write(self.patched(*changes))), CANNOT_RUN, "bad.exe", *words)

    def test_the_good_program_runs(self):
        result = lsw(self.write(self.good))
        self.assertEqual((result.returncode, result.stdout, result.stderr), (7, b"tiny\r\n", b""))

    def test_missing(self):
        self.assert_refused(lsw("exec", "no-such-program.exe"), NOT_FOUND, "no-such-program.exe: not found")
        self.assert_refused(lsw(self.path("none.exe")), NOT_FOUND, "not found")
        self.assert_refused(lsw("Z:\\no\\such\\program.exe"), NOT_FOUND, "not found")
        self.assert_refused(lsw("exec", ""), NOT_FOUND, "not found")
        self.assert_refused(lsw(self.write(b"") + "/x.exe"), NOT_FOUND, "not found")
        self.assert_refused(lsw("check", self.path("none.exe")), NOT_FOUND, "not found")

    def test_other_kinds_of_file(self):
        cases = [(b"", "empty file"), (b"just some text\n", "no MZ header"),
                 (b"#!/bin/sh\necho no\n", "no MZ header"), (b"M", "no MZ header"), (b"MZ", "truncated"),
                 (b"MZ" + bytes(1000), "16-bit"), (bytes(4096), "no MZ header")]
        for content, word in cases:
            for command in ["exec", "check"]:
                with self.subTest(word=word, command=command):
                    self.assert_refused(lsw(command, self.write(content)), CANNOT_RUN, "bad.exe", word)
        self.assert_refused(lsw("exec", harness.LSW), CANNOT_RUN, "Linux program")
        self.assert_refused(lsw("exec", self.directory), CANNOT_RUN, "is a directory")
        self.assert_refused(lsw("check", self.directory), CANNOT_RUN, "is a directory")
        self.assert_refused(lsw("exec", "/dev/zero"), CANNOT_RUN, "not a regular file")

    def test_pipe_is_not_waited_for(self):
        os.mkfifo(self.path())
        self.assert_refused(lsw("exec", self.path()), CANNOT_RUN, "not a regular file")
        self.assert_refused(lsw("check", self.path()), CANNOT_RUN, "not a regular file")

    def test_no_permission(self):
        path = self.write(self.good)
        # Root may read everything: become nobody, where nobody may run lsw.
        nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        os.chmod(self.directory, 0o755)
        try:
            if lsw(path, **nobody).returncode != 7:
                self.skipTest("another user may not run this lsw")
        except PermissionError:
            self.skipTest("another user may not reach this lsw")
        os.chmod(path, 0)
        self.assert_refused(lsw("exec", path, **nobody), CANNOT_RUN, "Permission denied")
        self.assert_refused(lsw("check", path, **nobody), CANNOT_RUN, "Permission denied")
        os.chmod(self.directory, 0)
        try:
            self.assert_refused(lsw("exec", path, **nobody), CANNOT_RUN, "Permission denied")
        finally:
            os.chmod(self.directory, 0o700)

    def test_dll_as_program(self):
        self.assert_refused(lsw("exec", program("tiny.dll")), CANNOT_RUN, "tiny.dll", "a DLL")

    def test_other_machines(self):
        self.refuse_patched([(MACHINE, "H", 0x14C), (MAGIC, "H", 0x10B)], "32-bit")
        self.refuse_patched([(MACHINE, "H", 0xAA64)], "ARM64")
        self.refuse_patched([(MACHINE, "H", 0x1C4)], "another processor")
        self.refuse_patched([(SUBSYSTEM, "H", 1)], "driver")
        self.refuse_patched([(SUBSYSTEM, "H", 10)], "firmware")
        # PE32 with a COM descriptor (IMAGE_OPTIONAL_HEADER32 has its directories at 96).
        self.refuse_patched([(MACHINE, "H", 0x14C), (MAGIC, "H", 0x10B), (24 + 92, "I", 16),
                             (24 + 96 + 14 * 8, "I", 0x2000)], ".NET")

    def test_malformed_headers(self):
        cases = [(MAGIC, "H", 0x999, "optional header"), (SECTION_ALIGNMENT, "I", 0, "alignment"),
                 (FILE_ALIGNMENT, "I", 3, "alignment"), (SIZE_OF_IMAGE, "I", 0, "image size"),
                 (SIZE_OF_IMAGE, "I", 0xFFFFFFFF, "too large"), (SIZE_OF_HEADERS, "I", 0, "header size"),
                 (ENTRY, "I", 0x7FFFFFFF, "entry point"), (IMAGE_BASE, "Q", 0x140000001, "image base"),
                 (SECTIONS + 8, "I", 0xFFFFFFFF, "outside the image"),
                 (SECTIONS + 12, "I", 0, "overlap"), (SECTIONS + 40 + 12, "I", 0x1000, "overlap"),
                 (SECTIONS + 20, "I", 0x10000000, "past its end"), (6, "H", 0xFFFF, "")]
        for offset, form, value, word in cases:
            with self.subTest(offset=offset, word=word):
                self.refuse_patched([(offset, form, value)], word)

    def test_malformed_tables(self):
        for directory in [1, 9]:  # imports, TLS
            with self.subTest(directory=directory):
                self.refuse_patched([(DIRECTORIES + directory * 8, "I", 0xFFFFFF00),
                                     (DIRECTORIES + directory * 8 + 4, "I", 40)])

    def test_truncated_anywhere(self):
        for size in list(range(0, 0x400, 41)) + list(range(0x400, len(self.good) - 0x200, 509)):
            with self.subTest(size=size):
                result = lsw("exec", self.write(self.good[:size]))
                # What is cut off may be symbols, which nobody needs.
                if result.returncode == 7:
                    self.assertEqual(result.stdout, b"tiny\r\n")
                else:
                    self.assert_refused(result, CANNOT_RUN, "bad.exe")

    def test_absurd_sizes(self):
        for value in [0, 1, 1 << 40, 1 << 63, (1 << 64) - 1]:
            with self.subTest(reserve=value):
                result = lsw(self.write(self.patched((STACK_RESERVE, "Q", value))))
                if result.returncode != 7:
                    self.assert_refused(result, CANNOT_RUN, "stack")
            with self.subTest(commit=value):
                result = lsw(self.write(self.patched((STACK_COMMIT, "Q", value))))
                if result.returncode != 7:
                    self.assert_refused(result, CANNOT_RUN, "stack")
        for base in [0, 0x10000, 1 << 46, 0x7FFF_FFFF_0000, 0xFFFF_8000_0000_0000, 0xFFFF_FFFF_FFFF_0000]:
            with self.subTest(base=base):
                result = lsw(self.write(self.patched((IMAGE_BASE, "Q", base))))
                if result.returncode != 7:
                    self.assertIn(result.returncode, [CANNOT_RUN, 128 + 11], result.stderr)
                    self.assertLessEqual(result.stderr.count(b"\n"), 1)

    def test_random_damage(self):
        """Header bytes at random. The program may run, refuse, or crash as a program does (128 + signal,
        one line); lsw itself may not be killed, hang or fail internally."""
        dice = random.Random(20240607)
        end = self.pe + SECTIONS + 40 * 6
        for attempt in range(150):
            image = bytearray(self.good)
            for _ in range(dice.randint(1, 4)):
                image[dice.randrange(self.pe, end)] = dice.choice([0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)])
            with self.subTest(attempt=attempt):
                result = lsw("exec", self.write(image))
                self.assertGreaterEqual(result.returncode, 0, "killed by a signal")
                if result.returncode == 125:  # a damaged name is an import that nobody has
                    self.assertIn(b"is not implemented", result.stderr)
                self.assertLessEqual(result.stderr.count(b"\n"), 1, result.stderr)
                checked = lsw("check", self.path())
                self.assertIn(checked.returncode, [0, 1, CANNOT_RUN])

    def test_control_characters_do_not_reach_the_terminal(self):
        image = self.good.replace(b"WriteFile", b"Wr\x1b[2J\nFi")
        self.assert_refused(lsw("exec", self.write(image)), 125, "KERNEL32.dll!Wr?[2J?Fi is not implemented")
        self.assert_refused(lsw("exec", "no\n\x1bsuch"), NOT_FOUND, "no??such: not found")

    def test_private_dll_is_broken(self):
        # Its name is in the import table, so a copy with another name of the same length is imported.
        image = self.good.replace(b"KERNEL32.dll", b"BROKEN32.dll")
        self.assertNotEqual(image, self.good)
        path = self.write(image)
        self.assert_refused(lsw("exec", path), CANNOT_RUN, "broken32.dll", "not found")
        result = lsw("check", path)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"broken32.dll: not found, needed by bad.exe", result.stdout)
        self.write(b"no DLL at all", "broken32.dll")
        self.assert_refused(lsw("exec", path), CANNOT_RUN, "broken32.dll", "no MZ header")
        result = lsw("check", path)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"no MZ header", result.stdout)


harness.main()
