"""A Turkish commercial message needs an answer of the registry that is younger than a day."""

from datetime import timedelta

from kervan.consent.registry import account as accounts
from kervan.consent.registry import fresh
from kervan.consent.registry.fresh import Standing
from kervan.kernel.postgres import Connection
from tests.unit.consent.registry.world import NOON, VAULT, world

AYSE, ZEYNEP = "+905321112233", "+905320000001"


def test_what_is_not_known_is_asked_for_and_then_fresh_for_a_day(postgres: Connection) -> None:
    with world(postgres) as w:
        w.registry.citizen(AYSE, "MESAJ", "ONAY", "HS_WEB")
        people = [w.person(AYSE), w.person(ZEYNEP)]
        for one in people:  # an address the ledger knows
            w.say(one, "granted", NOON - timedelta(days=50))
        hashes = [w.hash(AYSE), w.hash(ZEYNEP)]
        asked = fresh.standings(postgres, "", "sms", hashes, w.at)
        postgres.commit()
        assert set(asked.values()) == {Standing(None, fresh=False, merchant=False)}
        w.settle()
        ayse, zeynep = (fresh.standings(postgres, "", "sms", hashes, w.at)[one] for one in hashes)
        assert (ayse.status, ayse.fresh, ayse.allows) == ("ONAY", True, True)
        assert (zeynep.status, zeynep.allows, zeynep.refuses) == ("", False, True)
        assert sum("/status/" in path for _, path in w.simulator.calls) == 1  # both at once
        w.registry.citizen(AYSE, "MESAJ", "RET")
        w.at += timedelta(hours=24, seconds=1)
        stale = fresh.standings(postgres, "", "sms", hashes, w.at)
        postgres.commit()
        assert (stale[hashes[0]].fresh, stale[hashes[0]].allows) == (False, False)
        w.settle()
        w.at += timedelta(minutes=1)
        w.settle()
        found = fresh.standings(postgres, "", "sms", hashes, w.at)[hashes[0]]
        assert (found.status, found.refuses) == ("RET", True)


def test_nobody_is_asked_without_an_account_or_a_type(postgres: Connection) -> None:
    assert fresh.standings(postgres, "", "sms", [b"x" * 16], NOON) == {}
    with world(postgres) as w:
        assert fresh.standings(postgres, "", "push", [w.hash(AYSE)], NOON) == {}
        assert fresh.standings(postgres, "sister", "sms", [w.hash(AYSE)], NOON) == {}


def test_merchants_may_be_written_to_until_they_refuse(postgres: Connection) -> None:
    assert Standing("", fresh=True, merchant=True).allows
    assert not Standing("RET", fresh=True, merchant=True).allows
    assert Standing("RET", fresh=False, merchant=True).refuses
    assert not Standing("ONAY", fresh=False, merchant=False).allows


def test_where_nobody_can_be_asked_the_last_list_of_changes_counts(postgres: Connection) -> None:
    with world(postgres) as w:
        w.say(w.person(AYSE), "granted", NOON - timedelta(minutes=5))
        w.settle()
        told = {"username": "u", "password": "p"}
        accounts.save(postgres, VAULT, "", "verimor", told, w.at)
        hashes = [w.hash(AYSE), w.hash(ZEYNEP)]
        for hours, fresh_then in ((1, True), (25, False)):
            at = w.at + timedelta(hours=hours)
            found = fresh.standings(postgres, "", "sms", hashes, at)
            assert (found[hashes[0]].fresh, found[hashes[1]].fresh) == (fresh_then, False)
        w.at += timedelta(hours=30)
        postgres.execute("update registry_progress set pulled_at = %s", (w.at,))
        assert fresh.standings(postgres, "", "sms", hashes, w.at)[hashes[0]].allows
        assert postgres.execute("select count(*) from registry_wanted").fetchone() == (0,)
