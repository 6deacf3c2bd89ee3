"""The log of who is who is read by either side; visits come latest first."""

from datetime import timedelta

from kervan.kernel import clock
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection
from kervan.profiles import decisions, graph, store
from kervan.profiles.graph import Decision

VAULT = Vault(b"k" * 32).workspace("test")
_AT_MS = 1_790_000_000_000


def test_both_sides_of_a_decision_see_it(postgres: Connection) -> None:
    store.create_people(postgres, VAULT, [1, 2, 3], _AT_MS)
    graph.note(postgres, [Decision("merged", 1, 2, None, "", "ayşe")], _AT_MS)
    graph.note(postgres, [Decision("refused", 3, 0, (2, bytes(16)), "too_many")], _AT_MS + 1)
    until = clock.from_ms(_AT_MS) + timedelta(days=1)
    for person in (1, 2):
        (seen,) = decisions.of_people(postgres, [person], until, 10)
        assert (seen.what, seen.person, seen.other, seen.actor) == ("merged", 1, 2, "ayşe")
    ids = decisions.ids(postgres, [1, 2, 9])
    assert (seen.person_id, seen.other_id) == (str(ids[1]), str(ids[2]))
    (other,) = decisions.of_people(postgres, [3], until, 10)
    assert (other.what, other.kind, other.reason, other.other_id) == ("refused", 2, "too_many", "")
    assert decisions.of_people(postgres, [1, 2, 3], clock.from_ms(_AT_MS - 1), 10) == []


def test_visits_come_latest_first(postgres: Connection) -> None:
    for minutes, person in ((0, 1), (50, 2), (20, 1)):
        at = clock.from_ms(_AT_MS) + timedelta(minutes=minutes)
        postgres.execute(
            "insert into session (anonymous, first_at, last_at, person)"
            " values (gen_random_uuid(), %s, %s, %s)",
            (at, at + timedelta(minutes=5), person),
        )
    found = decisions.visits(postgres, [1])
    assert [(one.first_ms - _AT_MS) // 60_000 for one in found] == [20, 0]
    assert [(one.last_ms - one.first_ms) // 60_000 for one in found] == [5, 5]
