"""The command language of the built-in cmd.exe: commands and batch files with the output that Windows gives.

Expectations come from Microsoft's pages of the commands ("cmd", "for", "set", "call", "if", ...) and from ss64.com/nt.
`.` at the start of an expected line keeps it from being stripped; each line ends in CR LF.
"""
import os
import subprocess
import tempfile
import textwrap

import harness
from harness import LSW, TIMEOUT_S

# (what, command line behind `cmd`, expected output, exit code)
COMMANDS = [
    ("and", '/c "echo a&& echo b"', "a\nb\n", 0),
    ("and stops", '/c "exit /b 3&& echo b"', "", 3),
    ("or", '/c "cd nowhere 2>nul|| echo failed"', "failed\n", 0),
    ("sequence", '/c "echo a&echo b&echo c"', "a\nb\nc\n", 0),
    ("precedence", '/c "echo a|| echo b&& echo c& echo d"', "a\nd\n", 0),
    ("caret", '/c "echo a ^& b ^| c ^> d ^^ e"', "a & b | c > d ^ e\n", 0),
    ("quotes guard", '/c echo "a & b"', '"a & b"\n', 0),
    ("outer quotes", '/c "echo "x" "y""', '"x" "y"\n', 0),
    ("s keeps the rest", '/s /c "echo "x""', '"x"\n', 0),
    ("exit code", '/c exit 42', "", 42),
    ("negative exit code", '/c exit -1', "", 255),
    ("not found", '/c nosuchprogram 2>nul', "", 1),
    ("block", '/c "(echo a & echo b)"', "a \nb\n", 0),
    ("if else", '/c "if 1==2 (echo yes) else (echo no)"', "no\n", 0),
    ("if not", '/c if not a==b echo differ', "differ\n", 0),
    ("if /i", '/c if /i ABC==abc echo same', "same\n", 0),
    ("if equ", '/c if 010 EQU 8 echo octal', "octal\n", 0),
    ("if gtr text", '/c if b GTR a echo after', "after\n", 0),
    ("if lss", '/c "if 9 LSS 10 (echo number) else echo text"', "number\n", 0),
    ("if defined", '/c if defined PATH echo there', "there\n", 0),
    ("if exist", '/c if exist nowhere.txt (echo a) else echo b', "b\n", 0),
    ("for", '/c for %x in (a,b;c "d e") do @echo %x', 'a\nb\nc\n"d e"\n', 0),
    ("for tilde", '/c for %x in ("d e") do @echo %~x', 'd e\n', 0),
    ("for /l down", '/c for /l %i in (3,-1,1) do @echo %i', "3\n2\n1\n", 0),
    ("for /f tokens", '/c for /f "tokens=1,3* delims=:" %a in ("a:b:c:d:e") do @echo %a %b %c', "a c d:e\n", 0),
    ("for /f range", '/c for /f "tokens=2-4" %a in ("1 2 3 4 5") do @echo %a%b%c', "234\n", 0),
    ("for /f command", '/c for /f "delims=" %a in (\'echo one two\') do @echo [%a]', "[one two]\n", 0),
    ("for /f usebackq", '/c for /f "usebackq delims=" %a in (`echo x y`) do @echo [%a]', "[x y]\n", 0),
    ("for /f usebackq text", "/c for /f \"usebackq tokens=2\" %a in ('x y') do @echo [%a]", "[y]\n", 0),
    ("delayed", '/v:on /c "set a=1&echo !a!"', "1\n", 0),
    ("not delayed", '/c "set a=1&echo !a!"', "!a!\n", 0),
    ("unknown variable", '/c echo %no_such_variable%', "%no_such_variable%\n", 0),
    ("set /a", '/c set /a 2+3*4', "14", 0),
    ("set /a hexadecimal", '/c set /a 0x1F ^& 15', "15", 0),
    ("set /a shift", '/c set /a "1<<10"', "1024", 0),
    ("set /a modulo", '/c set /a 17%5', "2", 0),
    ("set /a negative", '/c set /a -7/2', "-3", 0),
    ("set /a parenthesis", '/c set /a (1+2)*3', "9", 0),
    ("set /a unary", '/c set /a !0+~5', "-5", 0),
    ("set /a wraps", '/c set /a 2147483647+1', "-2147483648", 0),
    ("set /a comma", '/c "set /a x=4,x*=x,x+1"', "17", 0),
    ("echo dot", '/c echo.', "\n", 0),
    ("echo parenthesis", '/c echo(text', "text\n", 0),
    ("echo state", '/c echo', "ECHO is on.\n", 0),
    ("echo delimiters", '/c echo ;', ";\n", 0),
    ("a switch in quotes", '"/c exit 88"', "", 88),
    ("mklink help", '/c mklink /? | findstr /c:" /J "', "        /J      Creates a Directory Junction.\n", 0),
    ("redirect and type", '/c "echo text>f.txt&type f.txt"', "text\n", 0),
    ("append", '/c "echo a>f.txt&echo b>>f.txt&(echo c)>>f.txt&type f.txt"', "a\nb\nc\n", 0),
    ("stderr joins", '/c "(cd nowhere) 2>&1"', "The system cannot find the path specified.\n", 1),
    ("nul", '/c "echo a>nul&echo b"', "b\n", 0),
    ("input", '/c "echo value>f.txt&set /p v=<f.txt&call echo %^v%"', "value\n", 0),
    ("pipe", '/c "echo a b|for /f "tokens=2" %i in (\'more\') do @echo [%i]"', "[b]\n", 0),
    ("pipe block", '/c "(echo b&echo a)|sort"', "a\nb\n", 0),
    ("md and rd", '/c "md d\\e&if exist d\\e (echo made)&rd /s /q d&if not exist d echo gone"', "made\ngone\n", 0),
    ("cd", '/c "md d&cd d&for %i in (.) do @echo %~nxi"', "d\n", 0),
    ("pushd", '/c "md d&pushd d&popd&if exist d echo back"', "back\n", 0),
    ("copy", '/c "echo x>a&copy a b&type b"', "        1 file(s) copied.\nx\n", 0),
    ("copy joins", '/c "echo x>a&echo y>b&copy /b a+b c>nul&type c"', "x\ny\n", 0),
    ("move", '/c "echo x>a&move a b&if not exist a type b"', "        1 file(s) moved.\nx\n", 0),
    ("ren", '/c "echo x>a.txt&ren *.txt *.bak&dir /b"', "a.bak\n", 0),
    ("del", '/c "echo x>a.txt&echo x>b.log&del *.txt&dir /b"', "b.log\n", 0),
    ("dir missing", '/c "dir /b nowhere.txt 2>nul"', "", 1),
    ("dir /b /s", '/c "md d&echo x>d\\f&dir /b /s /a-d|findstr /e f>nul&&echo found"', "found\n", 0),
    ("dir /o", '/c "echo xx>b&echo x>a&echo xxx>c&dir /b /o-s"', "c\nb\na\n", 0),
    ("ver", '/c ver | findstr /c:"Microsoft Windows" >nul && echo windows', "windows\n", 0),
    ("system programs are found", '/c where cmd', "C:\\Windows\\System32\\cmd.exe\n", 0),
    ("syntax", '/c "if" 2>nul', "", 1),
]

