"""A refusal reaches a message until its hand-over is journalled, and each has one final state."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kervan.consent import ledger
from kervan.consent.ledger import Change
from kervan.delivery import books, refusals
from kervan.kernel import clock, ids
from kervan.kernel import postgres as state
from kervan.kernel.postgres import Connection
from tests.unit.delivery.peer import Peer, until
from tests.unit.delivery.world import (
    VAULT,
    add_people,
    intend,
    intents,
    make_sender,
    sending,
    states,
)

WORD = refusals.WITHDRAWN


def void(conn: Connection, people: list[int]) -> int:
    """Take back all e-mail marketing to `people`, and commit."""
    count = refusals.void(conn, people, ["email"], WORD, clock.now())
    conn.commit()
    return count


def own_events(conn: Connection) -> int:
    """How many own events are in the intake."""
    row = conn.execute("select coalesce(sum(events), 0) from kervan.intake").fetchone()
    conn.commit()
    assert row is not None
    return int(row[0])


def test_what_waits_is_taken_back_and_other_mail_stays(postgres: Connection) -> None:
    due, later, put_off, other = add_people(postgres, [f"p{i}@home.example" for i in range(4)])
    intend(postgres, intents([put_off]))
    [claim] = books.claim(postgres, 1, "email", 1, clock.now())
    books.write(postgres, [1], [books.PutOff(claim, clock.now(), 1, "x")], clock.now())
    intend(postgres, intents([due, other]))
    intend(postgres, intents([later], wait=timedelta(hours=1)))
    intend(postgres, intents([due], message_class="transactional", key="receipt"))
    assert refusals.void(postgres, [due, later], ["sms"], WORD, clock.now()) == 0
    assert refusals.void(postgres, [], ["email"], WORD, clock.now()) == 0
    assert void(postgres, [due, later, put_off]) == 3
    assert void(postgres, [due, later, put_off]) == 0
    assert states(postgres) == {"cancelled": 3, "queued": 2}
    assert postgres.execute(
        "select distinct reason from message where state = 7"
    ).fetchall() == [(WORD,)]  # fmt: skip
    assert own_events(postgres) == 3


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_what_is_on_the_wire_is_withheld_and_its_neighbours_go(
    postgres: Connection, postgres_url: str, workspace: str, stage: str
) -> None:
    people = add_people(postgres, [f"p{i}@home.example" for i in range(8)])
    told: list[str] = []

    def script(said: str, number: int, to: str) -> None:
        if said == stage and not told and (stage == "mail" or to == "p3@home.example"):
            told.append(said)
            with state.connect(postgres_url, workspace=workspace) as conn:
                void(conn, [people[3]])

    with Peer(script) as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        intend(postgres, intents(people))
        until(lambda: states(postgres) == {"accepted": 7, "cancelled": 1})
    assert sorted(to for _, to, _ in peer.whole) == [
        f"p{i}@home.example" for i in range(8) if i != 3
    ]
    assert own_events(postgres) == 8
    assert postgres.execute(
        "select count(*) from hand_over h join message m on m.id = h.message where m.state = 7"
    ).fetchone() == (0,)


def test_what_is_journalled_has_left(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    [person] = add_people(postgres, ["a@home.example"])

    def script(said: str, number: int, to: str) -> None:
        if said == "end":
            with state.connect(postgres_url, workspace=workspace) as conn:
                void(conn, [person])

    with Peer(script) as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        intend(postgres, intents([person]))
        until(lambda: states(postgres) == {"accepted": 1})
    assert own_events(postgres) == 1
    assert void(postgres, [person]) == 0


def test_withdrawals_in_the_middle_of_a_burst_leave_one_final_state_each(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    people = add_people(postgres, [f"p{i}@home.example" for i in range(120)])
    intend(postgres, intents(people))
    chance = ids.random(7)
    chance.shuffle(people)
    with Peer() as peer, sending(make_sender(postgres_url, workspace, peer.url)):
        for start in range(0, 90, 3):
            void(postgres, people[start : start + 3])
        until(lambda: states(postgres).keys() <= {"accepted", "cancelled"})
    found = states(postgres)
    assert sum(found.values()) == 120
    assert len(peer.whole) == len(peer.accepted) == found["accepted"] >= 30
    assert own_events(postgres) == 120
    assert postgres.execute("select count(*) from message_open").fetchone() == (0,)


@pytest.fixture
def heard() -> Iterator[None]:
    """The ledger tells who listens for refusals."""
    ledger.on_recorded.append(refusals.hear)
    yield
    ledger.on_recorded.remove(refusals.hear)


def word(status: str, contact: bytes, *, purpose: str = "marketing", topic: str = "") -> Change:
    """One word on e-mail marketing at an address."""
    at = clock.now() + timedelta(seconds=1)
    return Change(
        "email", status, at, contact=contact, contact_kind="email", purpose=purpose, topic=topic
    )


@pytest.mark.usefixtures("heard")
def test_a_word_of_the_ledger_takes_back_what_it_refuses(postgres: Connection) -> None:
    one, other, third = add_people(postgres, ["a@ev.example", "b@ev.example", "c@ev.example"])
    intend(postgres, intents([one, other, third]))
    first, second = (VAULT.blind("email", f"{name}@ev.example") for name in "ab")
    ledger.record(postgres, VAULT, [
        word("withdrawn", first, topic="tea"), word("withdrawn", second, purpose="profiling"),
        word("granted", first),
    ])  # fmt: skip
    assert states(postgres) == {"queued": 3}
    ledger.record(postgres, VAULT, [word("withdrawn", second)])
    assert states(postgres) == {"queued": 2, "cancelled": 1}
    ledger.record(postgres, VAULT, [Change("email", "withdrawn", clock.now(), third)])
    assert states(postgres) == {"queued": 1, "cancelled": 2}
    # A refusal older than the last word changes nothing.
    old = word("withdrawn", first)
    old.occurred_at -= timedelta(days=90)
    ledger.record(postgres, VAULT, [old])
    assert states(postgres) == {"queued": 1, "cancelled": 2}


@pytest.mark.usefixtures("heard")
def test_a_refusal_reaches_messages_of_every_part_of_a_profile(postgres: Connection) -> None:
    one, other = add_people(postgres, ["a@ev.example", "b@ev.example"])
    intend(postgres, intents([one, other]))
    postgres.execute("update profile set merged_into = %s where person = %s", (one, other))
    contacts = [VAULT.blind("email", f"{name}@ev.example") for name in "ab"]
    ledger.record(postgres, VAULT, [word("withdrawn", contact) for contact in contacts])
    assert states(postgres) == {"cancelled": 2}


@pytest.mark.usefixtures("heard")
def test_a_word_on_a_topic_or_a_brand_takes_back_what_is_about_it(postgres: Connection) -> None:
    [one] = add_people(postgres, ["a@ev.example"])
    contact = VAULT.blind("email", "a@ev.example")
    for number, (topic, brand) in enumerate([("", ""), ("tea", ""), ("tea", "kids"), ("", "kids")]):
        wanted = intents([one], key=str(number))
        wanted.topic, wanted.brand = [topic], [brand]
        intend(postgres, wanted)

    def left() -> list[tuple[str, str]]:
        rows = postgres.execute("select topic, brand from message where state = 0 order by key")
        return sorted(rows.fetchall())

    tea_of_kids = word("withdrawn", contact, topic="tea")
    tea_of_kids.brand = "kids"
    ledger.record(postgres, VAULT, [tea_of_kids])
    assert left() == [("", ""), ("", "kids"), ("tea", "")]
    ledger.record(postgres, VAULT, [word("withdrawn", contact, topic="tea")])
    assert left() == [("", ""), ("", "kids")]
    kids = word("withdrawn", contact)
    kids.brand = "kids"
    ledger.record(postgres, VAULT, [kids])
    assert left() == [("", "")]
    wanted = intents([one], key="more")
    wanted.brand = ["kids"]
    intend(postgres, wanted)
    ledger.record(postgres, VAULT, [word("withdrawn", contact)])
    assert left() == [], "who names no brand means every brand"


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize(
    ("address", "status", "topic", "ends"),
    [
        ("a@ev.example", "withdrawn", "", {"suppressed": 1}),
        ("a@ev.example", "denied", "tea", {"suppressed": 1}),
        ("a@ev.example", "denied", "rugs", {"accepted": 1}),
        ("a@ev.example", "granted", "", {"accepted": 1}),
        ("b@ev.example", "withdrawn", "", {"accepted": 1}),
    ],
)
def test_a_refusal_that_could_not_see_the_message_is_seen_by_the_journal(
    postgres: Connection,
    postgres_url: str,
    workspace: str,
    address: str,
    status: str,
    topic: str,
    ends: dict[str, int],
) -> None:
    """She refuses; before that is committed a message is intended, claimed, and let by the gate."""
    [one] = add_people(postgres, ["a@ev.example"])
    postgres.commit()
    with state.connect(postgres_url, workspace=workspace) as refusing:
        said = word(status, VAULT.blind("email", address), topic=topic)
        ledger.record(refusing, VAULT, [said])
        wanted = intents([one])
        wanted.topic = ["tea"]
        intend(postgres, wanted)

        def script(stage: str, number: int, to: str) -> None:
            if stage == "data":
                refusing.commit()

        with Peer(script) as peer, sending(make_sender(postgres_url, workspace, peer.url)):
            until(lambda: states(postgres) == ends)
    assert len(peer.whole) == ends.get("accepted", 0)
    assert own_events(postgres) == 1
