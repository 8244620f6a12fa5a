"""Go's own tools, cross-built for Windows from Debian's sources.

gofmt checks the standard library. `go build` is a process tree: go starts compile, asm and link some
sixty times; the executable it makes must be, byte for byte, what the native cross-build makes. It is built
without the build id, a hash in which the spelling of GOROOT shows (assembler objects name textflag.h by
its path until Go 1.21)."""

import os
import shutil
import subprocess

import programs
from harness import Failed, Job

from .common import copy_go_sources, slashes


def prepare_gofmt(side):
    copy_go_sources(side.work, 'net', 'go', 'fmt', 'encoding', 'cmd/internal', 'cmd/compile')
    mangled = side.work / 'mangled'
    mangled.mkdir()
    for source in sorted((side.work / 'encoding').rglob('*.go')):
        text = source.read_bytes().replace(b'\t', b'  ').replace(b' := ', b':=')
        (mangled / f'{source.parent.name}_{source.name}').write_bytes(text)
    (mangled / 'broken.go').write_text('package x\n\nfunc f( {\n')


def run_gofmt(side):
    side.step('nothing to change', 'gofmt', '-l', 'net', 'go', 'fmt', 'cmd',
              normalise=_sorted_slashes)
    side.step('list', 'gofmt', '-l', 'mangled', normalise=_sorted_slashes)
    side.step('rewrite', 'gofmt', '-w', 'mangled', normalise=_sorted_slashes)
    side.step('simplify, print', 'gofmt', '-s', 'net/http/server.go')
    side.step('rename', 'gofmt', '-r', 'a[b:len(a)] -> a[b:]', '-l', 'net', normalise=_sorted_slashes)
    side.step('standard input', 'gofmt', stdin=b'package  p\nfunc  f ( ){x:=1;_=x}\n')


def _sorted_slashes(out, err):
    """Files are worked on in parallel and reported as they end; their paths have the system's slash."""
    out, err = slashes(out, err)
    return out, b'\n'.join(sorted(err.split(b'\n')))


MAIN = '''package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
)

func main() {
	words := strings.Fields(strings.Join(os.Args[1:], " "))
	sort.Strings(words)
	json.NewEncoder(os.Stdout).Encode(map[string]any{"words": words})
	fmt.Println(helper(len(words)))
}
'''
HELPER = 'package main\n\nfunc helper(n int) int { return n * n }\n'


def _go(*arguments, **more):
    done = subprocess.run(['go', *arguments], capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise programs.Unavailable(f'go {arguments[0]}: {done.stderr.strip().splitlines()[-1:]}')
    return done.stdout


def prepare_build(side):
    """A GOROOT that has the tools of this side and the sources the program needs, and a module."""
    module = side.work / 'module'
    module.mkdir()
    (module / 'go.mod').write_text('module example.org/words\n\ngo 1.19\n')
    (module / 'main.go').write_text(MAIN)
    (module / 'helper.go').write_text(HELPER)

    goroot = side.work / 'goroot'
    host = 'windows_amd64' if side.windows else 'linux_amd64'
    tools = goroot / 'pkg' / 'tool' / host
    tools.mkdir(parents=True)
    (goroot / 'bin').mkdir()
    built = side.file('go')
    if side.windows:
        for tool in ('compile', 'asm', 'link', 'buildid', 'pack'):
            shutil.copy(built / f'{tool}.exe', tools)
        shutil.copy(built / 'go.exe', goroot / 'bin')
    else:
        for tool in ('compile', 'asm', 'link', 'buildid', 'pack'):
            shutil.copy(built / 'pkg' / 'tool' / host / tool, tools)
        shutil.copy(built / 'bin' / 'go', goroot / 'bin')
    installed = programs.path_of('go-source').parent
    shutil.copytree(installed / 'pkg' / 'include', goroot / 'pkg' / 'include')
    (goroot / 'VERSION').write_text(programs.go_env('GOVERSION'))

    listed = _go('list', '-deps', '-f', '{{if .Standard}}{{.ImportPath}}{{end}}', '.', cwd=module,
                 env={**os.environ, 'GOOS': 'windows', 'GOARCH': 'amd64', 'CGO_ENABLED': '0'})
    for package in sorted({*listed.split(), 'runtime/cgo'}):
        source, target = installed / 'src' / package, goroot / 'src' / package
        if source.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            for file in source.iterdir():
                if file.is_file() and not file.name.endswith('_test.go'):
                    shutil.copy(file, target / file.name)
    shutil.copy(installed / 'src' / 'go.mod', goroot / 'src' / 'go.mod')


def run_build(side):
    drive = 'Z:' if side.windows else ''
    env = {
        'GOROOT': f'{drive}{side.work}/goroot', 'GOCACHE': f'{drive}{side.work}/cache',
        'GOPATH': f'{drive}{side.work}/gopath', 'GOOS': 'windows', 'GOARCH': 'amd64',
        'CGO_ENABLED': '0', 'GOFLAGS': '-trimpath -buildvcs=false -ldflags=-buildid=', 'GOPROXY': 'off', 'GOTOOLCHAIN': 'local',
        'GO111MODULE': 'on', 'GOTELEMETRY': 'off', 'GOENV': 'off',
    }
    if side.windows:
        env = {key: value.replace('/', '\\') if value.startswith('Z:') else value
               for key, value in env.items()}
    go = side.work / 'goroot' / 'bin' / ('go.exe' if side.windows else 'go')
    module = side.work / 'module'
    side.step('version', go, 'env', 'GOVERSION', 'GOOS', 'GOARCH', env=env, cwd=module)
    side.step('build', go, 'build', '-o', 'words.exe', 'example.org/words', env=env, cwd=module)
    side.step('build again', go, 'build', '-o', 'words2.exe', 'example.org/words', env=env, cwd=module)
    side.step('vet the module file', go, 'list', '-m', env=env, cwd=module)
    (module / 'broken.go').write_text('package main\n\nfunc broken() int { return "text" }\n')
    side.step('a type error', go, 'build', '-o', 'none.exe', '.', env=env, cwd=module, normalise=slashes)
    if not (module / 'words.exe').exists():
        raise Failed('go build made no executable:\n' +
                     side.steps[1].stderr.decode('utf-8', 'replace')[-2000:])
    for temporary in ('goroot', 'cache', 'gopath'):
        shutil.rmtree(side.work / temporary, ignore_errors=True)


JOBS = [
    Job('gofmt', ('gofmt-win', 'gofmt-linux', 'go-source'), run_gofmt,
        'format check of the standard library', prepare=prepare_gofmt),
    Job('go-build', ('go-win', 'go-linux', 'go-source'), run_build,
        'a build whose executable equals the native cross-build\'s', prepare=prepare_build),
]
