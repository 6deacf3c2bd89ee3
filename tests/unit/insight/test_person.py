"""The facts of one profile are hers: no machine's, no message's, each order once."""

from clickhouse_connect.driver.client import Client

from kervan.insight import person
from kervan.insight.person import Answers, Bought, Facts, Seen, Viewed
from tests.unit.insight.conftest import Tell

_DAY_MS = 86_400_000
_AT_MS = 1_795_000_000_000


def _of(history: Client, *atoms: int, sessions: tuple[int, ...] = ()) -> Facts:
    return person.facts(history, list(atoms), list(sessions), _AT_MS)


def _order(
    order_id: str, value_minor: int, at_ms: int = _AT_MS, **more: object
) -> dict[str, object]:
    return {
        "name": "Order Completed",
        "person": 1,
        "order_id": order_id,
        "currency": "TRY",
        "value_minor": value_minor,
        "at_ms": at_ms,
        "channel": "web",
        **more,
    }


def test_nobody_has_no_facts(clickhouse: Client) -> None:
    found = _of(clickhouse, 7)
    assert found == Facts([], [], None, [], []) and found.preferred is None


def test_an_order_counts_once_and_a_cancelled_one_does_not(clickhouse: Client, tell: Tell) -> None:
    tell(
        _order("o1", 10_000),
        _order("o1", 10_500, _AT_MS + 9, channel="server"),
        _order("o2", 20_001, person=2),
        _order("o3", 99_999),
        {**_order("o3", 0), "name": "Order Cancelled"},
        {**_order("o1", 2_500), "name": "Order Refunded"},
        _order("", 300, currency="AZN"),
        _order("o9", 7, person=3),
    )
    found = _of(clickhouse, 1, 2)
    assert found.bought == [
        Bought("TRY", 2, 30_001, 2_500, _AT_MS),
        Bought("AZN", 1, 300, 0, _AT_MS),
    ]
    assert found.bought[0].basket_minor == 15_000


def test_she_was_seen_where_she_did_something(clickhouse: Client, tell: Tell) -> None:
    tell(
        {"name": "Page Viewed", "session": 5, "at_ms": _AT_MS - 9, "channel": "web"},
        {"name": "Page Viewed", "person": 1, "at_ms": _AT_MS, "channel": "web"},
        {"name": "Message Sent", "person": 1, "at_ms": _AT_MS, "channel": "email"},
        {
            "name": "Message Opened",
            "person": 1,
            "at_ms": _AT_MS,
            "channel": "email",
            "properties": {"machine": True},
        },
        {
            "name": "Identified",
            "kind": "identify",
            "person": 1,
            "at_ms": _AT_MS,
            "channel": "import",
        },
        {
            "name": "Product Viewed",
            "person": 1,
            "at_ms": _AT_MS - 5,
            "channel": "app",
            "properties": {"product_id": "p1", "name": "Çay"},
        },
    )
    found = _of(clickhouse, 1, sessions=(5,))
    assert found.seen == [
        Seen("web", _AT_MS - 9, _AT_MS, 2),
        Seen("app", _AT_MS - 5, _AT_MS - 5, 1),
    ]
    assert found.events == 6
    assert found.viewed == Viewed(_AT_MS - 5, "p1", "Çay")


def _message(name: str, channel: str, message: str, at_ms: int = _AT_MS) -> dict[str, object]:
    return {
        "name": name,
        "person": 1,
        "at_ms": at_ms,
        "channel": channel,
        "properties": {"message": message},
    }


def test_she_prefers_the_channel_in_which_she_answers(clickhouse: Client, tell: Tell) -> None:
    tell(
        *(_message("Message Sent", "email", f"e{i}") for i in range(20)),
        _message("Message Opened", "email", "e1"),
        _message("Message Clicked", "email", "e1"),
        _message("Message Opened", "email", "e2"),
        *(_message("Message Sent", "whatsapp", f"w{i}") for i in range(5)),
        *(_message("Message Clicked", "whatsapp", f"w{i}") for i in range(4)),
        _message("Message Sent", "sms", "old", _AT_MS - 300 * _DAY_MS),
        _message("Message Clicked", "sms", "old", _AT_MS - 300 * _DAY_MS),
    )
    found = _of(clickhouse, 1)
    assert found.answers == [Answers("email", 20, 2, 1), Answers("whatsapp", 5, 4, 4)]
    assert found.preferred == Answers("whatsapp", 5, 4, 4)


def test_one_answer_to_one_message_is_no_habit() -> None:
    once, often = Answers("sms", 1, 1, 1), Answers("email", 40, 20, 2)
    assert Facts([], [], None, [once, often], []).preferred == often


def test_her_devices_say_language_and_zone(clickhouse: Client, tell: Tell) -> None:
    said = b'{"locale":"az-AZ","timezone":"Asia/Baku"}'
    tell(
        {"name": "Page Viewed", "person": 1, "at_ms": _AT_MS, "context": said},
        {"name": "Page Viewed", "person": 1, "at_ms": _AT_MS - 1, "context": said},
        {"name": "Page Viewed", "person": 1, "at_ms": _AT_MS + 1},
    )
    (heard,) = _of(clickhouse, 1).heard
    assert (heard.locale, heard.zone, heard.events) == ("az-AZ", "Asia/Baku", 2)
