"""The jobs: one module per program, each with a list JOBS. Add a module's name to the tuple below."""

import importlib

MODULES = ('esbuild', 'ripgrep', 'biome', 'sevenzip', 'ninja', 'gcrypt', 'launcher', 'go', 'node',
           'deno', 'bun', 'ffmpeg', 'css', 'buf', 'turbo', 'typescript', 'foreign',
           'gdbserver')

ALL = [job for module in MODULES
       for job in importlib.import_module(f'{__name__}.{module}').JOBS]


def selected(part=None):
    return [job for job in ALL if not part or part in job.name]


def needed_files(part=None):
    return sorted({name for job in selected(part) for name in job.needs})
