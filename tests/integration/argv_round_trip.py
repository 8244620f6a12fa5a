"""Whatever argv lsw gets, every way in which a Windows program reads its arguments gives it back:
the C runtime's argv and wargv, wmain, CommandLineToArgvW. "Parsing C command-line arguments"."""
import os
import random

import harness
from harness import lsw, program

ALPHABET = ['"', '"', "\\", "\\", "\\\\", " ", "\t", "a", "b", "-", "/", "=", "*", "?", "%", "^", "&", "|", "<", ">",
            "'", "(", ")", "!", ";", ",", "@", "$", "`", "~", "\n", "\x01", "ä", "ß", "€", "日本", "\U0001F600", "é"]
FIXED = [[""], ["", ""], ["a b"], ['"'], ['""'], ["\\"], ["\\\\"], ['\\"'], ['\\\\"'], ["a\\"], ["a b\\"], ["a b\\\\"],
         ['a"b'], ["a", "", "b"], [" "], ["\t"], ["*.c"], ["a*"], ["?"], ["C:\\dir with space\\"], ["\\\\server\\share"],
         ["x" * 8000], ["--", "-"], ["\U0001F600"], ["@file"], ['"a" "b"'], ["\n"]]


def random_argument(dice):
    return "".join(dice.choice(ALPHABET) for _ in range(dice.choice([0, 1, 1, 2, 3, 5, 8, 20])))


def random_bytes(dice):
    """Not valid UTF-8, and no zero."""
    return bytes(dice.choice([0x80, 0xFF, 0xC3, 0x61, 0x20, 0x22, 0x5C]) for _ in range(dice.randint(1, 6)))


def wide(argument):
    """UTF-16 of an argument; bytes that are no UTF-8 become U+DC80…U+DCFF, one each."""
    text = os.fsdecode(argument) if isinstance(argument, bytes) else argument
    units = text.encode("utf-16-be", "surrogatepass").hex()
    return units


class RoundTrip(harness.LswTest):
    def parse(self, name, arguments):
        result = lsw("exec", program(name), *arguments)
        self.assertEqual((result.returncode, result.stderr), (0, b""), arguments)
        seen = {}
        for line in result.stdout.decode().splitlines():
            parser, index, *value = line.split(" ")
            seen.setdefault(parser, []).append(value[0] if value else "")
            self.assertEqual(int(index), len(seen[parser]))
        return seen

    def check(self, arguments):
        expected = [wide(argument) for argument in arguments]
        seen = self.parse("print_argv.exe", arguments)
        for parser in ["wide", "shell"]:
            self.assertEqual(seen.get(parser, []), expected, (parser, arguments))
        narrow = [a.hex() if isinstance(a, bytes) else a.encode().hex() for a in arguments]
        if all(isinstance(a, str) for a in arguments):
            self.assertEqual(seen.get("narrow", []), narrow, arguments)
        self.assertEqual(self.parse("print_argv_wide.exe", arguments).get("wide", []), expected, arguments)

    def test_fixed(self):
        for arguments in FIXED:
            with self.subTest(arguments=arguments):
                self.check(arguments)

    def test_random(self):
        dice = random.Random(7)
        for attempt in range(120):
            arguments = [random_argument(dice) for _ in range(dice.randint(1, 12))]
            with self.subTest(attempt=attempt):
                self.check(arguments)

    def test_not_utf8(self):
        dice = random.Random(8)
        for attempt in range(30):
            with self.subTest(attempt=attempt):
                self.check([random_bytes(dice) for _ in range(3)])


harness.main()