# (what, batch file, arguments, expected output, exit code)
BATCHES = [
    ("arguments", r"""
        @echo off
        echo [%0] [%1] [%~2] [%3] [%*]
        shift
        echo [%1] [%2] [%*]
     """, 'a "b c" d', '[t] [a] [b c] [d] [a "b c" d]\n["b c"] [d] [a "b c" d]\n', 0),
    ("name parts", r"""
        @echo off
        echo %~n0 %~x0 %~nx0
        for %%i in (sub\file.tar.gz) do echo %%~ni %%~xi
     """, "", "t .bat t.bat\nfile.tar .gz\n", 0),
    ("substrings", r"""
        @echo off
        set s=abcdef
        echo %s:~2% %s:~1,3% %s:~-2% %s:~0,-2% %s:~-4,2%
        echo %s:cd=XY% %s:cd=% %s:*c=%
     """, "", "cdef bcd ef abcd cd\nabXYef abef def\n", 0),
    ("goto", r"""
        @echo off
        goto there
        echo not here
        :there
        echo here
        goto :eof
        echo never
     """, "", "here\n", 0),
    ("call label", r"""
        @echo off
        call :add 2 3
        echo %sum% %errorlevel%
        exit /b 4
        :add
        set /a sum=%1+%2
        exit /b 9
     """, "", "5 9\n", 4),
    ("setlocal", r"""
        @echo off
        set a=1
        setlocal
        set a=2
        echo %a%
        endlocal
        echo %a%
     """, "", "2\n1\n", 0),
    ("setlocal ends with the label", r"""
        @echo off
        set a=1
        call :change
        echo %a%
        goto :eof
        :change
        setlocal
        set a=2
     """, "", "1\n", 0),
    ("delayed in a block", r"""
        @echo off
        setlocal enabledelayedexpansion
        set n=0
        for %%i in (a b c) do (
            set /a n+=1
            echo %%i %n% !n!
        )
     """, "", "a 0 1\nb 0 2\nc 0 3\n", 0),
    ("if chain", r"""
        @echo off
        if "%1"=="a" (
            echo first
        ) else if "%1"=="b" (
            echo second
        ) else (
            echo third
        )
     """, "b", "second\n", 0),
    ("errorlevel", r"""
        @echo off
        cmd /c exit 3
        if errorlevel 4 echo four
        if errorlevel 3 echo three
        if %errorlevel% equ 3 echo equal
        cmd /c exit 0 || echo no
        nosuchprogram 2>nul
        echo %errorlevel%
        exit /b 0
     """, "", "three\nequal\n9009\n", 0),
    ("percent", r"""
        @echo off
        echo 100%% %undefined%. %no:~1,2%
        echo   two  blanks
     """, "", "100% . ~1,2\n  two  blanks\n", 0),
    ("caret continues", "@echo off\necho one^\n two\n", "", "one two\n", 0),
    ("nested for", r"""
        @echo off
        for /l %%i in (1,1,2) do for %%j in (x y) do echo %%i%%j
     """, "", "1x\n1y\n2x\n2y\n", 0),
    ("for /f file", r"""
        @echo off
        (echo ;skipped
        echo k=v
        echo.
        echo k2=v2) > f.txt
        for /f "tokens=1,2 delims==" %%a in (f.txt) do echo %%a/%%b
        for /f "skip=1 tokens=*" %%a in (f.txt) do echo %%a
     """, "", "k/v\nk2/v2\nk=v\nk2=v2\n", 0),
    ("for /r", r"""
        @echo off
        md a\b
        echo x> a\1.txt
        echo x> a\b\2.txt
        for /r a %%f in (*.txt) do echo %%~nxf
     """, "", "1.txt\n2.txt\n", 0),
    ("for /d", r"""
        @echo off
        md p1 p2 q
        for /d %%d in (p*) do echo %%d
     """, "", "p1\np2\n", 0),
    ("call another file", r"""
        @echo off
        echo @echo in %%1> other.bat
        >> other.bat echo @exit /b 6
        call other one
        echo back %errorlevel%
        other two
        echo never
     """, "", "in one\nback 6\nin two\n", 6),
    ("call expands again", r"""
        @echo off
        set name=value
        set value=deep
        call echo %%%name%%%
     """, "", "deep\n", 0),
    ("set with quotes", r"""
        @echo off
        set "a=b c"   ignored
        echo [%a%]
        set q="x"
        echo [%q%]
        set a=
        if not defined a echo gone
     """, "", '[b c]\n["x"]\ngone\n', 0),
    ("remarks", r"""
        @echo off
        rem echo a & echo b
        :: also one )
        (
            rem ) not the end
            echo inside
        )
        echo after & rem silent
     """, "", "inside\nafter \n", 0),
    ("redirected block", r"""
        @echo off
        > out.txt (
            echo a
            echo b
        )
        for /f %%i in ('type out.txt ^| find /c /v ""') do echo %%i
        type out.txt
     """, "", "2\na\nb\n", 0),
    ("echo on", "@prompt $G\necho hi\n@echo off\necho quiet\n", "", "\n>echo hi \nhi\nquiet\n", 0),
    ("rd leaves errorlevel alone", r"""
        @echo off
        rd nowhere 2>nul
        echo %errorlevel%
        rd nowhere 2>nul || rem
        echo %errorlevel%
     """, "", "0\n2\n", 2),
    ("syntax error ends it", "@echo off\necho a\nif x\necho b\n", "", "a\n", 255),
    ("quoted program", r"""
        @echo off
        "C:\Windows\System32\cmd.exe" /c echo through
        %COMSPEC% /c "echo also"
     """, "", "through\nalso\n", 0),
    ("script directory", r"""
        @echo off
        cd /d "%~dp0"
        if exist "%~dp0t.bat" echo found
        if /i "%~f0"=="%cd%\t.bat" echo same
     """, "", "found\nsame\n", 0),
    ("more variables after loops", r"""
        @echo off
        setlocal EnableDelayedExpansion
        set list=
        for %%i in (1 2 3) do set list=!list!%%i,
        echo %list:~0,-1%
        set "str=Hello!"
        echo !str:~0,5!
     """, "", "1,2,3\nHello\n", 0),
]


