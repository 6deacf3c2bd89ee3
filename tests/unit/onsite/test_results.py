"""What became of variants is counted from the history, each visitor once."""

from datetime import UTC, datetime, timedelta

import pytest
from clickhouse_connect.driver.client import Client

from kervan.onsite.definition import Goal
from kervan.onsite.results import Of, interval, of_all, people, results

_AT = datetime(2026, 11, 27, 12, tzinfo=UTC)


def _tell(client: Client, name: str, person: int, session: int, hours: float, said: str) -> None:
    client.command(
        "INSERT INTO events_in (name, person, session, at, event_id, batch, properties, context)"
        " SELECT {name:String}, {person:UInt32}, {session:UInt64}, {at:DateTime64(3, 'UTC')},"
        " randomFixedString(16), 1, {said:String}, '{}'",
        parameters={"name": name, "person": person, "session": session, "said": said,
                    "at": _AT + timedelta(hours=hours)},
    )  # fmt: skip


def test_each_variant_and_conversions_from_anywhere(clickhouse: Client) -> None:
    def onsite(what: str, variant: str, person: int, session: int = 0, hours: float = 0) -> None:
        said = f'{{"campaign": "winter", "variant": "{variant}", "showing": "s"}}'
        _tell(clickhouse, f"Onsite {what}", person, session, hours, said)

    for person in (1, 2, 3):
        onsite("Shown", "a", person)
    onsite("Shown", "a", 1, hours=1)
    onsite("Clicked", "a", 1)
    onsite("Clicked", "a", 1)
    onsite("Closed", "a", 2)
    onsite("Shown", "a", 0, session=77)
    onsite("Converted", "a", 0, session=77)
    onsite("Held Out", "b", 4)
    _tell(clickhouse, "Order Completed", 1, 0, 30, "{}")
    _tell(clickhouse, "Order Completed", 2, 0, -1, "{}")
    _tell(clickhouse, "Order Completed", 3, 0, 60, "{}")
    _tell(clickhouse, "Order Completed", 4, 0, 47, "{}")
    _tell(clickhouse, "Onsite Shown", 5, 0, 0, '{"campaign": "other", "variant": "a"}')
    one, other = results(clickhouse, "winter", Goal("Order Completed", 48))
    assert (one.variant, one.shown, one.held_out, one.visitors) == ("a", 5, 0, 4)
    assert (one.clickers, one.clicks, one.closed, one.forms) == (1, 2, 1, 0)
    assert one.converted == 2, "the first by an order at the till, the visit by its page"
    assert (other.variant, other.held_out, other.visitors, other.converted) == ("b", 1, 1, 1)
    goal = Goal("Order Completed", 48)

    def behind(of: Of, variant: str = "a", after: int = 0) -> list[int]:
        told = people(clickhouse, "winter", variant, of, goal, after, 2)
        return [person for person, _ in told]

    assert (behind("visitors"), behind("visitors", after=2)) == ([1, 2], [3])
    assert (behind("shown", "b"), behind("visitors", "b")) == ([], [4])
    assert (behind("clickers"), behind("closed"), behind("forms")) == ([1], [2], [])
    assert (behind("converted"), behind("converted", "b")) == ([1], [4]), "the visit is nobody's"
    assert people(clickhouse, "winter", "a", "converted", goal, 0, 9)[0][1] == (
        _AT + timedelta(hours=30)
    )
    assert results(clickhouse, "nobody", None) == []
    goals = {"other": Goal("Never Done", 5), "winter": Goal("Order Completed", 48), "nobody": None}
    together = of_all(clickhouse, goals)
    assert together["winter"] == [one, other] and together.keys() == {"other", "winter"}
    assert [(alone.shown, alone.converted) for alone in together["other"]] == [(1, 0)]
    early = of_all(clickhouse, {"winter": Goal("Order Completed", 24), "other": None})["winter"]
    assert [alone.converted for alone in early] == [1, 0], "each campaign has its own hours"


def test_the_interval_is_wilsons() -> None:
    assert interval(0, 0) == (0, 0, 0)
    # Brown, Cai and DasGupta (2001): 10 of 100.
    share, low, high = interval(10, 100)
    assert (share, low, high) == pytest.approx((0.1, 0.0552, 0.1744), abs=1e-4)
    assert interval(0, 10)[1] == 0 and interval(10, 10)[2] == pytest.approx(1)
