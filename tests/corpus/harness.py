"""Runs one job under a runner and under its native twin, and compares everything that came of it.

A job prepares a work directory, then performs steps (one command each). Both sides run in a directory
of the same path, one after the other, so that printed paths need no explaining away. Compared per step:
exit code, stdout, stderr; at the end: the tree of files. Bytes must be equal, except for what the job's
own `normalise` changes, which is applied to both sides and documented beside the job.
"""

import difflib
import hashlib
import os
import resource
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, List

import programs

# Programs behave by the kind of terminal, even where theirs is none: ninja ends lines otherwise on a dumb one.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != 'TERM'}


class Failed(Exception):
    """The job ran and the Windows side is not like its twin."""


@dataclass(frozen=True)
class Job:
    """One job of the corpus. `run(side)` performs the steps; see Side."""
    name: str
    needs: tuple            # names of programs.FILES that must be there
    run: Callable           # run(side), called once per side
    about: str
    slow: bool = False      # more than about two minutes: only with ci/test --full
    prepare: Callable = lambda side: None
    ignore: tuple = ()      # files left out of the comparison of trees, as glob patterns


@dataclass
class Step:
    name: str
    command: List[str]
    exit_code: int
    stdout: bytes
    stderr: bytes
    seconds: float
    cpu_seconds: float


