"""Who is in a segment changes with what she does, and with time alone; and is told once."""

from kervan.kernel import clock
from kervan.segments import tree
from kervan.segments.live import store
from kervan.segments.mirror import erase as mirror
from kervan.segments.tree import Event, Last, Number, Span, Text, Trait
from tests.unit.segments.shop import Shop

BUYERS = Event(("Order Completed",), test=Number("gte", 2), window=Last(Span(30)))
GOLD = Trait("plan", Text("eq", ("gold",)))
DAY_MS = 86_400_000


def _bought(number: str, user: str, **more: object) -> dict[str, object]:
    return {"type": "track", "event": "Order Completed", "userId": user, "messageId": number,
            "properties": {"order_id": number, "total": 5, "currency": "TRY"}, **more}  # fmt: skip


def test_a_second_order_lets_her_in_and_time_lets_her_out(shop: Shop) -> None:
    shop.make("buyers", BUYERS)
    shop.settle()
    shop.happen(_bought("1", "ayşe"), _bought("2", "fatma"))
    assert shop.inside("buyers") == set()
    shop.happen(_bought("3", "ayşe"))
    her = shop.person("ayşe")
    assert shop.inside("buyers") == {her}
    shop.ahead_ms += 29 * DAY_MS
    shop.settle()
    assert shop.inside("buyers") == {her}
    shop.ahead_ms += 1 * DAY_MS + 60_000
    shop.settle()
    assert shop.inside("buyers") == set()
    assert shop.told("buyers") == [("entered", her), ("left", her)]


def test_what_somebody_says_of_herself_counts_too(shop: Shop) -> None:
    shop.make("gold", GOLD)
    shop.settle()
    shop.happen({"type": "identify", "userId": "ayşe", "messageId": "1",
                 "traits": {"plan": "gold"}})  # fmt: skip
    her = shop.person("ayşe")
    assert shop.inside("gold") == {her}
    shop.happen({"type": "identify", "userId": "ayşe", "messageId": "2",
                 "traits": {"plan": "free"}})  # fmt: skip
    assert shop.inside("gold") == set()
    assert shop.told("gold") == [("entered", her), ("left", her)]


def test_a_new_segment_is_filled_from_history_and_tells_nobody(shop: Shop) -> None:
    shop.happen(_bought("1", "ayşe"), _bought("2", "ayşe"), _bought("3", "fatma"))
    shop.make("buyers", BUYERS)
    shop.settle()
    assert shop.inside("buyers") == {shop.person("ayşe")}
    assert shop.told("buyers") == []
    shop.make("buyers", Event(("Order Completed",)))
    shop.settle()
    assert shop.inside("buyers") == {shop.person("ayşe"), shop.person("fatma")}
    assert shop.told("buyers") == []


def test_a_segment_of_a_segment_follows_it(shop: Shop) -> None:
    shop.make("buyers", BUYERS)
    shop.make("others", tree.Nothing((tree.Member("buyers"),)))
    shop.happen(_bought("1", "ayşe"))
    her = shop.person("ayşe")
    assert shop.inside("others") == {her}
    shop.happen(_bought("2", "ayşe"))
    assert (shop.inside("buyers"), shop.inside("others")) == ({her}, set())
    shop.make("buyers", Event(("Order Completed",), test=Number("gte", 3)))
    shop.settle()
    assert (shop.inside("buyers"), shop.inside("others")) == (set(), {her})


def test_a_visit_that_turns_out_to_be_hers_counts(shop: Shop) -> None:
    shop.make("viewers", Event(("Product Viewed",)))
    shop.happen(
        {"type": "track", "event": "Product Viewed", "anonymousId": "a", "messageId": "1"},
        source=shop.house.browser,
    )
    assert shop.inside("viewers") == set()
    shop.happen(
        {"type": "identify", "userId": "ayşe", "anonymousId": "a", "messageId": "2"},
        source=shop.house.browser,
    )
    assert shop.inside("viewers") == {shop.person("ayşe")}


def test_an_event_of_yesterday_that_comes_today_counts_as_of_yesterday(shop: Shop) -> None:
    shop.make("buyers", BUYERS)
    shop.happen(_bought("1", "ayşe"))
    late = shop.now_ms - 29 * DAY_MS
    shop.happen(_bought("2", "ayşe", timestamp=clock.from_ms(late).isoformat()))
    her = shop.person("ayşe")
    assert shop.inside("buyers") == {her}
    shop.ahead_ms += DAY_MS + 1
    shop.settle()
    assert shop.inside("buyers") == set()


def test_a_restart_knows_what_was_known(shop: Shop) -> None:
    shop.make("buyers", BUYERS)
    shop.happen(_bought("1", "ayşe"), _bought("2", "ayşe"))
    again = shop.restarted()
    assert again.inside("buyers") == {shop.person("ayşe")}
    assert again.live.unfilled() == []
    again.ahead_ms += 31 * DAY_MS
    again.settle()
    assert again.inside("buyers") == set()


def test_what_was_rolled_back_is_done_again_and_told_once(shop: Shop) -> None:
    shop.make("buyers", BUYERS)
    shop.settle()
    shop.house.take(_bought("1", "ayşe"), _bought("2", "ayşe"))
    shop.house.process()
    shop.copy()
    shop.live.turn(shop.now_ms)
    shop.conn.rollback()  # cut off before the commit
    again = shop.restarted()
    again.settle()
    her = shop.person("ayşe")
    assert again.inside("buyers") == {her}
    assert again.told("buyers") == [("entered", her)]


def test_two_who_become_one_are_one_member(shop: Shop) -> None:
    shop.make("buyers", BUYERS)
    shop.happen(_bought("1", "ayşe"), _bought("2", "fatma"))
    one, other = shop.person("ayşe"), shop.person("fatma")
    assert shop.inside("buyers") == set()
    shop.merge(one, other)
    her = shop.person("ayşe")  # either may be the head
    assert her in (one, other)
    assert shop.inside("buyers") == {her}
    shop.part()
    assert shop.inside("buyers") == set()


def test_who_is_erased_is_in_nothing(shop: Shop) -> None:
    shop.make("everybody", tree.All(()))
    shop.happen(_bought("1", "ayşe"))
    her = shop.person("ayşe")
    assert shop.inside("everybody") == {her}
    store.erase(shop.conn, [her])
    mirror.erase(shop.conn, shop.house.history, [her])
    shop.conn.execute("insert into touched (people) values (%s)", ([her],))
    shop.settle()
    assert shop.inside("everybody") == set()
    assert shop.conn.execute("select from membership").rowcount == 0


def test_the_segments_of_a_person(shop: Shop) -> None:
    shop.make("buyers", BUYERS)
    shop.make("everybody", tree.All(()))
    shop.happen(_bought("1", "ayşe"))
    assert store.of_person(shop.conn, shop.person("ayşe")) == [("everybody", "everybody")]


def test_a_segment_that_cannot_be_asked_stops_no_other(shop: Shop) -> None:
    shop.make("buyers", BUYERS)
    shop.make("broken", tree.Nothing((tree.Member("buyers"),)))
    shop.conn.execute("update segment_version set tree = replace(tree, 'buyers', 'gone')")
    shop.conn.commit()
    shop.happen(_bought("1", "ayşe"), _bought("2", "ayşe"))
    assert shop.inside("buyers") == {shop.person("ayşe")}
    assert shop.inside("broken") == set()
