"""A Turkish commercial message needs an answer of the registry that is younger than a day."""

from datetime import timedelta

from kervan.consent.registry import fresh
from kervan.consent.registry.fresh import Standing
from kervan.kernel.postgres import Connection
from tests.unit.consent.registry.world import NOON, world

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
        assert fresh.known_facts(postgres, "") is not None


def test_an_address_that_nobody_can_open_is_forgotten(postgres: Connection) -> None:
    with world(postgres) as w:
        fresh.standings(postgres, "", "sms", [w.hash(AYSE)], w.at)
        postgres.commit()
        w.settle()
        assert postgres.execute("select count(*) from registry_wanted").fetchone() == (0,)


def test_merchants_may_be_written_to_until_they_refuse(postgres: Connection) -> None:
    assert Standing("", fresh=True, merchant=True).allows
    assert not Standing("RET", fresh=True, merchant=True).allows
    assert Standing("RET", fresh=False, merchant=True).refuses
    assert not Standing("ONAY", fresh=False, merchant=False).allows


def test_the_overview_shows_what_an_operator_has_to_see(postgres: Connection) -> None:
    with world(postgres) as w:
        w.say(w.person(AYSE), "granted", NOON - timedelta(minutes=5))
        w.say(w.person("+4915112345678"), "granted", NOON - timedelta(minutes=5))
        w.settle()
        seen = fresh.overview(postgres, "")
        assert seen.counts == {"done": 1, "refused": 1}
        assert seen.late == 0
        assert [row[-1] for row in seen.troubled] == ["foreign_number"]
