"""The lines of a trace: arguments with documented names, handles with what they name, results with their errors. The names
are those of the functions' pages; the values those of the program's source."""
import json
import os
import re
import tempfile
import unittest

import harness
from harness import lines_of, program, trace

OUT = "123 2.50 out\n"


class Lines(unittest.TestCase):
    maxDiff = None

    def calls(self, *options, exceptions=False):
        result = trace("--no-bpf", *options, program("calls.exe"))
        self.assertEqual((result.returncode, result.stdout.replace("\r", "")), (7, OUT), result.stderr)
        return [line for line in lines_of(result.stderr) if exceptions or not line.startswith("---")]

    def test_files(self):
        lines = self.calls("-e", "CreateFile,ReadFile,WriteFile,SetFilePointer*,CloseHandle,GetFileAttributes,DeleteFile")
        self.assertEqual(lines[:12], [
            'CreateFileW("späm \\"x\\".txt", GENERIC_READ|GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS, '
            'FILE_ATTRIBUTE_NORMAL, NULL) = INVALID_HANDLE_VALUE ERROR_INVALID_NAME (123)',
            'CreateFileW("spam.txt", GENERIC_READ|GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS, '
            'FILE_ATTRIBUTE_NORMAL, NULL) = H<spam.txt>',
            'WriteFile(H<spam.txt>, "hello\\r\\n", 7, [7], NULL) = TRUE',
            'SetFilePointerEx(H<spam.txt>, NULL, [7], FILE_END) = TRUE',
            'SetFilePointer(H<spam.txt>, 0, NULL, FILE_BEGIN) = 0',
            'ReadFile(H<spam.txt>, ["hello\\r\\n"], 64, [7], NULL) = TRUE',
            'CloseHandle(H<spam.txt>) = TRUE',
            'CloseHandle(0x1238) = FALSE ERROR_INVALID_HANDLE (6)',
            'GetFileAttributesA("no such file") = INVALID_FILE_ATTRIBUTES ERROR_FILE_NOT_FOUND (2)',
            'DeleteFileA("spam.txt") = TRUE',
            '+++ ended +++',
        ])

    def test_waits_memory_and_threads(self):
        lines = self.calls("-e", "WaitForSingleObject,SetEvent,CreateEvent,VirtualAlloc,VirtualFree,CreateThread")
        lines = [re.sub(r'(CreateThread.*P, )0x[0-9a-f]+', r'\1*', line) for line in lines]
        self.assertEqual(lines, [
            'CreateEventA(NULL, TRUE, FALSE, NULL) = H<Event>',
            'WaitForSingleObject(H<Event>, 0) = WAIT_TIMEOUT',
            'CreateThread(NULL, 0, P, *, 0, NULL) = H<Thread>',
            'SetEvent(H<Event>) = TRUE',
            'WaitForSingleObject(H<Thread>, INFINITE) = WAIT_OBJECT_0',
            'VirtualAlloc(NULL, 65536, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE) = P',
            'VirtualFree(P, 0, MEM_RELEASE) = TRUE',
            'VirtualFree(P, 1, MEM_RELEASE) = FALSE ERROR_INVALID_PARAMETER (87)',
            '+++ ended +++',
        ])

    def test_a_bad_pointer_is_not_followed(self):
        self.assertEqual(self.calls("-e", "WideCharToMultiByte")[0],
                         'WideCharToMultiByte(CP_UTF8, 0, "", 0, NULL, 0, NULL, NULL) = 0')

    def test_a_jump_out_of_a_callback_leaves_its_call_unfinished(self):
        lines = self.calls("-e", "qsort,GetTempPathA,RaiseException", exceptions=True)
        self.assertEqual(lines, [
            'qsort(P, 3, 4, P)',
            '  GetTempPathA(0, NULL) = ' + lines[1].rsplit(" ", 1)[1],
            'qsort(P, 3, 4, P) = ?',
            'RaiseException(3758101044, 0, 0, NULL) = ?',
            lines[4],
            '+++ ended +++',
        ])
        self.assertRegex(lines[4], r"^--- exception 0xE0001234 at calls\.exe\+0x[0-9a-f]+ ---$")

    def test_everything_at_once_changes_nothing(self):
        self.assertGreater(len(self.calls("-e", "all")), 60)

    def test_default_leaves_out_what_never_leaves_the_process(self):
        names = {line.strip().split("(")[0] for line in self.calls()}
        self.assertTrue({"CreateFileW", "VirtualAlloc", "CreateThread"} <= names)
        self.assertFalse({"strlen", "malloc", "EnterCriticalSection", "GetLastError"} & names)

    def test_json(self):
        rows = [json.loads(line) for line in trace("--json", "-e", "file", program("calls.exe")).stderr.splitlines()]
        failed = [row["call"] for row in rows if row.get("failed")]
        self.assertEqual(failed, ["CreateFileW", "GetFileAttributesA"])
        write = next(row for row in rows if row["call"] == "WriteFile")
        self.assertEqual(write["arguments"]["nNumberOfBytesToWrite"], "7")
        self.assertEqual((write["result"], write["dll"], write["class"]), ("TRUE", "kernel32.dll", "file"))

    def test_output_file_and_chrome(self):
        with tempfile.TemporaryDirectory() as directory:
            file, chrome = os.path.join(directory, "t"), os.path.join(directory, "c.json")
            result = trace("-o", file, "-e", "file", program("calls.exe"))
            self.assertEqual((result.returncode, result.stderr), (7, ""))
            with open(file, encoding="utf-8") as text:
                self.assertIn('WriteFile', text.read())
            result = trace("--chrome", chrome, program("calls.exe"))
            self.assertEqual((result.returncode, result.stderr), (7, ""))
            with open(chrome, encoding="utf-8") as text:
                events = json.load(text)["traceEvents"]
            names = {event["name"] for event in events if event["ph"] == "X"}
            self.assertTrue({"CreateFileW", "VirtualAlloc", "SetEvent"} <= names)
            self.assertEqual([e["args"]["name"] for e in events if e["ph"] == "M"], ["calls.exe"])

    def test_raw_services(self):
        """Each call once, whichever way the program takes to the service."""
        result = trace("-e", "raw", program("raw.exe"))
        lines = [re.sub(r"\[\d+\]", "[time]", line) for line in lines_of(result.stderr)]
        self.assertEqual(result.returncode, 4)
        self.assertEqual(lines, [f"NtClose(0x{1 + i}{1 + i}{1 + i}0) = STATUS_INVALID_HANDLE" for i in range(4)] +
                         ["NtQuerySystemTime([time]) = STATUS_SUCCESS", "+++ ended +++"])

    def test_children_only_when_followed(self):
        alone = trace("-e", "GetFileAttributesW", program("loop.exe"), "storm", "3")
        self.assertEqual((alone.returncode, lines_of(alone.stderr)), (4, ["+++ ended +++"]))
        family = lines_of(trace("-f", "-e", "GetFileAttributesW", program("loop.exe"), "storm", "3").stderr)
        self.assertEqual(len([line for line in family if line.startswith("GetFileAttributesW(NULL)")]), 30)
        self.assertEqual(family.count("+++ ended +++"), 4)

    def test_words_that_mean_nothing_are_refused(self):
        for words in (["-e", "nonsense", "x.exe"], ["-p", "1", "x.exe"], ["--nonsense"], []):
            result = trace(*words)
            self.assertEqual((result.returncode, result.stdout, result.stderr.count("\n")),
                             (127 if "x.exe" in words and "-p" not in words else 125, "", 1), (words, result.stderr))


harness.main()
