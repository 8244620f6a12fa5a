"""The lsw command itself: subcommands, options, help, what check and api print."""
import json
import os
import shutil
import subprocess
import tempfile

import harness
from harness import LSW, lsw, program

USAGE = 125


class CommandLine(harness.LswTest):
    def test_help(self):
        for words in [["--help"], ["-h"], ["help"], ["help", "exec"], ["exec", "--help"], ["exec", "-h"],
                      ["check", "--help"], ["api", "--help"], ["help", "check"], ["help", "api"]]:
            with self.subTest(words=words):
                result = lsw(*words)
                self.assertEqual((result.returncode, result.stderr), (0, b""))
                self.assertIn(b"usage: lsw", result.stdout)
        for command in [b"exec", b"check", b"api"]:
            self.assertIn(command, lsw("--help").stdout)

    def test_version(self):
        result = lsw("--version")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, rb"^lsw \d+\.\d+")

    def test_nothing_at_all_shows_the_help(self):
        result = lsw()
        self.assertEqual((result.returncode, result.stdout), (USAGE, b""))
        self.assertIn(b"usage: lsw", result.stderr)

    def test_wrong_usage(self):
        self.assert_refused(lsw("exec", "--no-such", "x.exe"), USAGE, "unknown option --no-such")
        self.assert_refused(lsw("--no-such"), USAGE, "unknown option --no-such")
        self.assert_refused(lsw("exec"), USAGE, "no program given")
        self.assert_refused(lsw("--verbose"), USAGE, "no program given")
        self.assert_refused(lsw("exec", "--exit-code-file"), USAGE, "needs a value")
        self.assert_refused(lsw("check"), USAGE, "no program given")
        self.assert_refused(lsw("check", "--what", "x.exe"), USAGE, "unknown option --what")
        self.assert_refused(lsw("check", "x.exe", "y.exe"), USAGE, "one program")
        self.assert_refused(lsw("api", "--format=xml"), USAGE, "xml")
        self.assert_refused(lsw("api", "nosuch"), 127, "nosuch")
        self.assert_refused(lsw("help", "nosuch"), USAGE, "nosuch")

    def test_short_form_is_exec(self):
        path = program("tiny.exe")
        for words in [[path], ["exec", path], ["exec", "--", path], ["--", path], [path, "--help"],
                      ["exec", path, "--exit-code-file"], [path[:-4]], ["Z:" + path.replace("/", "\\")]]:
            with self.subTest(words=words):
                result = lsw(*words)
                self.assertEqual((result.returncode, result.stdout, result.stderr), (7, b"tiny\r\n", b""))

    def test_program_is_searched(self):
        directory = os.path.dirname(program("tiny.exe"))
        for variable in ["LSW_PATH", "PATH"]:
            for name in ["tiny", "tiny.exe"]:
                result = lsw("exec", name, env={variable: directory})
                self.assertEqual(result.returncode, 7, (variable, name, result.stderr))
        self.assertEqual(lsw("exec", "tiny.exe", cwd=directory).returncode, 7)

    def test_exit_code_file(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "code")
            for words in [["--exit-code-file", path], ["--exit-code-file=" + path]]:
                self.assertEqual(lsw("exec", *words, program("tiny.exe")).returncode, 7)
                with open(path) as file:
                    self.assertEqual(file.read(), "7\n")
                os.remove(path)
        result = lsw("exec", "--exit-code-file", "/no/such/directory/code", program("tiny.exe"))
        self.assertEqual(result.returncode, 125)
        self.assertIn(b"/no/such/directory/code", result.stderr)

    def test_output_gone(self):
        """A reader that goes away early is no reason for noise."""
        reader, writer = os.pipe()
        os.close(reader)
        with open("/dev/null", "wb") as null:
            process = subprocess.run([LSW, "api"], stdout=writer, stderr=subprocess.PIPE, stdin=null.fileno(),
                                     timeout=harness.TIMEOUT_S)
        os.close(writer)
        self.assertEqual(process.stderr, b"")

    def test_api_table_and_json_agree(self):
        table = lsw("api", "kernel32")
        self.assertEqual((table.returncode, table.stderr), (0, b""))
        self.assertIn(b"BOOL CloseHandle(HANDLE hObject)", table.stdout)
        data = json.loads(lsw("api", "kernel32.dll", "--format=json").stdout)
        module, = data["modules"]
        self.assertEqual(module["dll"], "kernel32.dll")
        counts = module["counts"]
        self.assertEqual(counts["total"], len(module["exports"]))
        self.assertEqual(counts["total"], counts["full"] + counts["partial"] + counts["stub"])
        rows = [line for line in table.stdout.decode().splitlines() if line.startswith("kernel32.dll ")]
        self.assertEqual(len(rows), counts["total"])
        for export in module["exports"]:
            self.assertIn(export["status"], ["full", "partial", "stub"])
            if export["status"] == "partial":
                self.assertTrue(export["note"], export["name"])
        everything = json.loads(lsw("api", "--format", "json").stdout)
        self.assertGreater(len(everything["modules"]), 3)
        # An API set leads to its host.
        host = json.loads(lsw("api", "--format=json", "api-ms-win-crt-stdio-l1-1-0").stdout)
        self.assertEqual(host["modules"][0]["dll"], "ucrtbase.dll")

    def test_check_complete_program(self):
        result = lsw("check", program("tiny.exe"))
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn(b"3 imports from 1 DLLs, none missing", result.stdout)
        data = json.loads(lsw("check", "--json", program("tiny.exe")).stdout)
        self.assertTrue(data["complete"])
        self.assertEqual([module["name"] for module in data["modules"]], ["kernel32.dll"])
        self.assertIn(b"WriteFile (partial: ", lsw("check", "--verbose", program("tiny.exe")).stdout)

    def test_check_names_gaps(self):
        with open(program("tiny.exe"), "rb") as file:
            image = file.read().replace(b"WriteFile", b"WrongFile")
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "gap.exe")
            with open(path, "wb") as file:
                file.write(image)
            result = lsw("check", path)
            self.assertEqual(result.returncode, 1)
            self.assertIn(b"kernel32.dll: 1 of 3 imports missing\n    WrongFile\n", result.stdout)
            data = json.loads(lsw("check", path, "--json").stdout)
            self.assertFalse(data["complete"])
            self.assertEqual(data["modules"][0]["missing"], ["WrongFile"])
            # It runs up to the call, which ends it by name.
            self.assert_refused(lsw(path), 125, "KERNEL32.dll!WrongFile", "gap.exe+0x")

    def test_check_private_dll_beside_the_program(self):
        """tiny.exe with its import of KERNEL32 renamed: a private DLL of that name is looked into."""
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "app.exe")
            with open(program("tiny.exe"), "rb") as file:
                image = file.read().replace(b"KERNEL32.dll", b"PRIVAT32.dll")
            with open(path, "wb") as file:
                file.write(image)
            shutil.copy(program("tiny.dll"), os.path.join(directory, "Privat32.dll"))
            data = json.loads(lsw("check", "--json", path).stdout)
            module = data["modules"][0]
            self.assertEqual(module["origin"], "file")
            self.assertEqual(os.path.basename(module["path"]), "Privat32.dll")
            self.assertEqual(module["missing"], ["ExitProcess", "GetStdHandle", "WriteFile"])


harness.main()
