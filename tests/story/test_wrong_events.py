"""Events that are wrong in every way there is: each is judged alone, and none is lost."""

import json
import time
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kervan.collect import sources
from tests.story.running import Kervan

pytestmark = pytest.mark.usefixtures("healthy")
_GOOD = {"type": "track", "event": "Visited"}


def _event(**facts: Any) -> dict[str, Any]:
    return {**_GOOD, "userId": "judged", **facts}


_DEEP = "[" * 1_000 + "]" * 1_000  # as text: Python itself cannot write it
_LONG_AGO, _FAR_OFF = "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z"

REFUSED: dict[str, tuple[str, Any]] = {
    "number": ("collect.not_an_object", 5),
    "text": ("collect.not_an_object", "Visited refused-text"),
    "nothing": ("collect.not_an_object", None),
    "list": ("collect.not_an_object", [[_GOOD]]),
    "no-id": ("collect.no_ids", {**_GOOD, "userId": "", "anonymousId": None}),
    "1970": ("collect.time_too_early", _event(timestamp=_LONG_AGO)),
    "2099": ("collect.time_in_future", _event(timestamp=_FAR_OFF)),
    "year-0": ("collect.bad_time", _event(timestamp="0000-00-00T00:00:00Z")),
    "yesterday": ("collect.bad_time", _event(timestamp="yesterday")),
    "time-list": ("collect.bad_time", _event(timestamp=[2026])),
    "time-1e300": ("collect.bad_time", _event(timestamp=1e300)),
    "user-list": ("collect.wrong_type", _event(userId=["u"])),
    "user-true": ("collect.wrong_type", _event(userId=True)),
    "user-half": ("collect.wrong_type", _event(userId=1.5)),
    "user-long": ("collect.id_too_long", _event(userId="u" * 256)),
    "message-object": ("collect.wrong_type", _event(messageId={})),
    "event-number": ("collect.wrong_type", _event(event=7)),
    "event-missing": ("collect.no_name", _event(event=None)),
    "event-blank": ("collect.no_name", _event(event=" \t")),
    "event-long": ("collect.name_too_long", _event(event="n" * 201)),
    "type-unknown": ("collect.unknown_type", _event(type="delete")),
    "type-number": ("collect.wrong_type", _event(type=3)),
    "properties-text": ("collect.wrong_type", _event(properties="none")),
    "context-list": ("collect.wrong_type", _event(context=[1])),
    "traits-text": ("collect.wrong_type", _event(type="identify", traits="gold")),
    "money": (
        "collect.bad_money",
        _event(event="Order Completed", properties={"order_id": "1", "total": "much"}),
    ),
    "money-huge": (
        "collect.bad_money",
        _event(event="Order Completed", properties={"order_id": "1", "total": 10**30}),
    ),
    "currency": (
        "collect.bad_currency",
        _event(event="Order Completed", properties={"order_id": "1", "currency": "GOLD"}),
    ),
    "depth-1000": ("collect.too_deep", _event(properties={"deep": "DEEP"})),
    "fat": ("collect.event_too_large", _event(properties={"fat": "x" * 1_100_000})),
}
TAKEN: dict[str, dict[str, Any]] = {
    "no-zone": {"timestamp": "2026-10-01T10:00:00"},
    "epoch": {"timestamp": 1_790_848_800},
    "nan": {"properties": {"a": float("nan"), "b": [float("-inf")]}},
    "surrogate": {"properties": {"a": "\ud83d", "\udc00": "\0"}},
    "nulls": {"timestamp": None, "properties": None, "context": None, "anonymousId": None},
    "unknown-members": {"_metadata": {"x": 1}, "": 5, "__proto__": {"admin": True}},
    "user-number": {"anonymousId": 7},
    "far-clock": {"timestamp": _FAR_OFF, "sentAt": _FAR_OFF},
}


