"""Tries are counted for all processes together, and forgotten after a success or in time."""

from datetime import timedelta

import pytest

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import tries

_LIMIT = tries.Limit("test", 3, 10)


def test_within_the_limit_nobody_waits_and_beyond_everybody_does(postgres: Connection) -> None:
    assert [tries.take(postgres, _LIMIT, "a") for _ in range(3)] == [0.0] * 3
    wait = tries.take(postgres, _LIMIT, "a")
    assert 590 < wait <= 600
    assert tries.take(postgres, _LIMIT, "another") == 0.0
    with pytest.raises(KervanError) as refused:
        tries.refuse(wait)
    assert (refused.value.status, refused.value.params["minutes"]) == (429, 10)
    tries.refuse(0.0)


def test_a_success_begins_anew(postgres: Connection) -> None:
    for _ in range(5):
        tries.take(postgres, _LIMIT, "a")
    tries.forget(postgres, _LIMIT, "a")
    assert tries.take(postgres, _LIMIT, "a") == 0.0


def test_a_lock_ends_in_time(postgres: Connection) -> None:
    for _ in range(5):
        tries.take(postgres, _LIMIT, "a")
    old = clock.now() - timedelta(minutes=11)
    postgres.execute("update kervan.sign_in_tries set since = %s", (old,))
    assert tries.take(postgres, _LIMIT, "a") == 0.0


def test_old_counts_are_forgotten(postgres: Connection) -> None:
    tries.take(postgres, _LIMIT, "a")
    tries.step(postgres, clock.now() + timedelta(days=2))
    assert postgres.execute("select count(*) from kervan.sign_in_tries").fetchone() == (0,)


def test_any_text_may_be_an_account(postgres: Connection) -> None:
    for whose in ("", "\0", "\ud800", "'; drop table kervan.app_user; --", "x" * 100_000):
        assert tries.take(postgres, _LIMIT, whose) == 0.0
