"""Colleagues are mailed of people once, with as much of them as their role may see."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kervan.app import notices as mailing
from kervan.delivery import books, reach
from kervan.delivery.letters import colleagues
from kervan.delivery.outbox import context_place
from kervan.journeys.effects import notices
from kervan.journeys.steps.notify import Notify
from kervan.kernel import clock
from kervan.kernel.config import Config
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.web import users
from tests.unit.delivery.world import add_people
from tests.unit.journeys.effects import doing
from tests.unit.journeys.shop import VAULT


@pytest.fixture
def config(workspace: str, tmp_path: Path) -> Config:
    return Config(data=tmp_path, workspace=workspace)


def _pass(conn: Connection, people: list[int], step: Notify) -> None:
    doing.do(conn, doing.passing(step, people))


def _mails(conn: Connection) -> list[tuple[str, dict[str, Any]]]:
    """(address, what it shows) of the mails on their way, by address."""
    now = clock.now() + timedelta(seconds=1)
    claims = books.claim(conn, 1, "email", 100, now)
    persons = profiles.contacts(conn, VAULT, sorted({one.subject.person for one in claims}))
    reached = reach.reach(conn, VAULT, claims, persons, [""] * len(claims))
    found = []
    for claim, one in zip(claims, reached, strict=True):
        assert one is not None
        key, place = one.person.key, context_place(claim.subject.message)
        found.append((one.address, msgspec.json.decode(VAULT.open(key, claim.context, place))))
    return sorted(found, key=lambda one: (one[0], one[1]["subject"]))


def _facts(shown: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["value"] for one in shown["facts"]}


def test_each_role_sees_what_it_may_and_the_look_is_written_down(
    postgres: Connection, config: Config
) -> None:
    users.add(postgres, config.workspace, "agent@shop.example", ["agent"], locale="tr")
    users.add(postgres, config.workspace, "ece@shop.example", ["marketer"], locale="en")
    gone = users.add(postgres, config.workspace, "gone@shop.example", ["agent"])
    users.disable(postgres, config.workspace, gone)
    [person] = add_people(postgres, ["irem@home.example"])
    step = Notify(to=["Ece@shop.example"], role="agent", subject="VIP", text="Call 0532 123 45 67")
    _pass(postgres, [person], step)
    now_ms = clock.now_ms()
    assert not mailing.step(postgres, VAULT, config, now_ms)
    assert not mailing.step(postgres, VAULT, config, now_ms)
    (to, full), (other, covered) = _mails(postgres)
    assert (to, other) == ("agent@shop.example", "ece@shop.example")
    assert _facts(full)["E-posta"] == "irem@home.example"
    assert _facts(covered)["E-mail"] == "i***@h***.example"
    assert full["lines"] == ["Call 0532 123 45 67"]
    assert "123" not in covered["lines"][0]
    seen = postgres.execute("select what, facts from kervan.audit").fetchall()
    [public] = postgres.execute("select id from profile").fetchall()
    assert seen == [("people.revealed", {"people": [str(public[0])]})]
    [event] = doing.told(postgres, "Colleague Notified")
    assert event["properties"]["colleagues"] == 2


def test_of_a_crowd_the_first_are_mailed_and_the_others_counted(
    postgres: Connection, config: Config
) -> None:
    users.add(postgres, config.workspace, "ece@shop.example", ["agent"], locale="en")
    people = add_people(postgres, [""] * 25)
    _pass(postgres, people, Notify(to=["ece@shop.example"], subject="VIP"))
    mailing.step(postgres, VAULT, config, clock.now_ms())
    mails = [shown for _, shown in _mails(postgres)]
    assert len(mails) == 21
    [rest] = [one for one in mails if one["lines"]]
    assert rest["lines"][0].startswith("5 more people") and list(_facts(rest)) == [
        "Journey and step"
    ]
    [(seen,)] = postgres.execute("select facts from kervan.audit").fetchall()
    assert len(seen["people"]) == 21, "the last one's subject is somebody's too"


def test_a_crowd_of_several_turns_is_no_flood_of_mails(
    postgres: Connection, config: Config
) -> None:
    users.add(postgres, config.workspace, "ece@shop.example", ["marketer"], locale="en")
    people = add_people(postgres, [""] * 60)
    _pass(postgres, people, Notify(to=["ece@shop.example"], subject="VIP"))
    crowd = mailing.Crowd()
    turns = 0
    while mailing.step(postgres, VAULT, config, clock.now_ms(), crowd, 15):
        turns += 1
    assert turns == 4 and crowd == mailing.Crowd()
    mails = [shown for _, shown in _mails(postgres)]
    [rest] = [one for one in mails if one["lines"]]
    assert len(mails) == 21 and rest["lines"][0].startswith("40 more people")
    assert len(doing.told(postgres, "Colleague Notified")) == 60


def test_who_was_joined_meanwhile_is_told_of_as_the_one_she_is(
    postgres: Connection, config: Config
) -> None:
    users.add(postgres, config.workspace, "ece@shop.example", ["agent"], locale="en")
    head, atom = add_people(postgres, ["irem@home.example", ""])
    _pass(postgres, [atom], Notify(to=["ece@shop.example"], subject="VIP"))
    postgres.execute("update profile set merged_into = %s where person = %s", (head, atom))
    mailing.step(postgres, VAULT, config, clock.now_ms())
    [(_, shown)] = _mails(postgres)
    assert _facts(shown)["E-mail"] == "irem@home.example"


def test_whom_nobody_is_left_to_tell_of_is_told_so(postgres: Connection, config: Config) -> None:
    [person] = add_people(postgres, [""])
    _pass(postgres, [person], Notify(to=["ece@shop.example"], subject="VIP"))
    mailing.step(postgres, VAULT, config, clock.now_ms())
    assert doing.failures(postgres) == [(person, "journeys.notify_unknown")]
    assert _mails(postgres) == [] and notices.waiting(postgres, VAULT) == []


def test_an_address_is_forgotten_when_no_mail_waits(postgres: Connection, config: Config) -> None:
    users.add(postgres, config.workspace, "ece@shop.example", ["marketer"])
    _pass(postgres, add_people(postgres, [""]), Notify(to=["ece@shop.example"], subject="VIP"))
    mailing.step(postgres, VAULT, config, clock.now_ms())
    [(contact, sealed)] = postgres.execute(
        "select contact, sealed from colleague_address"
    ).fetchall()
    assert b"ece" not in bytes(sealed) and colleagues.find(postgres, VAULT, [contact.bytes])
    assert colleagues.forget(postgres, clock.now() + timedelta(hours=25)) == 0
    assert colleagues.forget(postgres, clock.now() + timedelta(days=3)) == 1


def test_a_text_that_names_no_user_is_refused(postgres: Connection, config: Config) -> None:
    users.add(postgres, config.workspace, "ece@shop.example", ["marketer"])
    mailing.listen()
    [known] = [ask(postgres) for ask in notices.colleagues]
    notices.colleagues.clear()
    assert known == notices.Known(frozenset({"ece@shop.example"}), frozenset({"marketer"}))
