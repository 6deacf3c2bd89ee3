"""Who waits for a state is not forgotten, and an operator sees what is in trouble."""

from datetime import timedelta

from kervan.consent.registry import ask, fresh
from kervan.kernel.postgres import Connection
from tests.unit.consent.registry.world import NOON, world

AYSE = "+905321112233"


def test_an_address_that_nobody_can_open_is_forgotten(postgres: Connection) -> None:
    with world(postgres) as w:
        fresh.standings(postgres, "", "sms", [w.hash(AYSE)], w.at)
        postgres.commit()
        w.settle()
        assert postgres.execute("select count(*) from registry_wanted").fetchone() == (0,)


def test_the_overview_shows_what_an_operator_has_to_see(postgres: Connection) -> None:
    with world(postgres) as w:
        w.say(w.person(AYSE), "granted", NOON - timedelta(minutes=5))
        w.say(w.person("+4915112345678"), "granted", NOON - timedelta(minutes=5))
        w.settle()
        seen = ask.overview(postgres, "")
        assert seen.counts == {"done": 1, "refused": 1}
        assert seen.late == 0
        assert [row[-1] for row in seen.troubled] == ["foreign_number"]
