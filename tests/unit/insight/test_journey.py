"""A journey's figures count runs, messages and orders once, and keep machines apart."""

from typing import Any

from clickhouse_connect.driver.client import Client

from kervan.history import link
from kervan.insight import journey

_T = 1_795_000_000_000
_MINUTE = 60_000


def _own(name: str, person: int, at_ms: int = _T, **properties: Any) -> dict[str, Any]:
    facts = {"journey": "basket", "run": person, "message": f"m{person}", **properties}
    return {"name": name, "person": person, "at_ms": at_ms, "properties": facts}


def _order(person: int, at_ms: int, number: str, **more: Any) -> dict[str, Any]:
    return {
        "name": "Order Completed",
        "person": person,
        "at_ms": at_ms,
        "order_id": number,
        "currency": "TRY",
        "value_minor": 1_000,
        **more,
    }


def test_machines_stand_apart_and_repeats_count_once(clickhouse: Client, tell: Any) -> None:
    tell(
        *(_own("Journey Entered", person) for person in (1, 2, 3)),
        _own("Journey Entered", 9, journey="another"),
        *(_own("Message Sent", person) for person in (1, 2)),
        _own("Message Suppressed", 3, reason="no_consent"),
        _own("Message Opened", 1, machine=False),
        _own("Message Opened", 1, machine=False),
        _own("Message Opened", 2, machine=True),
        _own("Message Clicked", 2, machine=True),
        _own("Message Clicked", 1, machine=False),
        _own("Message Clicked", 1, machine=True),
        _own("Journey Exited", 3),
        _own("Goal Reached", 1),
        _own("Unsubscribed", 2),
    )
    told = journey.numbers(clickhouse, ["basket", "another", "quiet"])
    assert [one.entered for one in told.values()] == [3, 1, 0]
    found = told["basket"]
    assert (found.entered, found.sent, found.suppressed, found.left) == (3, 2, 1, 1)
    assert (found.opened, found.opened_by_machines) == (1, 1)
    assert (found.clicked, found.clicked_by_machines) == (1, 2)
    assert (found.reached, found.unsubscribed) == (1, 1)
    people = journey.behind(clickhouse, "basket", "clicked")
    assert [(one.person, one.at_ms, one.message) for one in people] == [(1, _T, "m1")]
    assert {one.person for one in journey.behind(clickhouse, "basket", "clicked_by_machines")} == {
        1,
        2,
    }


def test_orders_count_once_and_only_after_a_humans_click(clickhouse: Client, tell: Any) -> None:
    tell(
        _own("Message Clicked", 1, _T, machine=False),
        _own("Message Clicked", 1, _T + 1, machine=False),
        _own("Message Clicked", 2, _T, machine=True),
        _own("Message Clicked", 3, _T, machine=False),
        _own("Message Clicked", 4, _T, machine=False),
        _own("Message Clicked", 3, _T, journey="slow"),
        _order(1, _T + _MINUTE, "a"),
        _order(1, _T + _MINUTE + 5, "a", source=2),
        _order(1, _T + 2 * _MINUTE, "b"),
        _order(1, _T - 1, "before"),
        _order(2, _T + _MINUTE, "after a machine"),
        _order(3, _T + 60 * _MINUTE, "too late"),
        # bought before she signed in on the shop's other device: known by her session
        _order(0, _T + _MINUTE, "c", session=77, currency="AZN", value_minor=55),
    )
    link.keep(clickhouse, [(77, 4)], [], 1)
    link.refresh(clickhouse)
    told = journey.bought(clickhouse, {"basket": 3600, "slow": 2 * 3600, "quiet": 1})
    assert told["quiet"] == []
    # Each by its own window: what came too late for the one is in time for the other.
    assert [(b.currency, b.orders, b.buyers, b.value_minor) for b in told["slow"]] == [
        ("TRY", 1, 1, 1_000)
    ]
    found = told["basket"]
    assert [(b.currency, b.orders, b.buyers, b.value_minor) for b in found] == [
        ("TRY", 2, 1, 2_000),
        ("AZN", 1, 1, 55),
    ]
    buyers = journey.buyers(clickhouse, "basket", 3600)
    assert [(one.person, one.at_ms, one.message) for one in buyers] == [
        (1, _T + 2 * _MINUTE, "b"),
        (4, _T + _MINUTE, "c"),
    ]
    assert len(buyers) == sum(one.buyers for one in found)
    assert len(journey.buyers(clickhouse, "basket", 3600, limit=1)) == 1
    assert journey.bought(clickhouse, {"basket": 1}) == {"basket": []}
    assert journey.buyers(clickhouse, "basket", 1) == []


def test_messages_are_counted_by_step_and_outcome(clickhouse: Client, tell: Any) -> None:
    at = {"version": 2, "step": "mail"}
    tell(
        _own("Message Sent", 1, **at, state="accepted"),
        _own("Message Sent", 1, **at, state="accepted"),
        _own("Message Sent", 2, version=2, step="more"),
        _own("Message Suppressed", 3, **at, state="ghost"),
        _own("Message Clicked", 1, **at, machine=True),
        _own("Message Sent", 4, **at, journey="another"),
    )
    found = journey.by_step(clickhouse, "basket")
    assert [(one.version, one.step, one.outcome, one.messages) for one in found] == [
        (2, "mail", "clicked_by_machines", 1),
        (2, "mail", "ghost", 1),
        (2, "mail", "sent", 1),
        (2, "more", "sent", 1),
    ]