def run(arguments, directory, **options):
    return subprocess.run(arguments, capture_output=True, timeout=TIMEOUT_S, cwd=directory, **options)


def lines(text):
    return text.replace("\n", "\r\n").encode()


class CommandLanguage(harness.LswTest):
    def test_command_lines(self):
        for what, line, expected, code in COMMANDS:
            with self.subTest(what=what), tempfile.TemporaryDirectory() as directory:
                # One word for each blank: what lsw joins again is the line as it stands here.
                result = run([LSW, "exec", "cmd", *line.split(" ")], directory, stdin=subprocess.DEVNULL)
                self.assertEqual(result.stdout, lines(expected), result.stderr)
                self.assertEqual(result.returncode, code)

    def test_batch_files(self):
        for what, text, arguments, expected, code in BATCHES:
            with self.subTest(what=what), tempfile.TemporaryDirectory() as directory:
                with open(os.path.join(directory, "t.bat"), "wb") as file:
                    file.write(lines(textwrap.dedent(text).lstrip("\n")))
                words = ["/c", "t", *arguments.split(" ")] if arguments else ["/c", "t"]
                result = run([LSW, "exec", "cmd", *words], directory, stdin=subprocess.DEVNULL)
                self.assertEqual(result.stdout, lines(expected), result.stderr)
                self.assertEqual(result.returncode, code)

    def test_batch_file_as_the_program(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "my script.bat")
            with open(path, "wb") as file:
                file.write(b"@echo [%~1] [%2]\r\n@exit /b 5\r\n")
            result = run([LSW, "exec", path, "a b", "c"], directory, stdin=subprocess.DEVNULL)
            self.assertEqual((result.stdout, result.returncode), (b"[a b] [c]\r\n", 5))

    def test_commands_from_a_pipe(self):
        with tempfile.TemporaryDirectory() as directory:
            result = run([LSW, "exec", "cmd", "/q"], directory, input=b"echo one\r\nset z=4\r\necho %z%\r\nexit 7\r\n")
            self.assertIn(b"one\r\n", result.stdout)
            self.assertIn(b"4\r\n", result.stdout)
            self.assertEqual(result.returncode, 7)


harness.main()
