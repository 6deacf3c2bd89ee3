"""A broadcast from its start to its end: everybody once, counted right at every moment."""

import asyncio
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from clickhouse_connect.driver.client import Client

from kervan.delivery import books, outbox, receipts
from kervan.delivery.broadcasts import act, store
from kervan.delivery.channels.channel import WITHHELD, LineLost
from kervan.delivery.journal import open_journal
from kervan.delivery.receipts import Kind
from kervan.delivery.states import State
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.delivery.broadcasts.shop import Shop
from tests.unit.delivery.gate import accept, judge, live_in
from tests.unit.delivery.world import intend, intents


@pytest.fixture
def shop(postgres: Connection, clickhouse: Client) -> Shop:
    """A shop with one message."""
    made = Shop(postgres, clickhouse)
    made.message("news")
    return made


def test_everybody_in_it_gets_one_message_and_then_it_is_done(shop: Shop) -> None:
    people = shop.people(7)
    silent = shop.people(2, consenting=False)
    shop.write()
    shop.start()
    assert shop.now().audience == 0
    shop.run()
    told = shop.now()
    assert (told.audience, told.unplanned, told.first.states[State.QUEUED]) == (9, 0, 9)
    assert set(shop.due()) == {*people, *silent}
    shop.people(1)  # too late for this one
    assert len(shop.send()) == 7
    told = shop.now()
    assert (told.first.reached, told.first.final) == (7, 9)
    assert told.first.reasons == {"delivery.no_consent": 2}
    shop.run()
    assert store.get(shop.conn, "news").status == store.DONE
    assert shop.conn.execute("select count(*) from broadcast_audience").fetchone() == (0,)
    assert shop.now().audience == 9


TWO = [{"name": "A", "message": "one"}, {"name": "B", "message": "two"}]


@pytest.fixture
def trying(shop: Shop) -> Shop:
    """The same with two more messages, to try."""
    shop.message("one")
    shop.message("two")
    return shop


def click(shop: Shop, arm: str, most: int, *, by: Kind = "clicked") -> None:
    """So many of those who got a variant click."""
    rows = shop.conn.execute(
        "select id from message where step = %s and state = 2 order by id limit %s", (arm, most)
    ).fetchall()
    receipts.note(shop.conn, [receipts.Fact(one, by, shop.at) for (one,) in rows])
    shop.conn.commit()


def test_the_rest_waits_for_the_winner_and_gets_it(trying: Shop) -> None:
    shop = trying
    shop.people(200)
    shop.write(
        test={"share_percent": 40, "wait_hours": 4, "variants": TWO, "fewest": 1}, expires_hours=3
    )
    shop.start()
    shop.run()
    told = shop.now()
    tried = told.first.planned
    assert 50 < tried < 110
    assert told.unplanned == 200 - tried
    assert all(one.planned > 20 for one in told.arms.values())
    assert len(shop.send()) == tried
    click(shop, "A", 2)
    click(shop, "A", 20, by="machine_clicked")
    click(shop, "B", 15)
    assert shop.now().arms["A"].facts == {"clicked": 2, "clicked_by_machines": 20}
    shop.run()  # everybody of the test has it: from now on it is waited
    shop.pass_hours(3.9)
    assert shop.run() == 0
    shop.pass_hours(0.2)
    shop.run()
    winner = store.get(shop.conn, "news").winner
    assert winner is not None
    assert (winner.arm, winner.rule) == (1, "better")
    assert [(one.name, one.reacted) for one in winner.tallies] == [("A", 2), ("B", 15)]
    told = shop.now()
    assert (told.unplanned, told.arms["A"].planned + told.arms["B"].planned) == (0, 200)
    assert told.arms["B"].states[State.QUEUED] == 200 - tried
    late = "select min(expires_at) from message where state = 0"
    assert shop.conn.execute(late).fetchone() == (shop.at + timedelta(hours=3),)
    shop.send()
    shop.run()
    assert store.get(shop.conn, "news").status == store.DONE
    assert shop.now().first.final == 200


def test_who_bought_after_it_came_counts_for_her_variant(trying: Shop) -> None:
    shop = trying
    people = shop.people(60)
    test = {"share_percent": 100, "variants": TWO, "metric": "conversion", "event": "Bought"}
    kept = shop.write(test=test)
    shop.start()
    shop.run()
    shop.send()
    got = dict(shop.conn.execute("select person, step from message").fetchall())
    at_ms = clock.to_ms(shop.at)
    shop.happened("Bought", dict.fromkeys(people[:8], at_ms + 60_000))
    shop.happened("Bought", {people[8]: at_ms - 60_000, people[9]: at_ms - 1})
    found = shop.runner.tallies(shop.conn, store.get(shop.conn, kept.key))
    want = Counter(got[one] for one in people[:8])
    assert {one.name: one.reacted for one in found} == {name: want[name] for name in ("A", "B")}


