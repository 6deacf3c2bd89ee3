"""What a row of a block says when it is taken out to be sent again."""

from typing import Any

import msgspec
import numpy as np
import pytest

from kervan.collect import normalise
from kervan.collect.intake import OwnEvent
from kervan.history import event
from tests.unit.collect.processing import AT_MS

_HASH = bytes(range(16))


class _Sender:
    id = 7
    kind = "browser"


def _text(**more: Any) -> bytes:
    said: dict[str, Any] = {"person": 0, "session": 12, "channel": "app", **more}
    rows = event.Events(
        event_id=[_HASH],
        kind=["track"],
        name=["Product Viewed"],
        person=np.array([said["person"]], np.uint32),
        session=np.array([said["session"]], np.uint64),
        at_ms=np.array([AT_MS + 789], np.int64),
        received_ms=np.array([AT_MS + 1_000], np.int64),
        source=np.array([7], np.uint16),
        channel=[said["channel"]],
        order_id=[""],
        currency=["TRY"],
        value_minor=np.array([1_250], np.int64),
        properties=[b'{"price":12.5,"currency":"TRY"}'],
        context=[b'{"page":{"path":"/"}}'],
        quiet=np.zeros(1, np.bool_),
    )
    ((facts, text),) = event.rows_of(event.to_block(rows, 1), [0])
    assert facts == {"source": 7, "name": "Product Viewed"}
    return text


def test_what_nobody_known_did_is_read_again_as_it_was() -> None:
    text = _text()
    for _ in range(2):  # the same however often it is sent
        (found,), refused = normalise.events(
            normalise.enclosed([text]), _Sender(), AT_MS + 60_000, ""
        )
        assert refused == []
        assert (found.message_id, found.anonymous_id) == (_HASH.hex(), _HASH.hex())
        assert (found.kind, found.name, found.channel) == ("track", "Product Viewed", "app")
        assert (found.at_ms, found.currency, found.value_minor) == (AT_MS + 789, "TRY", 1_250)
        assert msgspec.json.decode(found.context)["page"] == {"path": "/"}


def test_kervans_own_event_keeps_its_person() -> None:
    found = msgspec.json.decode(_text(person=17, session=0, channel=""), type=OwnEvent)
    assert (found.person, found.message_id) == (17, _HASH.hex())
    assert (found.event, found.timestamp_ms) == ("Product Viewed", AT_MS + 789)
    assert found.properties == {"price": 12.5, "currency": "TRY"}


@pytest.mark.parametrize("session", [0, 12])
def test_a_source_cannot_name_a_person_by_her_number(session: int) -> None:
    text = _text(person=17, session=session)
    found, refused = normalise.events(normalise.enclosed([text]), _Sender(), AT_MS + 60_000, "")
    assert found == []
    assert [one.reason for one in refused] == ["collect.no_ids"]
