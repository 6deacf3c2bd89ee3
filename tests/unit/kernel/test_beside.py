"""Work beside: its failure reaches the owner, not the void."""

import threading

import pytest

from kervan.kernel.beside import Beside


def test_a_failure_waits_for_its_owner() -> None:
    def fail() -> None:
        raise LookupError("gone")

    work = Beside("test", fail)
    work.check()
    work.start()
    work.join(timeout_seconds=10)
    assert work.failed
    with pytest.raises(LookupError, match="gone"):
        work.check()


def test_what_ends_well_is_no_failure() -> None:
    done = threading.Event()
    work = Beside("test", done.set)
    work.start()
    work.join(timeout_seconds=10)
    assert done.is_set() and not work.failed
    work.check()
