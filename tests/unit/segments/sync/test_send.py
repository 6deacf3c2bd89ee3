"""How long to wait after a failure, and when to give up."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from kervan.segments.sync import send
from kervan.segments.sync.send import Outcome
from kervan.segments.sync.store import Said, Sync

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ID = UUID(int=7)


def sync(attempts: int = 0, failing_since: datetime | None = None) -> Sync:
    return Sync(
        1, "vip", ID, "https://receiver.example/", b"", False, "active", 3, True, attempts, "",
        failing_since, NOW, None, "tree", True, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("attempts", "wait", "seconds"),
    [(0, 0, 5), (1, 0, 10), (5, 0, 160), (30, 0, 3600), (0, 60, 60), (0, 10**6, 3600)],
)
def test_waits_are_doubled_up_to_an_hour(attempts: int, wait: int, seconds: int) -> None:
    found = send.next_at(sync(attempts), Outcome("http_500", wait), NOW)
    assert found == NOW + timedelta(seconds=seconds)


def test_it_gives_up_when_gone_or_after_three_days() -> None:
    assert send.next_at(sync(), Outcome("http_410"), NOW) is None
    nearly = sync(9, NOW - timedelta(days=3) + timedelta(seconds=1))
    assert send.next_at(nearly, Outcome("http_500"), NOW) is not None
    assert send.next_at(sync(9, NOW - timedelta(days=3)), Outcome("http_500"), NOW) is None


def test_a_batch_says_ids_and_nothing_else() -> None:
    body = send.text(sync(), [Said(UUID(int=1), "c1")], [Said(UUID(int=2), "")])
    assert msgspec.json.decode(body) == {
        "type": "segment.members",
        "data": {
            "segment": "vip",
            "sync": str(ID),
            "sequence": 3,
            "added": [{"person": str(UUID(int=1)), "customer_id": "c1"}],
            "removed": [{"person": str(UUID(int=2)), "customer_id": None}],
        },
    }