def test_each_event_is_judged_alone(kervan: Kervan) -> None:
    # Each refused event names itself where that leaves it what it is.
    batch: list[Any] = []
    for (name, (_, bad)), good in zip(REFUSED.items(), range(1000), strict=False):
        batch.append({**bad, "case": f"refused-{name}"} if isinstance(bad, dict) else bad)
        batch.append(_event(messageId=f"good-{good}"))
    batch += [
        _event(messageId=f"taken-{name}", case=name, **facts) for name, facts in TAKEN.items()
    ]
    body = json.dumps({"batch": batch}).replace('"DEEP"', _DEEP)
    assert kervan.ask("POST", "/v1/batch", body, key=kervan.keys["till"]).status == 200
    assert len(kervan.names("judged", len(REFUSED) + len(TAKEN))) == len(REFUSED) + len(TAKEN)
    letters = kervan.letters(len(REFUSED), source="till%20of%20events")
    assert Counter(one["reason"] for one in letters) == Counter(
        code for code, _ in REFUSED.values()
    )
    for name, (code, bad) in REFUSED.items():
        if isinstance(bad, dict) and name != "depth-1000":
            mine = [one for one in letters if f'"refused-{name}"' in one["raw"]]
            assert [one["reason"] for one in mine] == [code], name
            assert json.loads(mine[0]["raw"]) == {**bad, "case": f"refused-{name}"}, name
    times = {one["at_ms"] for one in kervan.timeline("judged")}
    assert 1_790_848_800_000 in times
    now_ms = time.time() * 1000
    assert max(times) < now_ms + 1000 and min(times) == 1_790_848_800_000


def test_history_of_a_quarter_of_a_century_at_once(kervan: Kervan) -> None:
    """Each month is a partition of history, of which ClickHouse takes 100 an insert by itself."""
    weeks = 8 * 7 * 86_400_000
    events = [
        {
            **_GOOD,
            "event": "Remembered",
            "userId": "old",
            "messageId": str(at_ms),
            "timestamp": at_ms,
        }
        for at_ms in range(946_684_800_000, 1_790_000_000_000, weeks)
    ]
    answer = kervan.ask("POST", "/v1/import", {"batch": events}, key=kervan.keys["import"])
    assert answer.status == 200
    assert len(kervan.names("old", len(events))) == len(events) > 150
    kervan.processed()
    counted = kervan.history().query(
        "select count(), uniqExact(event_id) from events where name = 'Remembered'"
    )
    assert counted.result_rows[0] == (len(events), len(events))


# Whatever there is

_TEXT = st.text(max_size=12) | st.sampled_from(
    [
        "\ud800",
        "\0",
        "İıə",
        "'; drop table profile; --",
        "<script>",
        "{{ 7*7 }}",
        "%s",
        "1e400",
        "NaN",
        "u1",
        "a@b.com",
        "+905321234567",
        "2026-10-01T10:00:00Z",
        "TRY",
        "true",
        "x" * 300,
    ]
)
_SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | _TEXT
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_NAMES = st.sampled_from(
    [
        "Visited",
        "Order Completed",
        "Product Added",
        "Consent Changed",
        "Order Refunded",
        "Added Product",
        "$identify",
        "$pageview",
        "$set",
    ]
)
_PROPERTIES = st.dictionaries(
    st.sampled_from(
        [
            "order_id",
            "revenue",
            "total",
            "value",
            "price",
            "quantity",
            "currency",
            "products",
            "channel",
            "purpose",
            "status",
            "notice",
            "$set",
            "$set_once",
            "$device_id",
            "$anon_distinct_id",
            "alias",
            "distinct_id",
            "token",
            "$session_id",
            "$group_set",
            "$ip",
            "a.b",
            "a",
        ]
    ),
    _ANYTHING,
    max_size=4,
)
_TRAITS = st.dictionaries(
    st.sampled_from(
        ["email", "phone", "firstName", "language", "timezone", "loyalty_card", "plan"]
    ),
    _ANYTHING,
    max_size=3,
)
_TIME = st.sampled_from(["2026-10-01T10:00:00Z", "2026-10-01T10:00:00", 1_790_848_800_000])
_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "anonymousId": st.sampled_from(["a1", "a2"]),
    "previousId": _TEXT,
    "groupId": _TEXT,
    "timestamp": _TIME,
    "sentAt": _TIME,
    "originalTimestamp": _TIME,
    "name": _TEXT,
    "category": _TEXT,
    "properties": _PROPERTIES,
    "traits": _TRAITS,
    "channel": _TEXT,
    "person": st.integers(),
    "context": st.fixed_dictionaries(
        {},
        optional={
            "traits": _TRAITS | _ANYTHING,
            "ip": _ANYTHING,
            "sessionId": _ANYTHING,
            "x": _ANYTHING,
        },
    ),
    "uuid": st.none(),
    "messageId": st.none() | st.just(5),
    "offset": _SCALARS,
    "$set": _TRAITS,
    "$set_once": _TRAITS,
    "options": _ANYTHING,
    "timestamp_ms": st.just(1_790_848_800_000),
}
_ALWAYS: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(["track", "identify", "page", "screen", "group", "alias", "TRACK"]),
    "event": _NAMES,
    "userId": st.sampled_from(["u1", "u2", 7]),
    "distinct_id": st.sampled_from(["u1", "d1"]),
}
_ONE = st.builds(
    lambda usual, unusual: {**usual, **unusual},
    st.fixed_dictionaries(_ALWAYS, optional=_FIELDS),
    st.dictionaries(st.sampled_from([*_FIELDS, *_ALWAYS]), _ANYTHING, max_size=1),
)


