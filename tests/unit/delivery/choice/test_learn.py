"""What history says of how people react, counted as the gate's own rows would be."""

import msgspec
import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.delivery.choice import learn, store
from kervan.delivery.choice.react import LEVELS
from kervan.history import event, write
from kervan.kernel import clock, ids
from kervan.kernel.postgres import Connection

NOW = 1_790_000_000_000
DAY, HOUR = 86_400_000, 3_600_000
Row = tuple[int, str, int, dict[str, object]]


def message(number: int, channel: str, **more: object) -> dict[str, object]:
    """The properties of a message's event."""
    return {"message": f"m{number}", "channel": channel, **more}


def happen(client: Client, rows: list[Row]) -> None:
    """Put events of people into history."""
    count = len(rows)
    at = np.array([one[2] for one in rows], np.int64)
    made = event.Events(
        event_id=[ids.hash16(b"%d" % one) for one in range(count)],
        kind=["track"] * count, name=[one[1] for one in rows],
        person=np.array([one[0] for one in rows], np.uint32), session=np.zeros(count, np.uint64),
        at_ms=at, received_ms=at, source=np.ones(count, np.uint16), channel=[""] * count,
        order_id=["o"] * count, currency=[""] * count, value_minor=np.zeros(count, np.int64),
        properties=[msgspec.json.encode(one[3]) for one in rows], context=[b"{}"] * count,
        quiet=np.zeros(count, np.bool_),
    )  # fmt: skip
    write.insert(client, event.to_block(made, 1), 1)


def test_a_prior_is_learnt_once_a_day(clickhouse: Client, postgres: Connection) -> None:
    midnight = NOW // DAY * DAY - 10 * DAY
    rows: list[Row] = []
    for person in range(1, 31):
        for number, channel in enumerate(("email", "sms"), person * 10):
            rows.append((person, "Message Sent", midnight, message(number, channel)))
        clicked = message(person * 10, "email", machine=True)
        rows.append((person, "Message Clicked", midnight + HOUR, clicked))
        if person <= 15:  # 17 in UTC is 20 in Istanbul
            human = message(person * 10 + 1, "sms", machine=False)
            rows.append((person, "Message Clicked", midnight + 17 * HOUR, human))
        if person == 16:
            rows.append((person, "Message Received", midnight + HOUR, {"channel": "sms"}))
            rows.append((person, "Message Received", midnight + HOUR, {"channel": "post"}))
    happen(clickhouse, rows)
    assert not learn.step(postgres, clickhouse, "Europe/Istanbul", NOW)
    found = store.load(postgres)
    engaged = LEVELS.index("engaged")
    assert found.channels == ("email", "sms")
    assert found.share[engaged, 1] > 0.6
    assert found.share[engaged, 0] < 0.1, "machines' clicks are nobody's"
    assert found.hours[engaged].argmax() == 20
    assert store.learnt(postgres) == (clock.from_ms(NOW), 30)
    learn.step(postgres, clickhouse, "Europe/Istanbul", NOW + DAY - 1)
    assert store.learnt(postgres) == (clock.from_ms(NOW), 30)
    learn.step(postgres, clickhouse, "Europe/Istanbul", NOW + 900 * DAY)
    assert store.learnt(postgres) == (clock.from_ms(NOW + 900 * DAY), 0), "all is too old"
    assert store.load(postgres).channels == ()
