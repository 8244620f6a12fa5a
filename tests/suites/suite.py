#!/usr/bin/env python3
"""Test suites that others wrote, cross-built for Windows and run the way their users would: see README.md.

  suite.py go --runner lsw PACKAGE…    the standard library's tests of PACKAGE: what passes natively must pass
  suite.py go-exec --runner lsw        `go test -exec`
  suite.py rust --runner lsw           `cargo test` with a target runner
  suite.py meson --runner lsw          `meson test` with an exe_wrapper

Exit code 77: something needed is not installed.
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
WINDOWS = 'x86_64-pc-windows-gnu'
RESULT = re.compile(rb'^--- (PASS|FAIL|SKIP): (\S+)', re.MULTILINE)

# Tests that pass natively and cannot here, each with its reason.
GO_EXCEPTIONS = {
    'path/filepath': {
        'TestEvalSymlinks': 'a link to "/" has no meaning in Windows paths on drive Z:',
    },
    'crypto/x509': {
        'TestSystemVerify': 'the platform verifier (CertGetCertificateChain) is partial',
    },
    'runtime': {
        'TestAtomicAlignment': 'typechecks the runtime from the compiled packages of a GOROOT, which Debian does not ship for Windows',
        'TestMemPprof': 'needs cmd/pprof for Windows',
        'TestTimePprof': 'needs cmd/pprof for Windows',
    },
    'net/http': {'TestOmitHTTP2Vet': 'needs cmd/vet for Windows'},
}

# Packages whose tests start the go command: they get one for Windows.
GO_TOOL = {'debug/pe', 'go/build', 'net/http', 'net/netip', 'os/exec', 'os/signal', 'runtime'}


class Missing(Exception):
    pass


def need(*names):
    for name in names:
        if not shutil.which(name):
            raise Missing(f'{name} is not installed')


def go_environment(windows):
    env = dict(os.environ, GO111MODULE='', GOFLAGS='', CGO_ENABLED='0', GOPROXY='off')
    if windows:
        env.update(GOOS='windows', GOARCH='amd64')
    return env


def go_results(command, folder, env):
    done = subprocess.run([*command, '-test.v', '-test.short'], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
    return done, {name.decode(): kind.decode() for kind, name in RESULT.findall(done.stdout)}


def windows_goroot(goroot, scratch):
    """Settings for a GOROOT with the go command for Windows, which the corpus builds from Debian's sources."""
    sys.path.insert(0, str(HERE.parent / 'corpus'))
    import programs
    try:
        built = programs.fetch_source('go-win')
    except programs.Unavailable as reason:
        raise Missing(str(reason)) from reason
    root = scratch / 'goroot'
    tools = root / 'pkg' / 'tool' / 'windows_amd64'
    (root / 'bin').mkdir(parents=True)
    tools.mkdir(parents=True)
    for tool in ('compile', 'asm', 'link', 'buildid', 'pack'):
        shutil.copy(built / f'{tool}.exe', tools)
    shutil.copy(built / 'go.exe', root / 'bin')
    for shared in ('src', 'pkg/include', 'test'):
        (root / shared).symlink_to((goroot / shared).resolve())
    shutil.copy(goroot / 'VERSION', root)

    def windows(path):
        return 'Z:' + str(path).replace('/', '\\')
    return {'GOROOT': windows(root), 'GOCACHE': windows(scratch / 'cache'), 'GOPATH': windows(scratch / 'gopath'),
            'GOPROXY': 'off', 'GOENV': 'off', 'GOFLAGS': '', 'PATH': f'{root}/bin:{os.environ["PATH"]}'}


