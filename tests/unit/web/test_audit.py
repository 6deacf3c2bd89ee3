"""The audit log cannot be changed, and a change behind its back is found by its chain."""

import psycopg
import pytest

from kervan.kernel.postgres import Connection
from kervan.web import audit


def _write(conn: Connection, count: int) -> None:
    for number in range(count):
        audit.write(conn, "main", "thing_done", {"number": number}, address="192.168.7.9")


@pytest.mark.parametrize(
    "statement",
    [
        "update kervan.audit set what = 'nothing'",
        "delete from kervan.audit",
        "truncate kervan.audit cascade",
        "update kervan.audit_seal set hash = ''",
        "delete from kervan.audit_seal",
        "truncate kervan.audit_seal",
    ],
)
def test_nothing_written_is_changed(postgres: Connection, statement: str) -> None:
    _write(postgres, 2)
    audit.step(postgres)
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        postgres.execute(statement)


def test_the_chain_vouches_for_every_line(postgres: Connection) -> None:
    _write(postgres, 5)
    assert audit.step(postgres) is False
    _write(postgres, 3)
    audit.step(postgres)
    assert audit.verify(postgres) == (8, None)
    audit.step(postgres)
    assert audit.verify(postgres) == (8, None)


@pytest.mark.parametrize(
    "statement",
    [
        "update kervan.audit set facts = '{\"number\": 7}' where id = (select audit from"
        " kervan.audit_seal where number = 3)",
        "update kervan.audit set at = at + interval '1 second' where id = (select audit from"
        " kervan.audit_seal where number = 3)",
        "update kervan.audit set actor = 'somebody else' where id = (select audit from"
        " kervan.audit_seal where number = 3)",
        "delete from kervan.audit_seal where number = 3",
    ],
)
def test_what_was_changed_past_the_trigger_is_found(postgres: Connection, statement: str) -> None:
    _write(postgres, 5)
    audit.step(postgres)
    postgres.execute("set local session_replication_role = replica")
    postgres.execute(statement)
    assert audit.verify(postgres) == (2, 3)


def test_lines_are_found_by_actor_deed_and_person(postgres: Connection) -> None:
    _write(postgres, 3)
    audit.write(postgres, "main", "people.revealed", {"people": ["p1", "p2"]}, actor="u1")
    audit.write(postgres, "main", "person_merged", {"person": "p2"}, actor="u2")
    audit.write(postgres, "elsewhere", "person_merged", {"person": "p2"}, actor="u2")
    assert [one.what for one in audit.entries(postgres, "main", person="p2")] == [
        "person_merged",
        "people.revealed",
    ]
    assert [one.actor for one in audit.entries(postgres, "main", actor="u1")] == ["u1"]
    done = audit.entries(postgres, "main", what="thing_done", limit=2)
    assert [one.facts["number"] for one in done] == [2, 1]
    assert done[0].network == "192.168.7.0"
    rest = audit.entries(postgres, "main", what="thing_done", before=done[-1].id)
    assert [one.facts["number"] for one in rest] == [0]