def test_who_clicked_and_was_lost_after_all_holds_up_no_winner(trying: Shop) -> None:
    trying.people(60)
    trying.write(test={"share_percent": 50, "wait_hours": 4, "variants": TWO})
    trying.start()
    trying.run()
    trying.send()
    trying.run()
    trying.conn.execute("update message set clicked_at = %s where state = 2", (trying.at,))
    trying.conn.execute(
        "update message set state = 4 where state = 2 and id not in "
        "(select distinct on (step) id from message where state = 2 order by step, id)"
    )
    trying.pass_hours(5)
    trying.run()
    winner = store.get(trying.conn, "news").winner
    assert winner is not None
    assert {(one.reached, one.reacted) for one in winner.tallies} == {(1, 1)}


def test_what_is_said_again_goes_to_who_has_not_clicked(shop: Shop) -> None:
    shop.message("again")
    shop.people(30)
    silent = shop.people(1, consenting=False)
    shop.write(resend={"after_hours": 48, "message": "again"})
    shop.start()
    shop.run()
    assert len(shop.send()) == 30
    click(shop, "all", 10)
    shop.pass_hours(1)
    shop.run()
    told = shop.now()
    assert (told.again.planned, told.again.states[State.QUEUED]) == (20, 20)
    assert shop.send() == [], "not before its time"
    click(shop, "all", 14)
    shop.pass_hours(47.1)
    assert len(shop.send()) == 16
    shop.run()
    told = shop.now()
    assert told.again.reasons == {"delivery.broadcast_clicked": 4}
    assert (told.again.reached, told.again.final) == (16, 20)
    assert store.get(shop.conn, "news").status == store.DONE
    rows = shop.conn.execute("select count(*) from message where person = %s", silent)
    assert rows.fetchone() == (1,)


def test_a_hold_out_passes_the_gate_and_ends_as_ghosts(shop: Shop) -> None:
    shop.people(100)
    shop.people(40, consenting=False)
    shop.write(hold_out_percent=30)
    shop.start()
    shop.run()
    going = shop.send()
    told = shop.now()
    ghosts = told.first.states[State.GHOST]
    assert 10 < ghosts < 50
    assert len(going) == 100 - ghosts
    assert told.first.reasons == {"delivery.held_out": ghosts, "delivery.no_consent": 40}
    assert shop.conn.execute("select count(*) from slot").fetchone() == (len(going),)


def test_it_stops_at_once_and_goes_on_or_ends(shop: Shop) -> None:
    shop.people(40)
    shop.write()
    shop.start()
    shop.runner.step(shop.conn, clock.to_ms(shop.at))
    act.stop(shop.conn, "news", "wrong price", shop.at, "oya")
    shop.conn.commit()
    assert shop.run() == 0, "nothing more is planned"
    assert shop.now().unplanned == 40
    act.resume(shop.conn, "news", shop.at, "oya", drop=False)
    shop.run()
    act.stop(shop.conn, "news", "wrong again", shop.at, "oya")
    shop.conn.commit()
    assert shop.send() == []
    act.resume(shop.conn, "news", shop.at, "oya", drop=False)
    books.recover(shop.conn, 1, shop.at)
    shop.conn.commit()
    some = judge(shop.conn, shop.at, limit=15)[0]
    accept(shop.conn, some, shop.at)
    act.stop(shop.conn, "news", "it is enough", shop.at, "oya")
    act.resume(shop.conn, "news", shop.at, "oya", drop=True)
    shop.conn.commit()
    assert shop.send() == [], "from now on, not once the last row is written"
    shop.run()
    assert outbox.stops(shop.conn) == []
    told = shop.now()
    assert (told.first.reached, told.first.final) == (15, 40)
    assert told.first.reasons == {"delivery.broadcast_cancelled": 25}
    assert store.get(shop.conn, "news").status == store.CANCELLED
    with pytest.raises(KervanError, match="cancelled"):
        act.cancel(shop.conn, "news", shop.at, "oya")


def test_a_stop_reaches_what_a_sender_holds(shop: Shop, postgres_url: str, workspace: str) -> None:
    async def hand_over(message: uuid.UUID) -> str:
        journal = await open_journal(postgres_url, workspace, "email")
        try:
            await journal.record(message, 1, 0, "")
        except LineLost as error:
            return str(error)
        finally:
            await journal.close()
        return "left"

    shop.people(2)
    shop.write()
    shop.start()
    shop.run()
    first, second = (one.subject.message for one in judge(shop.conn, shop.at)[0])
    shop.conn.commit()
    assert asyncio.run(hand_over(first)) == "left"
    act.stop(shop.conn, "news", "wrong price", shop.at, "oya")
    shop.conn.commit()
    assert asyncio.run(hand_over(second)) == str(LineLost(WITHHELD))


