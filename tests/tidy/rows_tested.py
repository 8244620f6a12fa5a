#!/usr/bin/env python3
"""Every function that an export table offers is called by some Windows test program, or stands in the list of those that
are not yet: untested_rows.txt, which may only get shorter.

  tests/tidy/rows_tested.py LSW ROOT [--write]     --write makes the list anew

A test counts when it names the function, or names it to GetProcAddress. The A and W forms of one function count for each
other, since one is written in terms of the other; so do a runtime's underscored names for the same body.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

FOLDERS = ('tests/guest', 'tests/msvc', 'tests/integration/programs', 'tests/corpus', 'ci/benchmarks')
SOURCES = {'.c', '.cpp', '.h', '.rs', '.go', '.S'}
LIST = 'tests/tidy/untested_rows.txt'


def words_of_tests(root):
    words = set()
    for folder in FOLDERS:
        for path in (root / folder).rglob('*'):
            if path.suffix in SOURCES:
                words |= set(re.findall(r'[?@$\w]+', path.read_text(errors='replace')))
    return words


def stem(name):
    """The name without what tells forms of one function apart."""
    bare = name.lstrip('_')
    return bare[:-1] if len(bare) > 3 and bare[-1] in 'AW' and bare[-2].islower() else bare


def untested(lsw, root):
    listing = json.loads(subprocess.run([lsw, 'api', '--format=json'], check=True, capture_output=True).stdout)
    called = {stem(word) for word in words_of_tests(root)}
    return sorted({f'{module["dll"]}!{row["name"]}' for module in listing['modules'] for row in module['exports']
                   if row['kind'] == 'function' and row['status'] != 'stub' and stem(row['name']) not in called})


def main():
    lsw, root = sys.argv[1], Path(sys.argv[2])
    now = untested(lsw, root)
    if '--write' in sys.argv:
        (root / LIST).write_text('\n'.join(now) + '\n')
    known = (root / LIST).read_text().split()
    fresh, stale = sorted(set(now) - set(known)), sorted(set(known) - set(now))
    for row in fresh:
        print(f'{row}: no Windows test program calls it')
    for row in stale:
        print(f'{row}: is tested (or gone) now; take it out of {LIST}')
    print(f'{len(now)} rows without a test of their own')
    return 1 if fresh or stale else 0


sys.exit(main())
