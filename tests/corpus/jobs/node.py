"""node 26 (V8, libuv, OpenSSL): scripts over its modules, its native add-ons, npm's command line, and tools
written in JavaScript that are used with it."""

import json
import re
import shutil
from pathlib import Path

import programs
from harness import Job

from .common import copy_rxjs, slashes

SCRIPTS = Path(__file__).resolve().parent.parent / 'node'
NODE = ('node-win', 'node-linux')
ADDONS = ('@swc/core', '@swc/counter', '@swc/core-win32-x64-msvc', '@swc/core-linux-x64-gnu', 'rollup',
          '@rollup/rollup-win32-x64-msvc', '@rollup/rollup-linux-x64-gnu', 'lightningcss',
          'lightningcss-win32-x64-msvc', 'lightningcss-linux-x64-gnu', 'detect-libc')
# What npm reads from the user: nothing, and nothing is asked of a registry.
NPM = {'npm_config_userconfig': 'nothing', 'npm_config_update_notifier': 'false',
       'npm_config_audit': 'false', 'npm_config_fund': 'false', 'npm_config_offline': 'true'}


def script(name, files=(), env=None):
    def prepare(side):
        shutil.copy(SCRIPTS / name, side.work)

    def run(side):
        side.step(name, 'node', name, env=env, normalise=_paths)
    return prepare, run


def install(side, packages):
    """Copies packages to where a script in the work directory finds them, outside of what is compared."""
    for name in packages:
        shutil.copytree(programs.path_of(f'npm:{name}'), side.work.parent / 'node_modules' / name,
                        dirs_exist_ok=True)


def _paths(out, err):
    """The work directory in paths, with either slash and a drive."""
    out, err = slashes(out, err)
    clean = re.compile(rb'(file:///)?([A-Z]:)?/[^ \n\'"]*/lsw-corpus-[^/]*/work')
    carriage = lambda text: clean.sub(b'WORK', text).replace(b'\r\n', b'\n')
    return carriage(out), carriage(err)


def run_basics(side):
    side.step('version', 'node', '--version', text_mode=True)  # the one line it prints through its C runtime
    side.step('evaluate', 'node', '-p', '6 * 7 + process.argv.length', 'ünï', '', 'a b')
    side.step('standard input', 'node', '-', stdin=b'process.stdin;console.log(typeof fetch)')
    side.step('pipe', 'node', '-e', 'process.stdin.pipe(process.stdout)', stdin=bytes(range(256)) * 5000)
    side.step('exit code', 'node', '-e', 'process.exit(17)')
    side.step('uncaught', 'node', '-e', 'throw new RangeError("out")', normalise=_paths)
    side.step('missing', 'node', 'nothing-here.js', normalise=_no_trace)
    side.step('test runner', 'node', '--test-reporter=dot', '-e',
              'const t=require("node:test");t("a",()=>{});t("b",()=>{})', normalise=_paths)


def _no_trace(out, err):
    """The frames of node's own loader differ in nothing but their number."""
    out, err = _paths(out, err)
    return out, b'\n'.join(line for line in err.split(b'\n') if not line.startswith(b'    at '))


def prepare_npm(side):
    project, dependency = side.work / 'project', side.work / 'dependency'
    for folder in (project, dependency):
        folder.mkdir()
    (dependency / 'package.json').write_text(json.dumps(
        {'name': 'dependency', 'version': '1.2.3', 'bin': {'dep': 'cli.js'}, 'main': 'index.js'}))
    (dependency / 'index.js').write_text('module.exports = 42;\n')
    (dependency / 'cli.js').write_text('#!/usr/bin/env node\nconsole.log("cli", process.argv.slice(2));\n')
    (project / 'package.json').write_text(json.dumps(
        {'name': 'project', 'version': '0.1.0', 'license': 'MIT',
         'dependencies': {'dependency': 'file:../dependency-1.2.3.tgz'}}))
    (project / 'main.js').write_text('console.log(require("dependency"));\n')


