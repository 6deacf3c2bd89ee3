"""What is given back is the files' own; what a process has written stays as it was."""

import subprocess
import sys

import pytest

from kervan.engines import trim

_PROGRAM = """
import hashlib, psutil, numpy, psycopg
from kervan.engines import trim
before = psutil.Process().memory_info().rss
given = trim.give_back()
after = psutil.Process().memory_info().rss
assert numpy.arange(10).sum() == 45 and hashlib.sha256(b"").hexdigest()[:4] == "e3b0"
print(given, before - after)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_process_is_smaller_and_still_works() -> None:
    said = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    given, less = map(int, said.stdout.split())
    assert given > 5_000_000
    assert less > given / 2


def test_only_pages_of_libraries_that_nobody_wrote_to_are_named() -> None:
    smaps = """\
1000-2000 r-xp 00000000 fe:00 12    /usr/lib/libc.so.6
Rss:                  64 kB
Anonymous:             0 kB
Swap:                  0 kB
VmFlags: rd ex mr mw me
2000-3000 r--p 00000000 fe:00 12    /usr/lib/libc.so.6
Rss:                   4 kB
Anonymous:             4 kB
Swap:                  0 kB
3000-4000 rw-p 00000000 fe:00 12    /usr/lib/libc.so.6
Rss:                   4 kB
Anonymous:             0 kB
Swap:                  0 kB
4000-5000 r--s 00000000 fe:00 12    /tmp/shared file
Rss:                   4 kB
Anonymous:             0 kB
Swap:                  0 kB
5000-6000 r--p 00000000 00:00 0
Rss:                   4 kB
Anonymous:             0 kB
Swap:                  0 kB
6000-7000 r-xp 00000000 00:00 0     [vdso]
Rss:                   4 kB
Anonymous:             0 kB
Swap:                  0 kB
7000-8000 r--p 00000000 fe:00 13    /opt/a name with spaces.so
Rss:                   8 kB
Anonymous:             0 kB
Swap:                  0 kB
8000-9000 r--p 00000000 fe:00 14    /opt/written-and-swapped.so
Rss:                   8 kB
Anonymous:             0 kB
Swap:                  4 kB
9000-a000 r--p 00000000 fe:00 15    /data/a-file-that-may-be-closed.bin
Rss:                   8 kB
Anonymous:             0 kB
Swap:                  0 kB
"""
    found = list(trim.untouched(smaps))
    assert found == [(0x1000, 0x2000, 64 * 1024), (0x7000, 0x8000, 8 * 1024)]
