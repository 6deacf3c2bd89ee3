"""How much memory a process takes at most is seen while it takes it."""

import os

import psutil

from kervan.bench import memory


def test_a_peak_that_has_passed_is_known() -> None:
    mine = psutil.Process(os.getpid())
    with memory.watch(mine) as peak:
        before = mine.memory_info().rss
        grown = b"x" * 64_000_000
        while peak.most_bytes < before + 48_000_000:  # a look is never long in coming
            assert len(grown) == 64_000_000
        del grown
    assert peak.most_bytes >= before + 48_000_000
