"""A message is shown word by word as it left, small, sealed, and gone with its person."""

import uuid
from datetime import datetime, timedelta

import pytest

from kervan.delivery.archive import keep
from kervan.delivery.archive.keep import Archive, Said
from kervan.kernel import ids
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from tests.unit.delivery.world import VAULT, add_people

AT = datetime.fromisoformat("2026-11-20T10:00:00+00:00")
FRAME = "".join(f"<p>Paragraf {n}: palto, çanta, ayakkabı</p>" for n in range(500)).encode()


def said(conn: Connection, person: int, name: str, at: datetime = AT) -> Said:
    """A mail of 20 kB to somebody."""
    html = f"Merhaba {name}" + FRAME.decode()
    key = profiles.keys(conn, [person])[person]
    return Said(ids.uuid7(), person, key, FRAME, {"subject": f"{name}, İşte", "html": html}, at)


def test_a_copy_is_what_was_said_and_small(postgres: Connection) -> None:
    people = add_people(postgres, ["a@ev.example", "b@ev.example"])
    archive = Archive(VAULT)
    mine = [said(postgres, person, name) for person, name in zip(people, "ƏĞ", strict=True)]
    archive.keep(postgres, mine)
    archive.keep(postgres, mine)  # written twice is kept once
    Archive(VAULT).keep(postgres, [said(postgres, people[0], "C")])
    found = keep.read(postgres, VAULT, [one.message for one in mine])
    assert {one: copy.fields for one, copy in found.items()} == {
        one.message: one.fields for one in mine
    }
    assert {copy.at for copy in found.values()} == {AT}
    size = postgres.execute("select max(length(sealed)), count(*) from message_said").fetchone()
    assert size is not None
    assert size[0] < 400 and size[1] == 3, size
    assert postgres.execute("select count(*) from said_frame").fetchone() == (1,)


def test_nothing_of_the_person_is_readable_in_the_rows(postgres: Connection) -> None:
    [person] = add_people(postgres, ["d@ev.example"])
    one = said(postgres, person, "Gizem")
    Archive(VAULT).keep(postgres, [one])
    rows = postgres.execute("select sealed from message_said").fetchall()
    rows += postgres.execute("select body from said_frame").fetchall()
    assert not any(b"Gizem" in bytes(row[0]) for row in rows)


def test_what_was_said_goes_with_the_person_and_with_its_time(postgres: Connection) -> None:
    first, second = add_people(postgres, ["e@ev.example", "f@ev.example"])
    old = said(postgres, second, "F", AT - timedelta(days=10))
    mine = [said(postgres, first, "E"), old, said(postgres, second, "F")]
    Archive(VAULT).keep(postgres, mine)
    keep.erase(postgres, [first])
    assert keep.expire(postgres, AT - timedelta(days=5), 10) == 1
    assert set(keep.read(postgres, VAULT, [one.message for one in mine])) == {mine[2].message}


def test_a_row_of_another_message_does_not_open(postgres: Connection) -> None:
    [person] = add_people(postgres, ["g@ev.example"])
    one, other = said(postgres, person, "G"), uuid.uuid4()
    Archive(VAULT).keep(postgres, [one])
    postgres.execute("update message_said set message = %s", (other,))
    with pytest.raises(KervanError, match="another key"):
        keep.read(postgres, VAULT, [other])


def test_what_was_not_committed_is_kept_anew(postgres: Connection) -> None:
    [person] = add_people(postgres, ["h@ev.example"])
    postgres.commit()
    archive = Archive(VAULT)
    archive.keep(postgres, [said(postgres, person, "H")])
    postgres.rollback()
    mine = [said(postgres, person, "H") for _ in range(3)]
    for one in mine:
        archive.keep(postgres, [one])
    postgres.commit()
    archive.keep(postgres, mine)
    assert len(keep.read(postgres, VAULT, [one.message for one in mine])) == 3
