"""Versions of a policy: what was in force at any time, and what a text changes."""

from datetime import UTC, datetime, timedelta

import pytest

from kervan.delivery.policy import store
from kervan.delivery.policy.definition import Cap, Policy, canonical
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
DAY = timedelta(days=1)
ONE = Policy(caps=(Cap(name="a", most=1, per="day"),))
TWO = Policy(caps=(Cap(name="a", most=2, per="day"),))


def test_what_was_in_force_when(postgres: Connection) -> None:
    assert store.in_force(postgres, AT) is None
    assert store.current(postgres) is None
    assert store.plan(postgres, ONE).change == store.NEW
    assert store.apply(postgres, ONE, "ayse", AT).number == 1
    assert store.apply(postgres, ONE, "ayse", AT + DAY).change == store.SAME
    changed = store.apply(postgres, TWO, "murad", AT + 2 * DAY)
    assert (changed.change, changed.number, changed.before) == (store.CHANGED, 2, ONE)
    assert store.lift(postgres, AT + 4 * DAY)
    assert not store.lift(postgres, AT + 4 * DAY)
    found = [store.in_force(postgres, AT + days * DAY) for days in (-1, 0, 1, 2, 3, 4)]
    assert [one.policy if one else None for one in found] == [None, ONE, ONE, TWO, TWO, None]
    assert store.apply(postgres, TWO, "", AT + 5 * DAY).number == 3
    current = store.current(postgres)
    assert current is not None
    assert current[1] == canonical(TWO)
    assert store.get(postgres, current[0]).number == 3
    assert [one.author for one in store.versions(postgres)] == ["", "murad", "ayse"]
    with pytest.raises(KervanError, match="no version"):
        store.get(postgres, 4711)


def test_a_plan_is_a_sentence(postgres: Connection) -> None:
    said = {store.plan(postgres, ONE).say(locale) for locale in ("tr", "az", "en")}
    assert len(said) == 3
