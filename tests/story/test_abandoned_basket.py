"""The story of the abandoned basket, as published in examples/, on a clock we turn by hand."""

from pathlib import Path

import pytest

from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.journeys.shop import START_MS, Shop
from tests.unit.journeys.world import DAY, HOUR, MINUTE, SECOND, Happening, World, book

TEXT = (Path(__file__).parents[2] / "examples" / "abandoned-basket.yaml").read_text("utf-8")


def adds(at_ms: int, name: str = "Cup", person: int = 1) -> Happening:
    return (at_ms, person, "Product Added", {
        "sku": name.lower(), "name": name, "price": 4.5, "quantity": 1, "currency": "AZN",
        "cart_url": "https://shop.example/cart",
    })  # fmt: skip


def does(at_ms: int, name: str, person: int = 1, **properties: object) -> Happening:
    return (at_ms, person, name, properties)


@pytest.fixture
def world() -> World:
    return World(book(TEXT))


def test_she_buys_within_the_hour_and_hears_nothing(world: World) -> None:
    world.turn([adds(0)], 0)
    world.turn([does(59 * MINUTE, "Order Completed")], 59 * MINUTE)
    world.turn([], 30 * DAY)
    assert world.of(1) == [(0, "entered"), (59 * MINUTE, "left: goal"), (59 * MINUTE, "goal")]


def test_she_is_reminded_clicks_and_buys_the_next_day(world: World) -> None:
    world.turn([adds(0)], 0)
    world.turn([], HOUR)
    world.turn(
        [does(2 * HOUR, "Message Clicked", step="remind", journey="abandoned-basket")], 2 * HOUR
    )
    world.turn([does(DAY, "Order Completed")], DAY)
    assert world.of(1) == [
        (0, "entered"),
        (HOUR, "message"),
        (2 * HOUR, "left: finished"),
        (DAY, "goal"),
    ]


def test_a_click_in_another_message_moves_nobody(world: World) -> None:
    world.turn([adds(0)], 0)
    world.turn([does(2 * HOUR, "Message Clicked", step="welcome")], 2 * HOUR)
    assert world.of(1) == [(0, "entered"), (HOUR, "message")]


def test_she_never_answers_and_is_left_alone_for_a_week(world: World) -> None:
    world.turn([adds(0)], 0)
    world.turn([adds(2 * DAY), adds(6 * DAY)], 6 * DAY)
    assert world.of(1) == [(0, "entered"), (HOUR, "message"), (HOUR + DAY, "left: finished")]
    world.turn([adds(7 * DAY)], 7 * DAY)
    assert world.of(1)[-1] == (7 * DAY, "entered")


def test_she_buys_in_the_middle_of_the_last_wait(world: World) -> None:
    world.turn([adds(0)], 0)
    world.turn([does(3 * HOUR, "Order Completed")], 3 * HOUR)
    assert world.of(1)[2:] == [(3 * HOUR, "left: goal"), (3 * HOUR, "goal")]


def test_a_purchase_after_three_days_is_not_the_journeys(world: World) -> None:
    world.turn([adds(0)], 0)
    world.turn([does(3 * DAY + SECOND, "Order Completed")], 4 * DAY)
    assert all(word != "goal" for _, word in world.of(1))


def test_the_whole_day_in_one_turn_tells_the_same_story(world: World) -> None:
    day = [
        adds(0),
        adds(0, person=2),
        does(30 * MINUTE, "Order Completed", person=2),
        does(2 * HOUR, "Message Clicked", step="remind", journey="abandoned-basket"),
        does(DAY, "Order Completed"),
    ]
    world.turn(day, 2 * DAY)
    slowly = World(book(TEXT))
    for one in day:
        slowly.turn([one], one[0])
    slowly.turn([], 2 * DAY)
    assert slowly.told() == world.told()


def test_the_message_is_compiled_and_shows_the_basket_as_it_was(postgres: Connection) -> None:
    shop = Shop(postgres)
    shop.people([1, 2])
    shop.publish(TEXT)
    postgres.commit()
    shop.happen(adds(0), adds(0, person=2), adds(5 * MINUTE, "Tea"))
    shop.work(5 * MINUTE)
    shop.happen(does(10 * MINUTE, "Order Completed", person=2))
    shop.work(10 * MINUTE)
    shop.work(HOUR + 1)
    ((person, step, state, at, context),) = shop.messages()
    assert (person, step, state, at) == (1, "remind", 0, HOUR)
    assert [line["name"] for line in context["basket"]["lines"]] == ["Cup", "Tea"]
    assert context["basket"]["url"] == "https://shop.example/cart"
    row = postgres.execute("select template_version, expires_at from message").fetchone()
    assert row is not None
    assert clock.to_ms(row[1]) - START_MS == 7 * HOUR
    shop.happen(does(DAY, "Order Completed"))
    shop.work(DAY)
    told = [(one[0], one[1], one[3].get("reason")) for one in shop.own_events()]
    assert told == [
        (1, "Journey Entered", None),
        (2, "Journey Entered", None),
        (2, "Goal Reached", None),
        (2, "Journey Exited", "goal"),
        (1, "Goal Reached", None),
        (1, "Journey Exited", "goal"),
        (1, "Message Suppressed", "goal"),
    ]
