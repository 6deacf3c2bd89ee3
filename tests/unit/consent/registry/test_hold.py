"""A refusal of somebody erased reaches the registry days later, or is given up for all to see."""

from datetime import datetime, timedelta

from kervan.consent import store as consent
from kervan.consent.registry import hold, outbox
from kervan.kernel.postgres import Connection
from kervan.profiles import erase as profiles
from tests.unit.consent.registry.world import NOON, World, world

AYSE = "+905321112233"
_HELD = "select count(*) from registry_outbox where address is not null or address_key is not null"


def _erase(w: World, person: int) -> int:
    """As an erasure does it; gives how many refusals hold her address."""
    hashes = [w.hash(AYSE)]
    held = hold.hold(w.conn, w.vault, hashes, w.at)
    outbox.erase(w.conn, hashes, w.at)
    consent.erase(w.conn, [person], hashes)
    profiles.erase(w.conn, [person], hashes)
    w.conn.commit()
    return held


def _known(w: World) -> int:
    """An address that the registry has a consent of."""
    person = w.person(AYSE)
    w.say(person, "granted", NOON - timedelta(minutes=5))
    w.settle()
    assert w.held(AYSE) == "ONAY"
    return person


def _held(w: World) -> int:
    row = w.conn.execute(_HELD).fetchone()
    w.conn.commit()
    assert row is not None
    return int(row[0])


def test_the_registry_hears_of_it_days_after_her_key_is_gone(postgres: Connection) -> None:
    with world(postgres) as w:
        person = _known(w)
        w.say(person, "withdrawn", w.at)
        # No speaker has looked at it yet, and the registry is away for two days.
        assert _erase(w, person) == 1
        assert w.conn.execute("select count(*) from profile").fetchone() == (0,)
        row = w.conn.execute("select address, held_until from registry_outbox where status = 'RET'")
        ((address, until),) = row.fetchall()
        assert AYSE.encode() not in bytes(address) and until > w.at + timedelta(days=2)
        w.simulator.fail("503", times=6)
        w.step()
        assert hold.of_people(w.conn, [person], NOON).waiting == 1
        w.at += timedelta(days=2)
        w.settle()
        assert w.held(AYSE) == "RET"
        assert w.rows() == [("done", ""), ("done", "")]
        assert _held(w) == 0, "nobody needs her address any more"
        assert hold.of_people(w.conn, [person], NOON) == (0, None, 1, 0)
        assert hold.given_up_since(w.conn, NOON) == 0


def test_what_is_never_heard_is_given_up_in_the_open(postgres: Connection) -> None:
    with world(postgres) as w:
        person = _known(w)
        w.say(person, "withdrawn", w.at)
        assert _erase(w, person) == 1
        w.simulator.fail("503", times=10_000)
        w.step()
        until = _until(w)
        assert hold.give_up(w.conn, until - timedelta(seconds=1)) == 0
        assert hold.of_people(w.conn, [person], NOON) == (1, until, 0, 0)
        assert hold.give_up(w.conn, until) == 1 and _held(w) == 0
        assert w.rows()[-1] == ("worthless", "given_up")
        assert hold.of_people(w.conn, [person], NOON).given_up == 1
        assert hold.given_up_since(w.conn, NOON) == 1
        assert hold.given_up_since(w.conn, until + timedelta(seconds=1)) == 0
        assert hold.give_up(w.conn, until) == 0


def test_how_long_is_a_fact_of_the_account(postgres: Connection) -> None:
    with world(postgres, facts={"values.erased_business_days": 1}) as w:
        person = _known(w)
        w.say(person, "withdrawn", w.at)
        assert _erase(w, person) == 1
        assert _until(w) == NOON.replace(hour=21) + timedelta(days=1), "the end of Thursday there"


def test_a_refusal_under_way_is_asked_about_by_the_held_address(postgres: Connection) -> None:
    with world(postgres) as w:
        person = _known(w)
        w.say(person, "withdrawn", w.at)
        w.at += timedelta(minutes=1)
        w.simulator.fail("500", "/consents")
        w.step()
        assert w.rows()[-1][0] == "doubt"
        assert _erase(w, person) == 1
        w.settle()
        assert w.held(AYSE) == "RET" and w.rows()[-1] == ("done", "") and _held(w) == 0


def test_her_consents_hold_nothing_and_other_peoples_words_stay(postgres: Connection) -> None:
    with world(postgres) as w:
        w.simulator.fail("503", times=10_000)
        person = w.person(AYSE)
        w.say(person, "granted", w.at - timedelta(minutes=1))
        w.say(w.person("+905321110000"), "withdrawn", w.at)
        w.step()
        assert _erase(w, person) == 0 and _held(w) == 0
        assert [state for state, _ in w.rows()] == ["refused", "waiting"]
        assert hold.given_up_since(w.conn, NOON) == 0, "a consent that ends with her is no loss"


def test_two_holders_at_once_keep_one_row(postgres: Connection) -> None:
    with world(postgres) as w:
        person = _known(w)
        w.say(person, "withdrawn", w.at)
        assert hold.hold(w.conn, w.vault, [w.hash(AYSE)], w.at) == 1
        assert hold.hold(w.conn, w.vault, [w.hash(AYSE)], w.at) == 0
        w.conn.commit()
        w.settle()
        assert w.rows() == [("done", ""), ("done", "")]


def _until(w: World) -> datetime:
    row = w.conn.execute("select max(held_until) from registry_outbox").fetchone()
    w.conn.commit()
    assert row is not None
    found: datetime = row[0]
    return found
