"""Everything about a person in one order: events, decisions, notes, words about consent."""

from typing import Any

from clickhouse_connect.driver.client import Client

from kervan.consent import ledger
from kervan.consent.ledger import Change
from kervan.insight import timeline
from kervan.kernel import clock
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection
from kervan.profiles import graph, notes, store
from kervan.profiles.graph import Decision

VAULT = Vault(b"k" * 32).workspace("test")
_T = 1_790_000_000_000


def _said(**more: Any) -> Change:
    return Change(
        channel="sms", status="granted", occurred_at=clock.from_ms(_T + 20), person=1, **more
    )


def test_all_that_happened_stands_in_one_order(
    postgres: Connection, clickhouse: Client, tell: Any
) -> None:
    store.create_people(postgres, VAULT, [1, 2, 3], _T)
    postgres.execute("update profile set merged_into = 1 where person = 2")
    tell(
        {"name": "Page Viewed", "at_ms": _T + 10, "person": 1},
        {"name": "Message Suppressed", "at_ms": _T + 30, "person": 2},
        {"name": "Somebody Else's", "at_ms": _T + 30, "person": 3},
    )
    ledger.record(
        postgres,
        VAULT,
        [_said(source="preference_centre"), _said(source="event", purpose="profiling")],
    )
    graph.note(postgres, [Decision("merged", 1, 2, None, "", "ayşe")], _T + 40)
    notes.add(postgres, VAULT, 2, "çok kibar", "can", _T + 50)
    who = timeline.whose(postgres, 2)
    assert (who.head, who.parts) == (1, [1, 2])
    found = timeline.read(postgres, VAULT, clickhouse, who)
    assert [(one.name, one.at_ms - _T) for one in found] == [
        (timeline.NOTED, 50),
        (timeline.DECIDED, 40),
        ("Message Suppressed", 30),
        (timeline.AGREED, 20),  # and not the one that an event has told
        ("Page Viewed", 10),
    ]
    assert found[0].properties == {"text": "çok kibar", "author": "can"}
    assert found[1].properties["what"] == "merged"
    assert found[3].properties["status"] == "granted"
    assert timeline.count(clickhouse, who) == 2
    pieces = []
    after = timeline.LATEST
    while piece := timeline.read(postgres, VAULT, clickhouse, who, limit=2, after=after):
        pieces += piece
        after = piece[-1].place
    assert pieces == found
