"""A pause, a limit and a language that people chose are obeyed at the gate."""

from datetime import datetime, timedelta

import pytest

from kervan.consent import preferences
from kervan.consent.ledger import Change
from kervan.consent.preferences import Choices
from kervan.delivery import books, chosen, gather
from kervan.delivery.decide import Reason
from kervan.delivery.states import State
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.delivery.world import VAULT, add_people, intend, intents

SENDER = 1


@pytest.fixture
def person(postgres: Connection) -> int:
    """Somebody who agreed to marketing mail."""
    [found] = add_people(postgres, ["ayse@ev.example"])
    return found


def choose(conn: Connection, person: int, wanted: Choices) -> None:
    """Keep her choices."""
    contact = VAULT.blind("email", "ayse@ev.example")
    said = Change("email", "granted", clock.now(), person, contact, "email")
    preferences.save(conn, VAULT, said, wanted, clock.now())


def claims(conn: Connection, at: datetime | None = None) -> list[books.Claim]:
    """All that is due."""
    return books.claim(conn, SENDER, "email", 100, at or clock.now())


def judged(conn: Connection, some: list[books.Claim], at: datetime | None = None) -> list[str]:
    """What the gate says of each claim: its reason, or "" for go; refusals are booked."""
    at = at or clock.now()
    jobs, results = gather.judge(conn, VAULT, some, at, healthy=True, hold_seconds=1)
    reasons = {one.claim.subject.message: one.reason for one in results}
    books.write(conn, [SENDER], results, at)
    going = {one.claim.subject.message for one in jobs}
    assert going.isdisjoint(reasons)
    return [reasons.get(one.subject.message, "") for one in some]


def accept(conn: Connection, some: list[books.Claim], at: datetime) -> None:
    """The other side took them at `at`."""
    ends: list[books.Result] = [books.End(one, State.ACCEPTED, "", 1, at) for one in some]
    books.write(conn, [SENDER], ends, at)


def want(conn: Connection, person: int, key: str, message_class: str = "marketing") -> None:
    """One more message for her."""
    lives = timedelta(days=60)
    intend(conn, intents([person], key=key, message_class=message_class, lives=lives))


def test_who_pauses_gets_what_she_bought_but_no_marketing(
    postgres: Connection, person: int
) -> None:
    until = clock.now() + timedelta(days=30)
    choose(postgres, person, Choices(paused_until=until))
    want(postgres, person, "a")
    want(postgres, person, "b", "transactional")
    found = dict(zip(["a", "b"], judged(postgres, claims(postgres)), strict=True))
    assert sorted(found.values()) == ["", Reason.PAUSED.code]
    later = until + timedelta(seconds=1)
    want(postgres, person, "c")
    assert judged(postgres, claims(postgres, later), later) == [""]


def test_at_most_once_a_week_is_once_in_any_seven_days(postgres: Connection, person: int) -> None:
    choose(postgres, person, Choices(most=1, most_days=7))
    for key in "abc":
        want(postgres, person, key)
    want(postgres, person, "order", "transactional")
    start = clock.now()
    some = claims(postgres)
    reasons = judged(postgres, some)
    assert sorted(reasons) == ["", "", *[Reason.FREQUENCY_CHOSEN.code] * 2]
    # What is only held counts too, as does what was accepted within the week.
    want(postgres, person, "d")
    assert judged(postgres, claims(postgres)) == [Reason.FREQUENCY_CHOSEN.code]
    gone = [one for one, why in zip(some, reasons, strict=True) if not why]
    accept(postgres, gone, start)
    for key, days, expected in (("e", 6.9, Reason.FREQUENCY_CHOSEN.code), ("f", 7.1, "")):
        at = start + timedelta(days=days)
        want(postgres, person, key)
        assert judged(postgres, claims(postgres, at), at) == [expected]


def test_the_limit_follows_her_through_a_merge(postgres: Connection, person: int) -> None:
    [other] = add_people(postgres, ["b@ev.example"])
    want(postgres, other, "a")
    some = claims(postgres)
    assert judged(postgres, some) == [""]
    accept(postgres, some, clock.now())
    choose(postgres, person, Choices(most=1, most_days=7))
    postgres.execute("update profile set merged_into = %s where person = %s", (person, other))
    want(postgres, person, "b")
    assert judged(postgres, claims(postgres)) == [Reason.FREQUENCY_CHOSEN.code]


def test_the_language_she_chose_is_the_mails(postgres: Connection, person: int) -> None:
    choose(postgres, person, Choices(language="az"))
    want(postgres, person, "a")
    some = claims(postgres)
    assert chosen.ask(postgres, some, clock.now()).language == ["az"]
    [job], _ = gather.judge(postgres, VAULT, some, clock.now(), healthy=True, hold_seconds=1)
    assert job.person.locale == "az"


def test_without_choices_nothing_is_asked(postgres: Connection, person: int) -> None:
    want(postgres, person, "a")
    found = chosen.ask(postgres, claims(postgres), clock.now())
    assert not found.paused.any()
    assert not found.frequent.any()
    assert found.language == [""]