def run_npm(side):
    cli = programs.path_of('npm:npm') / 'bin' / 'npm-cli.js'
    cache = side.work.parent / ('cache-windows' if side.windows else 'cache-twin')

    def npm(name, folder, *arguments):
        side.step(name, 'node', cli, *arguments, cwd=side.work / folder, normalise=_npm_output,
                  env={**NPM, 'npm_config_cache': str(cache)})

    npm('version', '.', '--version')
    npm('pack', 'dependency', 'pack', '--pack-destination', '..')
    npm('install', 'project', 'install')
    npm('list', 'project', 'ls', '--all')
    side.step('use', 'node', 'main.js', cwd=side.work / 'project')
    npm('change', 'project', 'pkg', 'set', 'description=hello')
    npm('get', 'project', 'pkg', 'get', 'description', 'dependencies')
    npm('remove', 'project', 'uninstall', 'dependency')
    npm('error', 'project', 'run', 'no-such-script')


def _npm_output(out, err):
    """Paths, times, and where the log of the run is."""
    out, err = _paths(out, err)
    err = b'\n'.join(line for line in err.split(b'\n') if b'complete log of this run' not in line)
    return re.sub(rb'in [0-9.]+m?s\b', b'in 1s', out), err


def prepare_tools(side):
    copy_rxjs(side.work)
    (side.work / 'tsconfig.json').write_text(json.dumps(
        {'compilerOptions': {'target': 'es2020', 'module': 'commonjs', 'outDir': 'out', 'strict': False,
                             'skipLibCheck': True, 'types': [], 'lib': ['es2022', 'dom']},
         'include': ['src/internal']}))
    (side.work / 'bad.ts').write_text('const x: number = "text";\nexport { y };\n')


def run_tools(side):
    tool = lambda package, path: programs.path_of(f'npm:{package}') / path
    tsc, prettier = tool('typescript', 'bin/tsc'), tool('prettier', 'bin/prettier.cjs')
    side.step('compile', 'node', tsc, '-p', '.', normalise=_paths)
    side.step('type errors', 'node', tsc, '--noEmit', '--pretty', 'false', 'bad.ts', normalise=_paths)
    side.step('what is unformatted', 'node', prettier, '--list-different', 'src/internal/util', normalise=_paths)
    side.step('format', 'node', prettier, '--write', '--print-width', '60', 'src/internal/observable',
              normalise=lambda out, err: _no_times(*_paths(out, err)))


def _no_times(out, err):
    return re.sub(rb' [0-9.]+ms', b'', out), err


def _script_job(name, file, about, **more):
    prepare, run = script(file)
    return Job(name, NODE, run, about, prepare=prepare, **more)


def run_addons(side):
    install(side, ADDONS)
    shutil.copy(SCRIPTS / 'addons.js', side.work)
    side.step('add-ons', 'node', 'addons.js', normalise=_paths)


JOBS = [
    Job('node', NODE, run_basics, 'start, evaluate, pipes, exit codes'),
    _script_job('node-files-sync', 'files_sync.js', 'synchronous file calls'),
    _script_job('node-files-async', 'files_async.js', 'promises, streams and watchers of files'),
    _script_job('node-modules', 'modules.js', 'crypto, zlib, vm, WebAssembly, Intl, sqlite and others'),
    _script_job('node-processes', 'processes.js', 'child processes and IPC', slow=True),
    _script_job('node-workers', 'workers.js', 'worker threads', slow=True),
    _script_job('node-network', 'network.js', 'TCP, pipes, HTTP, UDP, names on loopback'),
    _script_job('node-failures', 'failures.js', 'uncaught exceptions, deep recursion, big heaps', slow=True),
    _script_job('node-compute', 'compute.js', 'compiled code and a busy heap', slow=True),
    Job('node-addons', (*NODE, *(f'npm:{name}' for name in ADDONS)), run_addons,
        'swc, rollup and lightningcss as native add-ons', slow=True),
    Job('node-npm', (*NODE, 'npm:npm'), run_npm, 'npm: pack, install, ls, run, uninstall', prepare=prepare_npm,
        slow=True),
    Job('node-tools', (*NODE, 'npm:typescript', 'npm:prettier', 'rxjs'), run_tools,
        'TypeScript and Prettier on the sources of rxjs', prepare=prepare_tools, slow=True),
]