@dataclass
class Side:
    """What a job sees of the side (Windows or native) that it is being run for.

    `work` is the directory both sides share by path. Programs are named by their base name
    (`esbuild`); the side knows the file (`esbuild-win` or `esbuild-linux`) and how to start it.
    """
    windows: bool
    runner: List[str]
    work: Path
    self_check: bool = False  # both sides are native
    steps: List[Step] = field(default_factory=list)
    timeout: float = 300

    def file(self, program):
        return programs.path_of(f'{program}-{"win" if self.windows else "linux"}')

    def path(self, program, arguments):
        """The command line that starts a file which is a program of this side's kind."""
        return [*self.runner, str(program), *map(str, arguments)]

    def step(self, name, program, *arguments, normalise=None, text_mode=False, stdin=b'', env=None,
             cwd=None):
        """Runs a program (a name, or the path of one) and records what it did.

        normalise(stdout, stderr) -> (stdout, stderr) removes what may rightly differ. With text_mode the
        program is one whose C runtime ends lines with \\r\\n on Windows: the twin's output is converted
        likewise, so that the bytes can still be compared."""
        file = program if isinstance(program, Path) else self.file(program)
        command = self.path(file, arguments)
        begin, cpu_before = time.monotonic(), _children_cpu_seconds()
        process = subprocess.Popen(
            command, cwd=cwd or self.work, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**_ENVIRONMENT, 'NO_COLOR': '1', **(env or {})},
            start_new_session=True)
        try:
            out, err = process.communicate(stdin, timeout=self.timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            raise Failed(f'step "{name}" did not end within {self.timeout:.0f} s: '
                         f'{shlex.join(command)}\n{_text(err)}')
        seconds, cpu_seconds = time.monotonic() - begin, _children_cpu_seconds() - cpu_before
        if text_mode and not self.windows and not self.self_check:
            out, err = out.replace(b'\n', b'\r\n'), err.replace(b'\n', b'\r\n')
        if normalise:
            out, err = normalise(out, err)
        step = Step(name, command, process.returncode, out, err, seconds, cpu_seconds)
        self.steps.append(step)
        return step


def _children_cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _text(data, limit=2000):
    text = data.decode('utf-8', 'backslashreplace')
    return text if len(text) <= limit else text[:limit] + f'… ({len(text)} characters)'


def tree_of(root, ignore=()):
    """relative path -> what is there ("directory", or a digest of the file)."""
    found = {}
    for folder, directories, files in os.walk(root):
        relative = Path(folder).relative_to(root)
        for name in directories:
            found[str(relative / name)] = 'directory'
        for name in files:
            path = relative / name
            if not any(path.match(pattern) for pattern in ignore):
                found[str(path)] = hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()
    return found


def _difference(what, windows, twin):
    lines = list(difflib.unified_diff(
        _text(twin, 10**6).splitlines(), _text(windows, 10**6).splitlines(),
        'native twin', 'windows', lineterm='', n=1))
    shown = '\n'.join(line[:300] for line in lines[:40])
    return f'{what} differs:\n{shown}' if lines else f'{what} differs in line ends only'


def compare(windows, twin, windows_tree, twin_tree):
    """All differences between the two sides, as readable paragraphs."""
    wrong = []
    for ours, theirs in zip(windows.steps, twin.steps):
        label = f'step "{ours.name}": '
        if ours.exit_code != theirs.exit_code:
            wrong.append(f'{label}exit code {ours.exit_code}, the twin has {theirs.exit_code}\n'
                         f'  {shlex.join(ours.command)}\n{_text(ours.stderr)}')
        if ours.stdout != theirs.stdout:
            wrong.append(_difference(label + 'stdout', ours.stdout, theirs.stdout))
        if ours.stderr != theirs.stderr:
            wrong.append(_difference(label + 'stderr', ours.stderr, theirs.stderr))
    if len(windows.steps) != len(twin.steps):
        wrong.append(f'{len(windows.steps)} steps, the twin has {len(twin.steps)}')
    names = sorted(name for name in {*windows_tree, *twin_tree}
                   if windows_tree.get(name) != twin_tree.get(name))
    if names:
        kinds = [f'  {name}: ' + ('missing' if name not in windows_tree else
                                  'should not be there' if name not in twin_tree else 'differs')
                 for name in names[:20]]
        wrong.append(f'{len(names)} files differ:\n' + '\n'.join(kinds))
    return wrong


def run_job(job, runner, self_check=False, keep=False, timeout=300):
    """Runs a job on both sides. Returns a report (a dict that can become JSON).

    With self_check the twin plays the Windows side too: that validates a job without any lsw, and shows what a
    runner (strace, say) costs a native program."""
    report = {'name': job.name, 'status': 'passed', 'reason': '', 'steps': []}
    try:
        for name in job.needs:
            programs.path_of(name)
    except programs.Unavailable as reason:
        return {**report, 'status': 'skipped', 'reason': str(reason)}

    scratch = Path(tempfile.mkdtemp(prefix=f'lsw-corpus-{job.name}-'))
    sides, trees = [], []
    try:
        for windows in (False, True):
            work = scratch / 'work'
            work.mkdir()
            # The runner is for the side that is being looked at.
            side = Side(windows and not self_check, runner if windows else [], work, self_check, timeout=timeout)
            sides.append(side)
            job.prepare(side)
            job.run(side)
            trees.append(tree_of(work, job.ignore))
            work.rename(scratch / ('windows' if windows else 'twin'))
        wrong = compare(sides[1], sides[0], trees[1], trees[0])
        if wrong:
            report.update(status='failed', reason='\n'.join(wrong))
    except programs.Unavailable as reason:
        report.update(status='skipped', reason=str(reason))
    except (Failed, OSError) as reason:
        report.update(status='failed', reason=str(reason))
    finally:
        if keep:
            report['kept'] = str(scratch)
        else:
            shutil.rmtree(scratch, ignore_errors=True)

    if len(sides) == 2:
        for ours, theirs in zip(sides[1].steps, sides[0].steps):
            report['steps'].append({
                'name': ours.name, 'command': shlex.join(ours.command), 'exit_code': ours.exit_code,
                'stdout_bytes': len(theirs.stdout), 'stderr_bytes': len(theirs.stderr),
                'seconds': round(ours.seconds, 4), 'twin_seconds': round(theirs.seconds, 4),
                'cpu_seconds': round(ours.cpu_seconds, 4), 'twin_cpu_seconds': round(theirs.cpu_seconds, 4)})
    return report
