"""Erased people's messages do not go, and what was said is forgotten; figures stay."""

import uuid
from datetime import timedelta

from kervan.delivery import erase
from kervan.delivery.seeds import book
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.delivery.world import VAULT, add_people


def _message(conn: Connection, person: int, claimed_by: int | None = None) -> uuid.UUID:
    number = uuid.uuid4()
    conn.execute(
        "insert into message (id, key, person, bucket, journey, version, step, run, channel, class,"
        " template_version, context, intended_at, not_before, expires_at, provider_ref)"
        " values (%s, %s, %s, 0, 'j', 1, 's', 1, 'email', 'marketing', 1, 'sealed', now(), now(),"
        " now(), '550 irem@ornek.com unknown')",
        (number, number.bytes, person),
    )
    conn.execute(
        "insert into message_open (message, channel, run, due_at, claimed_by)"
        " values (%s, 'email', 1, now(), %s)",
        (number, claimed_by),
    )
    conn.execute(
        "insert into hand_over (message, attempt, at, links, answer)"
        " values (%s, 1, now(), '{https://a.test/irem}', '250 irem')",
        (number,),
    )
    return number


def test_waiting_ones_are_cancelled_and_all_are_emptied(postgres: Connection) -> None:
    waiting, sending, other = (
        _message(postgres, 1),
        _message(postgres, 1, claimed_by=5),
        _message(postgres, 2),
    )
    assert erase.erase(postgres, [1], clock.now()) == 2
    rows = dict(postgres.execute("select id, (state, context, provider_ref)::text from message"))
    assert rows[waiting] == '(7,"\\\\x",)' and rows[sending] == '(0,"\\\\x",)'
    assert "irem" in rows[other]
    left = dict(postgres.execute("select message, cancelled from message_open"))
    assert left == {sending: "delivery.person_erased", other: None}
    links = dict(postgres.execute("select message, (links, answer)::text from hand_over"))
    assert links[waiting] == links[sending] == '({},"")' and "irem" in links[other]
    assert erase.erase(postgres, [1], clock.now()) == 2


def test_what_was_said_is_forgotten_after_its_time(postgres: Connection) -> None:
    old, new = _message(postgres, 1), _message(postgres, 1)
    now = clock.now()
    for number, days in ((old, 20), (new, 5)):
        postgres.execute(
            "update message set finished_at = %s where id = %s",
            (now - timedelta(days=days), number),
        )
    before = now - timedelta(days=10)
    assert erase.expire(postgres, before, 10) == 1 and erase.expire(postgres, before, 10) == 0
    rows = dict(postgres.execute("select id, context = '' from message"))
    assert rows == {old: True, new: False}


def test_a_colleague_who_is_erased_gets_no_tests(postgres: Connection) -> None:
    [person, _] = add_people(postgres, ["oya@shop.example", "ana@shop.example"])
    for name in ("oya", "ana"):
        address = f"{name}@shop.example"
        book.add(postgres, VAULT, "email", name, address, "TR", clock.now(), "oya")
    erase.erase(postgres, [person], clock.now())
    assert [one.name for one in book.every(postgres, VAULT)] == ["ana"]
