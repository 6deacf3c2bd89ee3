"""Runs follow a person who turned out to be another: once, under the leases, and back again."""

import pytest

from kervan.journeys import follow
from kervan.journeys.columns import EXITED, GOAL, INSIDE, MERGED
from kervan.kernel.postgres import Connection
from tests.unit.journeys.shop import Shop
from tests.unit.journeys.test_run import BASKET, CUP, HOUR, MINUTE

LEAD, CUSTOMER = 1, 2  # of different buckets
OF_LEAD, OF_CUSTOMER = [LEAD], [CUSTOMER]


@pytest.fixture
def shop(postgres: Connection) -> Shop:
    made = Shop(postgres)
    made.people([LEAD, CUSTOMER, 3, 257])
    made.publish(BASKET)
    return made


def _inside(shop: Shop) -> list[tuple[int, int]]:
    """(person, state) of all runs."""
    return [(run[0], run[4]) for run in shop.runs()]


def _work(shop: Shop, after_ms: int, *buckets: list[int]) -> None:
    for some in buckets:
        shop.work(after_ms, buckets=some)


def test_a_run_goes_on_as_the_new_heads_with_its_timer(shop: Shop) -> None:
    shop.happen((0, LEAD, "Product Added", CUP))
    shop.work(1)
    follow.note(shop.conn, [(LEAD, LEAD, CUSTOMER)])
    _work(shop, 2, OF_LEAD)
    assert _inside(shop) == [(CUSTOMER, INSIDE)]
    _work(shop, HOUR, OF_LEAD)  # the old timer finds nobody
    assert shop.messages() == []
    _work(shop, HOUR, OF_CUSTOMER)
    assert [(one[0], one[1]) for one in shop.messages()] == [(CUSTOMER, "mail")]


def test_what_she_does_as_the_new_person_ends_what_she_began_as_the_old(shop: Shop) -> None:
    shop.happen((0, LEAD, "Product Added", CUP))
    shop.work(1)
    follow.note(shop.conn, [(LEAD, LEAD, CUSTOMER)])
    shop.happen((MINUTE, CUSTOMER, "Order Completed", {}))
    _work(shop, 2 * MINUTE, OF_CUSTOMER)  # her run has not arrived: the order waits for it
    assert _inside(shop) == [(LEAD, INSIDE)]
    _work(shop, 2 * MINUTE, OF_LEAD, OF_CUSTOMER)
    assert _inside(shop) == [(CUSTOMER, GOAL)]


def test_a_signal_nobody_has_heard_yet_follows(shop: Shop) -> None:
    shop.happen((0, LEAD, "Product Added", CUP))
    follow.note(shop.conn, [(LEAD, LEAD, CUSTOMER)])
    _work(shop, 1, OF_LEAD)
    assert _inside(shop) == []
    _work(shop, 1, OF_CUSTOMER)
    assert _inside(shop) == [(CUSTOMER, INSIDE)]


def test_nobody_is_in_a_journey_twice_and_the_older_run_goes_on(shop: Shop) -> None:
    shop.happen((0, LEAD, "Product Added", CUP), (MINUTE, CUSTOMER, "Product Added", CUP))
    shop.work(2 * MINUTE)
    follow.note(shop.conn, [(LEAD, LEAD, CUSTOMER)])
    _work(shop, 3 * MINUTE, OF_LEAD, OF_CUSTOMER)
    assert _inside(shop) == [(CUSTOMER, INSIDE), (CUSTOMER, MERGED)]
    assert shop.runs()[0][5] == HOUR
    left = [one for one in shop.own_events() if one[1] == "Journey Exited"]
    assert [(one[0], one[3]["reason"], one[3]["step"]) for one in left] == [
        (CUSTOMER, "merged", "wait")
    ]
    shop.happen((4 * MINUTE, CUSTOMER, "Opted Out", {}))  # heard by the run she is inside
    shop.work(5 * MINUTE)
    assert _inside(shop) == [(CUSTOMER, EXITED), (CUSTOMER, MERGED)]


def test_one_mover_with_both_buckets_does_it_in_one_turn(shop: Shop) -> None:
    shop.happen((0, LEAD, "Product Added", CUP), (0, CUSTOMER, "Product Added", CUP))
    shop.work(1)
    follow.note(shop.conn, [(LEAD, LEAD, CUSTOMER)])
    shop.work_all(HOUR)
    assert _inside(shop) == [(CUSTOMER, INSIDE), (CUSTOMER, MERGED)]
    assert [one[0] for one in shop.messages()] == [CUSTOMER]


def test_a_waiting_message_follows_and_can_be_read(shop: Shop) -> None:
    shop.happen((0, LEAD, "Product Added", CUP))
    shop.work_all(HOUR)
    assert [(one[0], one[2]) for one in shop.messages()] == [(LEAD, 0)]
    follow.note(shop.conn, [(LEAD, LEAD, CUSTOMER)])
    shop.work_all(HOUR)
    ((person, _, _, _, context),) = shop.messages()
    assert person == CUSTOMER
    assert context["basket"]["lines"]


def test_a_message_that_a_sender_holds_stays_whose_it_was(shop: Shop) -> None:
    shop.happen((0, LEAD, "Product Added", CUP))
    shop.work_all(HOUR)
    shop.conn.execute("update message_open set claimed_by = 7")
    follow.note(shop.conn, [(LEAD, LEAD, CUSTOMER)])
    shop.work_all(HOUR)
    assert [one[0] for one in shop.messages()] == [LEAD]


def test_taken_apart_again_each_has_what_each_began(shop: Shop) -> None:
    shop.happen((0, LEAD, "Product Added", CUP))
    shop.work(1)
    follow.note(shop.conn, [(LEAD, LEAD, CUSTOMER)])
    shop.work(2)
    shop.conn.execute("update journey_run set state = 2")  # so that she may enter once more
    shop.happen((HOUR, 3, "Product Added", CUP))
    follow.note(shop.conn, [(3, 3, CUSTOMER)])
    shop.work_all(HOUR + 1)
    assert [run[0] for run in shop.runs()] == [CUSTOMER, CUSTOMER]
    follow.note(shop.conn, [(LEAD, CUSTOMER, LEAD)])
    shop.work_all(HOUR + 2)
    assert sorted(run[0] for run in shop.runs()) == [LEAD, CUSTOMER]
    assert shop.conn.execute("select count(*) from journey_origin").fetchone() == (0,)


def test_changes_of_mind_are_followed_in_their_order(shop: Shop) -> None:
    shop.happen((0, LEAD, "Product Added", CUP))
    shop.work(1)
    for move in ((LEAD, LEAD, CUSTOMER), (LEAD, CUSTOMER, 3), (LEAD, 3, LEAD), (LEAD, LEAD, 257)):
        follow.note(shop.conn, [move])
    for bucket in ([3], [CUSTOMER], [LEAD], [CUSTOMER], [3], [LEAD], [LEAD]):
        shop.work(2, buckets=bucket)
    assert _inside(shop) == [(257, INSIDE)]
    assert shop.conn.execute("select count(*) from journey_move").fetchone() == (0,)


def test_who_was_in_no_journey_leaves_no_work(shop: Shop) -> None:
    follow.note(shop.conn, [(LEAD, LEAD, CUSTOMER), (3, 3, 3)])
    assert shop.conn.execute("select count(*) from journey_move").fetchone() == (0,)