def _marked(one: Any, number: int) -> Any:
    """The event with a member of its own, so that none is taken for a repeat of another."""
    if not isinstance(one, dict):
        return one
    ids = {
        name: f"id-{number}"
        for name in ("uuid", "messageId")
        if isinstance(one.get(name), str | int | float)
    }
    return {**one, "marker": number, **ids}


def test_wrong_types_for_every_field(kervan: Kervan) -> None:
    """Every event sent is afterwards either in history or among the dead letters, once."""
    key = kervan.api("POST", "/v1/sources", {"name": "Any", "kind": "server"}).json["write_key"]
    known = sources.Sources()
    with kervan.connection() as conn:
        known.refresh(conn)
    found = known.find(key)
    assert found is not None
    sent = [0]
    connection = kervan.connect()

    @settings(max_examples=100, suppress_health_check=list(HealthCheck))
    @given(st.lists(_ONE | _ANYTHING, min_size=1, max_size=8), st.booleans(), _ANYTHING)
    def send(events: list[Any], posthog: bool, around: Any) -> None:
        batch = [_marked(one, sent[0] + i) for i, one in enumerate(events)]
        body = {
            "batch": batch,
            "sentAt": around,
            "sent_at": around,
            "api_key": key,
            "trigger": around,
            "token": around,
        }
        raw = json.dumps(body).encode()
        answer = kervan.ask(
            "POST", "/batch/" if posthog else "/v1/batch", raw, key=key, connection=connection
        )
        assert answer.status == 200, (answer, raw)
        sent[0] += len(batch)

    send()
    connection.close()
    kervan.processed()
    letters = kervan.rows("select count(*) from kervan.dead_letter where source = %s", found.id)[0][
        0
    ]
    history = kervan.history()
    taken = history.query(
        f"select count(), uniqExact(event_id) from events where source = {found.id}"
    ).result_rows[0]
    print(f"{sent[0]} sent, {taken[0]} in history, {letters} dead letters")
    assert taken[0] == taken[1] and taken[0] > 0 and letters > 0
    assert taken[0] + letters == sent[0]


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(str.encode)
    | _ANYTHING.map(lambda value: json.dumps(value).encode()),
    st.sampled_from(
        [
            "/v1/batch",
            "/v1/t",
            "/v1/identify",
            "/batch/",
            "/e/",
            "/i/v0/e/",
            "/v1/import",
            "/v1/m",
            "/i/v1/analytics/events",
            "/flags/?v=2",
            "/beacon/v1/batch?writeKey=%00",
            "/s/",
        ]
    ),
    st.sampled_from(["", "gzip", "deflate", "zstd", "identity", "\u00ff"]),
    st.sampled_from(["import", "server"]),
)
def test_any_bytes_at_any_door(
    kervan: Kervan, body: bytes, path: str, encoding: str, kind: str
) -> None:
    answer = kervan.ask(
        "POST",
        path,
        body,
        key=kervan.keys[kind],
        content_encoding=encoding,
        accept_language="tr;q=x,,az;q=9e999," + encoding,
    )
    assert answer.status in (200, 400, 403, 413), (answer, body)
    assert answer.is_calm(), answer
