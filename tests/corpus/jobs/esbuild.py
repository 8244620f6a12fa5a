"""esbuild (Go): bundles, minifies and maps rxjs, transforms standard input, and reports errors."""

from harness import Job

from .common import copy_rxjs, slashes


def prepare(side):
    copy_rxjs(side.work)
    (side.work / 'broken.ts').write_text('import {nothing} from "./src/absent";\nlet x: = 3;\n')
    (side.work / 'app.tsx').write_text(
        'import {of, map} from "./src/index";\n'
        'export const List = (p: {n: number[]}) => <ul>{p.n.map(i => <li key={i}>{i}</li>)}</ul>;\n'
        'of(1, 2).pipe(map(x => x * 2)).subscribe(x => console.log(x, "\\u00fc\U0001f600"));\n')


def run(side):
    side.step('version', 'esbuild', '--version')
    side.step('bundle, minify, map', 'esbuild', 'src/index.ts', '--bundle', '--minify', '--sourcemap',
              '--outfile=out/rxjs.min.js', '--metafile=out/meta.json', '--log-level=warning')
    side.step('bundle for node', 'esbuild', 'src/index.ts', '--bundle', '--platform=node',
              '--format=cjs', '--outfile=out/rxjs.cjs', '--log-level=warning')
    side.step('split into chunks', 'esbuild', 'src/index.ts', 'src/operators/index.ts',
              'src/ajax/index.ts', 'src/webSocket/index.ts', 'src/testing/index.ts', '--bundle',
              '--splitting', '--format=esm', '--outdir=out/split', '--log-level=warning')
    side.step('tsx with jsx', 'esbuild', 'app.tsx', '--bundle', '--jsx=automatic',
              '--external:react', '--format=esm', '--outfile=out/app.js', '--log-level=warning')
    side.step('standard input', 'esbuild', '--loader=ts', '--target=es2017',
              stdin=b''.join(b'export const f%d = (a?: number): number => a ?? %d;\n' % (i, i)
                             for i in range(500)))
    side.step('errors', 'esbuild', 'broken.ts', '--bundle', '--outfile=out/broken.js',
              normalise=_plain_cross)


def _plain_cross(out, err):
    """esbuild marks errors with an X on Windows, with a heavy ballot X elsewhere."""
    return slashes(out, err.replace('\u2718'.encode(), b'X'))


JOBS = [Job('esbuild', ('esbuild-win', 'esbuild-linux', 'rxjs'), run,
            'bundle, minify and source-map a TypeScript project', prepare=prepare)]