def go_package(package, runner, scratch):
    """The failures of one package, as readable lines."""
    goroot = Path(subprocess.run(['go', 'env', 'GOROOT'], capture_output=True, text=True, check=True).stdout.strip())
    folder = (goroot / 'src' / package).resolve()
    if not folder.is_dir():
        raise Missing('the sources of the Go standard library (golang-src) are not installed')
    programs = {}
    for windows in (False, True):
        name = scratch / (package.replace('/', '_') + ('.exe' if windows else '.linux'))
        subprocess.run(['go', 'test', '-tags', 'timetzdata', '-c', '-o', name, package], env=go_environment(windows), check=True)
        programs[windows] = name
    env = dict(os.environ, GOROOT=str(goroot))
    _, native = go_results([programs[False]], folder, env)
    if package in GO_TOOL:
        env |= windows_goroot(goroot, scratch)
    done, ours = go_results([*runner, programs[True]], folder, env)
    listed = subprocess.run([*runner, programs[True], '-test.list', '.*'], cwd=folder, env=env, capture_output=True)
    here = set(listed.stdout.decode().split())
    excused = GO_EXCEPTIONS.get(package, {})
    wrong = [f'{package}: {name}: passes natively, here {ours.get(name, "no result")}'
             for name, kind in sorted(native.items())
             if kind == 'PASS' and name in here and ours.get(name) not in ('PASS', 'SKIP') and name not in excused]
    counts = {kind: sum(1 for value in ours.values() if value == kind) for kind in ('PASS', 'SKIP', 'FAIL')}
    passed = sum(1 for value in native.values() if value == 'PASS')
    print(f'{package}: {counts["PASS"]} pass, {counts["SKIP"]} skip, {counts["FAIL"]} fail; natively {passed} pass')
    if wrong:
        wrong.append(done.stdout.decode('utf-8', 'replace')[-3000:])
    return wrong


def go(runner, packages, scratch):
    need('go')
    wrong = [line for package in packages for line in go_package(package, runner, scratch)]
    print('\n'.join(wrong))
    return 1 if wrong else 0


def go_exec(runner, _, scratch):
    need('go')
    return subprocess.run(['go', 'test', '-count=1', '-exec', shlex.join(runner), 'sort', 'text/scanner', 'container/list'],
                          env=go_environment(True), cwd=scratch).returncode


def rust(runner, _, scratch):
    library = Path(f'/usr/lib/rustlib/{WINDOWS}/lib')
    cargo, rustc = Path('/usr/bin/cargo'), Path('/usr/bin/rustc')
    need('x86_64-w64-mingw32-gcc')
    if not library.is_dir() or not cargo.exists() or not rustc.exists():
        raise Missing("Debian's cargo, rustc or libstd-rust-dev-windows is not installed")
    shutil.copytree(HERE / 'rust', scratch / 'rust')
    env = dict(os.environ, CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=shlex.join(runner),
               CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER='x86_64-w64-mingw32-gcc', RUSTC=str(rustc),
               CARGO_HOME=str(scratch / 'cargo'), CARGO_NET_OFFLINE='true')
    return subprocess.run([cargo, 'test', '--quiet', '--target', WINDOWS], cwd=scratch / 'rust', env=env).returncode


def meson(runner, _, scratch):
    need('meson', 'ninja', 'x86_64-w64-mingw32-gcc')
    cross = scratch / 'windows.ini'
    cross.write_text("[binaries]\nc = 'x86_64-w64-mingw32-gcc'\n"
                     f'exe_wrapper = {runner!r}\n'
                     "[host_machine]\nsystem = 'windows'\ncpu_family = 'x86_64'\ncpu = 'x86_64'\nendian = 'little'\n")
    build = scratch / 'build'
    subprocess.run(['meson', 'setup', '--cross-file', cross, build, HERE / 'meson'], check=True)
    return subprocess.run(['meson', 'test', '-C', build, '--print-errorlogs']).returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('suite', choices=('go', 'go-exec', 'rust', 'meson'))
    parser.add_argument('packages', nargs='*')
    parser.add_argument('--runner', default='lsw', help='how to start a Windows program')
    options = parser.parse_intermixed_args()
    run = {'go': go, 'go-exec': go_exec, 'rust': rust, 'meson': meson}[options.suite]
    try:
        with tempfile.TemporaryDirectory(prefix='lsw-suite-') as scratch:
            return run(shlex.split(options.runner), options.packages, Path(scratch))
    except Missing as reason:
        print(f'skipped: {reason}')
        return 77


if __name__ == '__main__':
    sys.exit(main())
