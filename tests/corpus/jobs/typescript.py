"""The native TypeScript compiler (Go) checks and emits rxjs; ast-grep (Rust) searches and rewrites it."""

import json

from harness import Job

from .common import copy_rxjs, slashes, sorted_lines


def prepare(side):
    copy_rxjs(side.work)
    (side.work / 'tsconfig.json').write_text(json.dumps({
        'compilerOptions': {'target': 'es2020', 'module': 'esnext', 'moduleResolution': 'bundler', 'strict': True,
                            'lib': ['es2020', 'dom'], 'outDir': 'out', 'declaration': True, 'sourceMap': True,
                            'types': []},
        'files': ['src/index.ts']}))
    (side.work / 'wrong.ts').write_text('const a: number = "x";\nfunction f(b: string) { return b.absent; }\nf(3);\n')


def run_tsgo(side):
    side.step('version', 'tsgo', '--version')
    side.step('check and emit', 'tsgo', '-p', '.', normalise=slashes)
    side.step('errors', 'tsgo', '--noEmit', '--strict', 'wrong.ts', normalise=slashes)
    side.step('list files', 'tsgo', '-p', '.', '--listFilesOnly', normalise=_without_library)


def _without_library(out, err):
    """The compiler's own declarations lie beside it; names of its directory are not the same."""
    out, err = slashes(out, err)
    return b'\n'.join(line[line.find(b'/src/'):] for line in out.splitlines() if b'/src/' in line), err


def run_ast_grep(side):
    side.step('search', 'ast-grep', 'run', '-p', 'new Observable($$$A)', '-l', 'ts', 'src', normalise=sorted_lines)
    side.step('as JSON', 'ast-grep', 'run', '-p', 'throw $E', '-l', 'ts', '--json=stream', 'src', normalise=_json_lines)
    side.step('rewrite', 'ast-grep', 'run', '-p', 'new Error($A)', '-r', 'new TypeError($A)', '-l', 'ts',
              '--update-all', 'src', normalise=sorted_lines)


def _json_lines(out, err):
    return sorted_lines(out.replace(b'\\\\', b'/'), err)


JOBS = [Job('tsgo', ('tsgo-win', 'tsgo-linux', 'rxjs'), run_tsgo, 'check and emit a TypeScript project', prepare=prepare),
        Job('ast-grep', ('ast-grep-win', 'ast-grep-linux', 'rxjs'), run_ast_grep, 'search and rewrite a source tree',
            prepare=prepare)]