def test_what_follows_from_what_people_do_goes_first(shop: Shop) -> None:
    people = shop.people(3)
    shop.write()
    shop.start()
    shop.run()
    shop.pass_hours(1)
    intend(shop.conn, intents(people[:1], at=shop.at))
    [first, *rest] = books.claim(shop.conn, 1, "email", 3, shop.at)
    assert first.subject.journey == "basket"
    assert [one.subject.campaign for one in rest] == ["broadcast:news"] * 2


def test_what_is_cancelled_before_it_is_planned_has_its_rows_all_the_same(trying: Shop) -> None:
    shop = trying
    shop.people(50)
    shop.write(test={"share_percent": 50, "variants": TWO})
    shop.start()
    shop.run()
    tried = len(shop.send())
    shop.run()
    act.cancel(shop.conn, "news", shop.at, "oya")
    shop.run()
    told = shop.now()
    assert (told.unplanned, told.first.reached, told.first.final) == (0, tried, 50)
    assert told.first.states[State.CANCELLED] == 50 - tried


def test_two_who_are_one_get_one_and_who_is_erased_none(shop: Shop) -> None:
    one, other, gone, fourth = shop.people(4)
    shop.write()
    shop.start()
    shop.runner.step(shop.conn, clock.to_ms(shop.at))
    shop.conn.execute("delete from identifier where person = %s", (gone,))
    shop.conn.execute("delete from profile where person = %s", (gone,))
    shop.run()
    shop.conn.execute("update profile set merged_into = %s where person = %s", (one, other))
    going = {claim.subject.person for claim in shop.send()}
    assert going == {one, fourth}
    told = shop.now()
    assert told.first.reasons == {
        "delivery.broadcast_merged": 1, "delivery.person_erased": 1,
    }  # fmt: skip
    assert told.first.final == 4


def test_each_at_her_own_clock(shop: Shop) -> None:
    here, there, nowhere = shop.people(3)
    live_in(shop.conn, here, "Europe/Istanbul")
    live_in(shop.conn, there, "America/New_York")
    shop.mirror()
    shop.write(at="2026-11-28T10:00", local=True)
    act.start(shop.conn, "news", "Europe/Istanbul", shop.at, "oya")
    shop.conn.commit()
    assert shop.run() == 0
    shop.pass_hours(11)  # it is 10:00 on the Line Islands, where nobody lives
    shop.run()
    kept = store.get(shop.conn, "news")
    assert (kept.status, f"{kept.starts_at:%d %H:%M}") == (store.SCHEDULED, "28 07:00")
    shop.pass_hours(11)
    shop.run()
    assert {who: f"{at:%d %H:%M}" for who, at in shop.due().items()} == {
        here: "28 07:00", there: "28 15:00", nowhere: "28 07:00",
    }  # fmt: skip


def test_a_changed_text_waits_to_be_started_again(shop: Shop) -> None:
    shop.people(2)
    shop.write(at="2026-11-27T15:00")
    act.start(shop.conn, "news", "Europe/Istanbul", shop.at, "ana")
    kept = shop.write(at="2026-11-27T18:00")
    assert kept.status == store.DRAFT, "it was started for three o'clock, and by somebody else"
    shop.pass_hours(4)
    assert shop.run() == 0
    act.start(shop.conn, "news", "Europe/Istanbul", shop.at, "ana")
    assert f"{store.get(shop.conn, 'news').starts_at:%d %H:%M}" == "27 15:00"


def test_one_that_cannot_start_says_why_and_stands_in_nobodys_way(shop: Shop) -> None:
    shop.people(2)
    shop.write("lost")
    shop.write("news")
    shop.start("lost")
    shop.start("news")
    shop.conn.execute(
        "update broadcast_version set definition = replace(definition, %s, %s) where broadcast = 1",
        ('"message":"news"', '"message":"gone"'),
    )
    shop.run()
    lost = store.get(shop.conn, "lost")
    assert (lost.status, lost.problem) == (store.DRAFT, "delivery.broadcast_not_valid")
    assert shop.now().first.planned == 2


def test_the_best_hour_and_channel_are_chosen_for_each_and_told(shop: Shop) -> None:
    for one in shop.people(3):
        live_in(shop.conn, one, "Europe/Istanbul")
    shop.write(at="best", best={"from": "10:00", "until": "11:00", "channel": True})
    shop.start()
    shop.run()
    for at in shop.due().values():
        assert f"{at:%d %H}" == "28 07", "the next ten o'clock in Istanbul"
    rows = shop.conn.execute("select choice from message").fetchall()
    assert all(one["time"]["hour"] == 10 and one["channel"]["chosen"] == "email" for (one,) in rows)
    assert shop.now().unplanned == 0
