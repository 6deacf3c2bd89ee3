"""Our standing: a warning in time, a hold at the limit, and a new count once it is let go."""

import uuid
from datetime import timedelta

from kervan.delivery import outbox
from kervan.delivery.channels.channel import Receipt
from kervan.delivery.decide import Reason
from kervan.delivery.hear import hear
from kervan.delivery.inbound import Ground
from kervan.delivery.mail import reports, rules, standing
from kervan.delivery.mail.reports import Accepted
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.delivery.gate import NOON, held, judge, want
from tests.unit.delivery.world import VAULT, add_people, intend, intents

GROUND = Ground("TR", "Europe/Istanbul")


def sent(conn: Connection, domain: str, count: int, brand: str = "") -> None:
    """So many were accepted by a group of domains."""
    reports.tally(conn, [Accepted(clock.now(), domain, brand)] * count, 7)


def told(conn: Connection, kind: str, count: int, domain: str = "gmail.com") -> None:
    """So many mails to a domain came back, or their readers complained."""
    name = uuid.uuid4().hex
    people = add_people(conn, [f"{name}{number}@{domain}" for number in range(count)])
    intend(conn, intents(people))
    rows = conn.execute("select id from message where person = any(%s)", (people,)).fetchall()
    at = clock.now()
    said = [
        Receipt("complained" if kind == "complaint" else "bounced", at, message=message)
        for (message,) in rows
    ]
    hear(conn, VAULT, "ses", "email", said, GROUND, at)
    hear(conn, VAULT, "ses", "email", said, GROUND, at)  # told twice is told once


def noticed(conn: Connection) -> list[tuple[str, str, int]]:
    """(what, domain, reports) of all notices, the first first."""
    return [(one.what, one.domain, one.reports) for one in standing.notices(conn, 99)][::-1]


def test_complaints_warn_and_then_hold_that_domain_until_let_go(postgres: Connection) -> None:
    sent(postgres, "gmail", 2_000)
    sent(postgres, "other", 2_000)
    told(postgres, "complaint", 1)
    assert noticed(postgres) == []
    told(postgres, "complaint", 2)
    assert noticed(postgres) == [("complaints_warned", "gmail", 3)]
    told(postgres, "complaint", 3)
    assert noticed(postgres)[1:] == [("complaints_held", "gmail", 6)]
    told(postgres, "complaint", 1)
    assert len(noticed(postgres)) == 2
    assert [one.scope for one in outbox.stops(postgres)] == ["domain:gmail/"]
    people = add_people(postgres, ["a@googlemail.com", "a@home.example"])
    want(postgres, people, "later")
    want(postgres, people[:1], "receipt", message_class="transactional")
    going, results = judge(postgres, NOON)
    assert held(results) == [("complaints", f"{NOON + timedelta(hours=1):%Y-%m-%d %H:%M}")]
    assert sorted(one.subject.person for one in going) == sorted([people[0], people[1]])
    assert Reason.COMPLAINTS.code == standing.REASON
    assert outbox.resume(postgres, domain="gmail")
    standing.forgive(postgres, "gmail", "", clock.now())
    told(postgres, "complaint", 5)
    assert len(noticed(postgres)) == 2, "counted anew, and there is too little yet"
    assert outbox.stops(postgres) == []


def test_a_few_mails_say_nothing_and_brands_stand_for_themselves(postgres: Connection) -> None:
    sent(postgres, "gmail", 999)
    sent(postgres, "gmail", 5_000, "kids")
    told(postgres, "complaint", 50)
    assert noticed(postgres) == []
    sent(postgres, "gmail", 1)
    standing.judge(postgres, clock.now())
    assert noticed(postgres) == [("complaints_held", "gmail", 50)]
    assert [one.scope for one in outbox.stops(postgres)] == ["domain:gmail/"]


def test_what_comes_back_is_only_warned_of(postgres: Connection) -> None:
    sent(postgres, "yahoo", 1_000)
    told(postgres, "bounced", 50, "yahoo.com")
    standing.judge(postgres, clock.now())
    standing.judge(postgres, clock.now())
    assert noticed(postgres) == [("bounces_warned", "yahoo", 50)]
    assert outbox.stops(postgres) == []


def test_the_window_rolls_and_the_limits_are_settings(postgres: Connection) -> None:
    sent(postgres, "gmail", 2_000)
    rules.save(
        postgres, rules.read({"standing": {"complaints_hold": 0.5, "complaints_warn": 0.4}}), "t",
        clock.now(),
    )  # fmt: skip
    told(postgres, "complaint", 20)
    assert noticed(postgres) == []
    law = rules.current(postgres).standing
    assert [one.complaints for one in standing.groups(postgres, clock.now(), law)] == [20]
    late = clock.now() + timedelta(days=8)
    assert sum(one.accepted for one in standing.groups(postgres, late, law)) == 0
