"""What several jobs need: trees of real files, and normalisers."""

import shutil
from pathlib import Path

import programs


def slashes(out, err):
    """Paths printed with backslashes. Applied to both sides, so text that has them stays comparable."""
    return out.replace(b'\\', b'/'), err.replace(b'\\', b'/')


def sorted_lines(out, err):
    """For output whose order depends on which thread was quicker; also maps \\ to /."""
    out, err = slashes(out, err)
    return b'\n'.join(sorted(out.split(b'\n'))), b'\n'.join(sorted(err.split(b'\n')))


def copy_rxjs(into):
    """The TypeScript sources of rxjs, a project of some 250 modules."""
    shutil.copytree(programs.path_of('rxjs') / 'src', Path(into) / 'src')


def copy_go_sources(into, *packages):
    """Directories of the Go standard library, with all that lies below them."""
    for package in packages:
        shutil.copytree(programs.path_of('go-source') / package, Path(into) / package, symlinks=False)
