"""Tests of posthog: one distinct_id plays many parts, and $ words become context."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from kervan.collect import decode, normalise
from kervan.collect.event import Event

NOW = 1_795_255_200_000  # 2026-11-21T10:00:00Z


@dataclass(frozen=True)
class Sender:
    id: int = 1
    kind: str = "browser"


def one(event: str, properties: dict[str, Any] | None = None, **more: Any) -> Event:
    body = json.dumps(
        {
            "api_key": "k",
            "sent_at": "2026-11-21T10:00:00Z",
            "batch": [{"event": event, "uuid": "m1", "properties": properties or {}, **more}],
        }
    ).encode()
    good, bad = normalise.events(decode.enclose("posthog", body), Sender(), NOW, "203.0.113.7")
    assert bad == []
    return good[0]


@pytest.mark.parametrize(
    ("properties", "user", "anonymous"),
    [
        ({"distinct_id": "d1", "$device_id": "d1", "$is_identified": False}, None, "d1"),
        ({"distinct_id": "u1", "$device_id": "d1", "$is_identified": True}, "u1", "d1"),
        ({"distinct_id": "u1", "$device_id": "d1"}, "u1", "d1"),
        ({"distinct_id": "d1", "$device_id": "d1"}, None, "d1"),
        ({"distinct_id": "u1"}, "u1", None),
        ({"distinct_id": "r1", "$process_person_profile": False}, None, "r1"),
    ],
)
def test_whose_event_it_is(
    properties: dict[str, Any], user: str | None, anonymous: str | None
) -> None:
    event = one("Cart Viewed", properties)
    assert (event.user_id, event.anonymous_id) == (user, anonymous)


def test_identify_carries_both_ids_and_the_traits() -> None:
    event = one(
        "$identify",
        {"$anon_distinct_id": "d1", "$set": {"plan": "a"}},
        distinct_id="u1",
        **{"$set_once": {"plan": "b", "first": 1}},
    )
    assert (event.kind, event.name) == ("identify", "Identified")
    assert (event.user_id, event.anonymous_id) == ("u1", "d1")
    assert event.traits == {"plan": "a", "first": 1}
    assert event.properties == b"{}"


def test_alias_and_group() -> None:
    alias = one("$create_alias", {"distinct_id": "old", "alias": "u1"}, distinct_id="old")
    assert (alias.kind, alias.user_id, alias.previous_id) == ("alias", "u1", "old")
    group = one(
        "$groupidentify", {"$group_key": "g1", "$group_set": {"name": "x"}}, distinct_id="u1"
    )
    assert (group.kind, group.traits) == ("group", {"name": "x"})
    assert json.loads(group.properties) == {"groupId": "g1"}


def test_a_page_view_reads_like_everybodys() -> None:
    event = one(
        "$pageview",
        {
            "distinct_id": "d1",
            "$device_id": "d1",
            "token": "k",
            "$session_id": "s1",
            "$current_url": "https://x.com/p?email=a%40b.co",
            "$pathname": "/p",
            "title": "Vazo",
            "$lib": "web",
            "$raw_user_agent": "UA",
            "$timezone": "Asia/Baku",
            "$feature/x": True,
        },
    )
    assert (event.kind, event.name, event.session_hint) == ("page", "Page Viewed", "s1")
    url = "https://x.com/p?email=[email]"
    assert json.loads(event.properties) == {"title": "Vazo", "url": url, "path": "/p"}
    assert json.loads(event.context) == {
        "ip": "203.0.113.0",
        "page": {"url": url, "path": "/p", "title": "Vazo"},
        "library": {"name": "web"},
        "userAgent": "UA",
        "timezone": "Asia/Baku",
        "posthog": {"$feature/x": True},
    }


def test_an_order_is_an_order() -> None:
    event = one(
        "Completed Order", {"order_id": "A", "total": 9.5, "currency": "AZN"}, distinct_id="u1"
    )
    assert (event.name, event.order_id, event.value_minor) == ("Order Completed", "A", 950)
    assert event.message_id == "m1"


def test_an_offset_counts_back_from_the_sending() -> None:
    event = one("Cart Viewed", distinct_id="u1", offset=3_000)
    assert event.at_ms == NOW - 3_000
