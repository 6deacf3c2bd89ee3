"""What waits for the registry is given up with the person whose address nobody holds."""

from datetime import timedelta

from kervan.consent.registry import outbox
from kervan.kernel.postgres import Connection
from tests.unit.consent.registry.world import NOON, VAULT, world

AYSE = "+905321112233"


def test_an_erasure_ends_what_waits(postgres: Connection) -> None:
    with world(postgres) as w:
        w.say(w.person(AYSE), "granted", NOON - timedelta(minutes=5))
        w.simulator.fail("503", times=50)
        w.step()
        assert outbox.erase(w.conn, [w.hash(AYSE)], w.at) == 1
        w.conn.commit()
        assert w.rows() == [("refused", "erased")]


def test_an_address_under_a_destroyed_key_is_gone(postgres: Connection) -> None:
    with world(postgres) as w:
        ayse = w.person(AYSE)
        w.say(ayse, "granted", NOON - timedelta(minutes=5))
        postgres.execute("update profile set key = %s", (VAULT.new_person_key(),))
        w.settle()
        assert w.rows() == [("refused", "erased")]
        assert outbox.reveal(VAULT, None, None) == ("", False)


def test_erased_while_in_doubt(postgres: Connection) -> None:
    with world(postgres) as w:
        w.say(w.person(AYSE), "granted", NOON - timedelta(minutes=5))
        w.simulator.fail("500", "/consents")
        w.step()
        assert w.rows()[0][0] == "doubt"
        postgres.execute("update contact_point set sealed = null")
        postgres.commit()
        w.settle()
        assert w.rows() == [("refused", "erased")]
