"""What is written out is what is there, and goes back in as it was."""

import csv
import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kervan.collect import import_people, intake, sources, write_people
from kervan.collect.import_people import Settings
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from tests.unit.collect.processing import AT, VAULT, House, event

_PEOPLE: tuple[dict[str, Any], ...] = (
    {
        "userId": "u1",
        "traits": {
            "email": "irem@ornek.com",
            "phone": "0532 123 45 67",
            "firstName": "İrem",
            "lastName": "=cmd|' /C calc'!A0",
            "age": 41,
            "score": 1.5,
            "vip": True,
            "sizes": ["S", "M"],
            "mixed": 1,
        },
    },
    {"userId": "u1", "traits": {"email": "irem.is@ornek.com"}},
    {"userId": "u2", "traits": {"card": "L-77", "name": 'Əli "Ə"; Məmmədov', "mixed": "x"}},
    {"userId": "u3", "traits": {"email": "üçüncü@ornek.com", "city": "Bakı\nNizami", "vip": False}},
)


@pytest.fixture
def filled(house: House) -> House:
    """A workspace with the people above, and one consent."""
    events = [
        {"type": "identify", "messageId": f"m{i}", "timestamp": AT, **one}
        for i, one in enumerate(_PEOPLE)
    ]
    said = {"channel": "email", "purpose": "marketing", "status": "granted"}
    house.take(*events, event("m9", "Consent Changed", userId="u1", properties=said))
    house.process()
    return house


def _records(conn: Connection, workspace: str) -> list[dict[str, Any]]:
    keys = VAULT.workspace(workspace)
    return [one for some in write_people.records(conn, keys) for one in some]


def _write(house: House, path: Path) -> int:
    keys = VAULT.workspace(house.workspace)
    return write_people.write(path, lambda: write_people.records(house.conn, keys))


def test_everybody_is_written_once_with_what_she_agreed_to(filled: House) -> None:
    found = {one["customer_id"]: one for one in _records(filled.conn, filled.workspace)}
    assert set(found) == {"u1", "u2", "u3"}
    mine = found["u1"]
    assert {mine["email"], mine["email.2"]} == {"irem@ornek.com", "irem.is@ornek.com"}
    assert mine["phone"] == "+905321234567" and mine["consent.email"] == "granted"
    assert "traits.email" not in mine


def test_a_spreadsheet_runs_nothing_of_it(filled: House, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert _write(filled, path) == 3
    assert path.stat().st_mode & 0o077 == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(not cell.startswith(("=", "@")) for row in rows for cell in row.values())
    assert {"traits.age:number", "traits.vip:bool", "traits.sizes:json"} <= set(rows[0])


@pytest.mark.parametrize("ending", ["csv", "ndjson", "parquet"])
def test_what_was_written_goes_back_in_as_it_was(
    filled: House, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"people.{ending}"
    assert _write(filled, path) == 3
    wanted = _records(filled.conn, filled.workspace)
    _forget(filled)
    _import(filled, path)
    assert _plain(_records(filled.conn, filled.workspace)) == _plain(wanted)


def _plain(records: list[dict[str, Any]]) -> list[str]:
    """Records without an order: of people, and of addresses of one age."""
    out = []
    for one in records:
        addresses = sorted(str(v) for k, v in one.items() if k.partition(".")[0] == "email")
        rest = {k: v for k, v in one.items() if k.partition(".")[0] != "email"}
        out.append(json.dumps([addresses, rest], sort_keys=True))
    return sorted(out)


def _forget(house: House) -> None:
    house.conn.execute(
        "truncate profile, identifier, claim, session, person_name, consent_state, contact_point"
    )
    house.conn.commit()


def _import(house: House, path: Path) -> None:
    workspace, source = sources.ensure_import(house.conn, house.workspace)

    def send(body: bytes) -> None:
        now = clock.now()
        packed = intake.pack(VAULT, now.date(), [intake.Body(source, clock.to_ms(now), "", body)])
        house.conn.execute(
            "insert into kervan.intake (day, workspace, received_at, events, bulk, body)"
            " values (%s, %s, %s, %s, true, %s)",
            (now.date(), workspace, now, body.count(b'"type"'), psycopg.Binary(packed)),
        )
        house.conn.commit()

    settings = Settings("TR", "Europe/Istanbul", clock.now_ms())
    done = import_people.run(path, send, settings)
    assert (done.rows_refused, done.notes) == (0, 0)
    while house.process() is not None:
        pass
