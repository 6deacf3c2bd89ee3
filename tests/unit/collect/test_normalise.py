"""Tests of normalise: each event is judged alone, and nothing of a body is lost."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kervan.collect import decode, normalise
from kervan.collect.event import KINDS, Event, Rejected

NOW = 1_795_255_200_000  # 2026-11-21T10:00:00Z
GOOD = {"type": "track", "event": "Cart Viewed", "userId": "u1", "messageId": "good"}


@dataclass(frozen=True)
class Sender:
    id: int = 1
    kind: str = "server"


SERVER, BROWSER, IMPORT, OWN = (
    Sender(),
    Sender(2, "browser"),
    Sender(3, "import"),
    (Sender(0, "kervan")),
)


def read(
    *events: Any, sender: Sender = SERVER, ip: str = "203.0.113.77", **around: Any
) -> tuple[list[Event], list[Rejected]]:
    body = json.dumps({"batch": list(events), **around}).encode()
    return normalise.events(body, sender, NOW, ip)


def one(sender: Sender = SERVER, *, ip: str = "203.0.113.77", **event: Any) -> Event:
    good, bad = read({**GOOD, **event}, sender=sender, ip=ip)
    assert bad == []
    return good[0]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"userId": ""}, "collect.no_ids"),
        ({"userId": None}, "collect.no_ids"),
        ({"userId": True}, "collect.wrong_type"),
        ({"userId": ["u1"]}, "collect.wrong_type"),
        ({"userId": 1.5}, "collect.wrong_type"),
        ({"userId": "x" * 300}, "collect.id_too_long"),
        ({"anonymousId": {}}, "collect.wrong_type"),
        ({"messageId": []}, "collect.wrong_type"),
        ({"previousId": {}}, "collect.wrong_type"),
        ({"type": "order"}, "collect.unknown_type"),
        ({"type": 5}, "collect.wrong_type"),
        ({"event": ""}, "collect.no_name"),
        ({"event": " \t"}, "collect.no_name"),
        ({"event": None}, "collect.no_name"),
        ({"event": 5}, "collect.wrong_type"),
        ({"event": "x" * 201}, "collect.name_too_long"),
        ({"timestamp": "yesterday"}, "collect.bad_time"),
        ({"timestamp": []}, "collect.bad_time"),
        ({"timestamp": True}, "collect.bad_time"),
        ({"timestamp": "1970-01-01T00:00:00Z"}, "collect.time_too_early"),
        ({"timestamp": "2099-01-01T00:00:00Z"}, "collect.time_in_future"),
        ({"originalTimestamp": {}}, "collect.bad_time"),
        ({"sentAt": "x"}, "collect.bad_time"),
        ({"properties": "x"}, "collect.wrong_type"),
        ({"properties": []}, "collect.wrong_type"),
        ({"properties": 5}, "collect.wrong_type"),
        ({"context": "x"}, "collect.wrong_type"),
        ({"traits": [1]}, "collect.wrong_type"),
        ({"context": {"traits": 5}}, "collect.wrong_type"),
        ({"event": "Order Completed", "properties": {"total": "many"}}, "collect.bad_money"),
        ({"properties": {"a": "x" * 1_100_000}}, "collect.event_too_large"),
    ],
)
def test_one_bad_event_never_costs_its_batch(wrong: dict[str, Any], reason: str) -> None:
    good, bad = read(GOOD, {**GOOD, **wrong}, {**GOOD, "messageId": "after"})
    assert [event.message_id for event in good] == ["good", "after"]
    assert [refused.reason for refused in bad] == [reason]
    assert json.loads(bad[0].raw) == {**GOOD, **wrong}


@pytest.mark.parametrize("raw", ["5", '"x"', "null", "[]", "[[1]]", "true"])
def test_what_is_no_object_is_refused_alone(raw: str) -> None:
    body = b'{"batch":[' + raw.encode() + b"," + json.dumps(GOOD).encode() + b"]}"
    good, bad = normalise.events(body, SERVER, NOW, "")
    assert (len(good), [refused.reason for refused in bad]) == (1, ["collect.not_an_object"])


@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("depth", [100, 1_000, 100_000])
def test_a_bottomless_event_is_refused_alone(opening: str, depth: int) -> None:
    closing = "]" if opening == "[" else "}"
    deep = opening * depth + "1" + closing * depth
    bad_event = json.dumps({**GOOD, "properties": {"x": "DEEP"}}).replace('"DEEP"', deep)
    body = f'{{"batch":[{json.dumps(GOOD)},{bad_event}]}}'.encode()
    good, bad = normalise.events(body, SERVER, NOW, "")
    assert (len(good), [refused.reason for refused in bad]) == (1, ["collect.too_deep"])


def test_what_json_cannot_say_is_kept_as_well_as_it_can_be() -> None:
    body = (
        b'{"batch":[{"type":"track","event":"A\\ud83d","userId":"u\\u0000","properties":'
        b'{"a":NaN,"b":-Infinity,"c":1e400,"d":"\\ude00"}}]}'
    )
    good, bad = normalise.events(body, SERVER, NOW, "")
    assert bad == []
    assert (good[0].name, good[0].user_id) == ("A�", "u�")
    assert json.loads(good[0].properties) == {"a": None, "b": None, "c": None, "d": "�"}


def test_a_body_that_is_no_json_is_one_refusal() -> None:
    assert normalise.events(b"nope", SERVER, NOW, "") == (
        [],
        [Rejected("collect.not_json", "", b"nope")],
    )


def test_ids_as_they_are_really_written() -> None:
    event = one(userId=17, anonymousId="", previousId=None)
    assert (event.user_id, event.anonymous_id, event.previous_id) == ("17", None, None)
    assert one(userId=" u1 ").user_id == "u1"
    assert one(userId=12345678901234567890).user_id == "12345678901234567890"
    assert one(userId=7.0).user_id == "7"


def test_a_missing_message_id_is_the_same_for_the_same_text_within_a_minute() -> None:
    naive = {key: value for key, value in GOOD.items() if key != "messageId"}
    body = json.dumps({"batch": [naive]}).encode()
    ids = [
        normalise.events(body, SERVER, at, "")[0][0].message_id
        for at in (NOW, NOW + 10_000, NOW + 60_000)
    ]
    assert ids[0] == ids[1] != ids[2]


def test_clock_skew_is_corrected_and_all_stamps_are_kept() -> None:
    good, _ = read({**GOOD, "timestamp": "2026-11-20T09:00:00Z"}, sentAt="2026-11-20T09:01:00Z")
    event = good[0]
    assert event.at_ms == NOW - 60_000
    assert event.original_ms == NOW - 25 * 3_600_000
    assert event.sent_ms == event.original_ms + 60_000
    assert event.received_ms == NOW


def test_the_future_is_clamped() -> None:
    assert one(timestamp="2026-11-21T12:00:00Z").at_ms == NOW
    assert one(timestamp=None).at_ms == NOW


def test_rudder_node_sends_three_times_and_the_original_counts() -> None:
    event = one(originalTimestamp="2026-11-21T09:00:00Z", timestamp="2026-11-21T09:30:00Z")
    assert event.at_ms == NOW - 3_600_000


def test_imports_keep_their_time_and_trigger_nothing_unless_asked() -> None:
    past = {**GOOD, "timestamp": "2011-11-20T09:00:00Z"}
    sent = {"sentAt": "2026-11-20T09:00:00Z"}
    event = read(past, sender=IMPORT, **sent)[0][0]
    assert (event.at_ms, event.quiet) == (event.original_ms, True)
    assert not read(past, sender=IMPORT, trigger=True)[0][0].quiet
    assert not read(past, **sent)[0][0].quiet


def test_addresses_are_cut_and_come_from_whom_we_may_believe() -> None:
    claimed = {"context": {"ip": "198.51.100.9", "locale": "tr"}}
    assert json.loads(one(BROWSER, **claimed).context) == {"ip": "203.0.113.0", "locale": "tr"}
    assert json.loads(one(SERVER, **claimed).context) == {"ip": "198.51.100.0", "locale": "tr"}
    assert json.loads(one(SERVER).context) == {}
    v6 = one(BROWSER, ip="2001:db8:1:2:3:4:5:6")
    assert json.loads(v6.context) == {"ip": "2001:db8:1::"}
    assert json.loads(one(BROWSER, ip="::ffff:203.0.113.5").context) == {"ip": "203.0.113.0"}
    assert json.loads(one(SERVER, context={"ip": "nonsense"}).context) == {}
    assert json.loads(one(SERVER, context={"ip": ["1.2.3.4"]}).context) == {}


def test_traits_leave_the_context_and_stay_out_of_history() -> None:
    event = one(type="identify", context={"traits": {"email": "a@b.co"}, "locale": "tr"})
    assert event.traits == {"email": "a@b.co"}
    assert json.loads(event.context) == {"locale": "tr"}
    assert event.properties == b"{}"
    top = one(type="identify", traits={"city": "Bakı"}, context={"traits": {"city": "x"}})
    assert top.traits == {"city": "Bakı"}


def test_contact_points_in_properties_become_references() -> None:
    body = json.dumps({**GOOD, "properties": {"to": "Ali@x.com"}}).encode()
    seen: list[tuple[str, str]] = []

    def reference(kind: str, value: str) -> str:
        seen.append((kind, value))
        return "[ref]"

    good, _ = normalise.events(body, SERVER, NOW, "", reference)
    assert json.loads(good[0].properties) == {"to": "[ref]"}
    assert seen == [("email", "ali@x.com")]


def test_only_kervans_own_source_may_name_a_person() -> None:
    own = {**GOOD, "userId": None, "person": 7, "timestamp_ms": NOW - 5}
    event = read(own, sender=OWN)[0][0]
    assert (event.person, event.at_ms) == (7, NOW - 5)
    assert [refused.reason for refused in read(own)[1]] == ["collect.no_ids"]
    assert one(person=7).person == 0


def test_pages_keep_their_names_and_groups_their_number() -> None:
    page = one(type="page", name="Home", category="Shop", properties={"url": "/"})
    assert (page.kind, page.name) == ("page", "Page Viewed")
    assert json.loads(page.properties) == {"name": "Home", "category": "Shop", "url": "/"}
    group = one(type="group", groupId="g1", traits={"name": "Ornek"})
    assert json.loads(group.properties) == {"groupId": "g1"}
    assert group.traits == {"name": "Ornek"}


def test_the_door_names_the_type_that_the_body_lacks() -> None:
    body = decode.enclose("identify", json.dumps({"userId": "u1", "traits": {"a": 1}}).encode())
    good, bad = normalise.events(body, SERVER, NOW, "")
    assert (good[0].kind, good[0].traits, bad) == ("identify", {"a": 1}, [])


def test_what_was_refused_can_be_sent_again_mended() -> None:
    _, bad = read({**GOOD, "event": ""})
    raw = bad[0].raw.replace(b'"event": ""', b'"event": "Cart Viewed"')
    good, bad = normalise.events(normalise.enclosed([raw, raw]), SERVER, NOW, "")
    assert (len(good), bad) == (2, [])
    assert normalise.judge(raw, SERVER, NOW) is None
    refused = normalise.judge(b"{}", SERVER, NOW)
    assert refused is not None
    assert refused.reason == "collect.unknown_type"


FIELDS = (
    "type",
    "event",
    "name",
    "category",
    "userId",
    "anonymousId",
    "previousId",
    "groupId",
    "messageId",
    "timestamp",
    "originalTimestamp",
    "sentAt",
    "channel",
    "properties",
    "traits",
    "context",
    "person",
    "uuid",
    "distinct_id",
    "offset",
    "$set",
    "options",
)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["track", "page", "$pageview", "Order Completed", "2026-11-21T10:00:00Z"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *FIELDS,
                    "ip",
                    "traits",
                    "currency",
                    "total",
                    "order_id",
                    "$session_id",
                    "$ip",
                    "title",
                    "$current_url",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(
    st.lists(st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=10), max_size=5),
    st.sampled_from(["", "posthog", "track", "identify"]),
)
def test_nothing_raises_and_nothing_is_lost(events: list[Any], door: str) -> None:
    body = json.dumps({"_door": door, "batch": events}).encode()
    good, bad = normalise.events(body, BROWSER, NOW, "203.0.113.1")
    assert len(good) + len(bad) == len(events)
    for event in good:
        assert event.kind in KINDS
        assert event.name
        assert event.user_id or event.anonymous_id
        assert event.at_ms <= NOW
        assert isinstance(json.loads(event.properties), dict)
        assert isinstance(json.loads(event.context), dict)
        assert -(2**63) <= event.value_minor < 2**63
    assert all(refused.reason.startswith("collect.") for refused in bad)
    assert not [refused for refused in bad if refused.reason == "collect.unreadable"], bad


@pytest.mark.parametrize("name", ["Journey Called", "Goal Reached", "Segment Entered"])
def test_what_only_we_can_know_is_not_taken_from_a_key_that_lies_open(name: str) -> None:
    said = {**GOOD, "event": name}
    for sender in (BROWSER, Sender(5, "kiosk")):
        good, bad = read(said, GOOD, sender=sender)
        assert [one.name for one in good] == ["Cart Viewed"]
        assert [(one.reason, one.detail) for one in bad] == [("collect.ours_alone", name)]
    for sender in (SERVER, IMPORT, OWN):
        assert [one.name for one in read(said, sender=sender)[0]] == [name]
