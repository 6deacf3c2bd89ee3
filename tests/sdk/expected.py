"""What must arrive when an SDK sends the seven events all of them are asked to send."""

import msgspec

from kervan.collect.event import Event


def by_name(events: list[Event]) -> dict[str, Event]:
    """The events by their names."""
    return {event.name: event for event in events}


def check_the_seven(events: list[Event]) -> None:
    """All six kinds, an order under its old name, NaN, half an emoji and an e-mail."""
    found = by_name(events)
    assert {event.kind for event in events} == {
        "identify",
        "track",
        "page",
        "screen",
        "group",
        "alias",
    }
    order = found["Order Completed"]
    assert (order.order_id, order.currency, order.value_minor) == ("A-1", "TRY", 12990)
    properties = msgspec.json.decode(order.properties)
    assert properties["discount"] is None
    assert properties["note"] == "� yarım 😀"
    assert properties["receiver"] == "[email]"
    assert found["Identified"].traits["firstName"] == "Ayşe"
    assert found["Identified"].user_id == "u1"
    assert found["Aliased"].previous_id == "anon-1"
    assert msgspec.json.decode(found["Page Viewed"].properties)["name"] == "Home"
    assert found["Later"].original_ms == 1_767_323_045_678


def check_posthog(events: list[Event]) -> None:
    """A person's facts, an order with its session, an alias and a group."""
    found = by_name(events)
    order = found["Order Completed"]
    assert (order.user_id, order.value_minor, order.currency) == ("u1", 9900, "AZN")
    assert order.session_hint == "s-1"
    assert msgspec.json.decode(order.properties)["phone"] == "[phone]"
    assert found["Identified"].traits == {"email": "ayse@example.com"}
    assert {found["Aliased"].previous_id, found["Aliased"].user_id} == {"anon-1", "u1"}
    assert found["Grouped"].kind == "group"
