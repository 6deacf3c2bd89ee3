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
from tests.unit.collect.processing import AT, VAULT, House, begin, event

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
_ERP, _CRM = "5321234567", "=K-1"  # what looks like a phone, what a spreadsheet would run
_IN_OTHER_SYSTEMS: tuple[dict[str, Any], ...] = (
    {"userId": "u1", "context": {"externalIds": [
        {"type": "erp", "id": _ERP, "collection": "users"},
        {"type": "Crm.2", "id": _CRM, "collection": "users"},
    ]}},
    {"context": {"externalIds": [{"type": "erp", "id": "E-9", "collection": "users"}]},
     "traits": {"name": "Yalnız"}},
)  # fmt: skip
_TOPICS = (("spring.sale", "granted"), ("Yeni gələnlər", "withdrawn"))


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


@pytest.fixture
def fuller(filled: House) -> House:
    """The same people with ids of other systems and words on topics; one has nothing else."""
    for i, one in enumerate(_IN_OTHER_SYSTEMS):
        filled.take({"type": "identify", "messageId": f"n{i}", "timestamp": AT, **one})
    for topic, status in _TOPICS:
        said = {"channel": "email", "purpose": "marketing", "topic": topic, "status": status}
        filled.take(event(topic, "Consent Changed", userId="u1", properties=said))
    while filled.process() is not None:
        pass
    return filled


def _fuller_ones(house: House) -> dict[str, dict[str, Any]]:
    found = _records(house.conn, house.workspace)
    return {str(one.get("customer_id") or one["external_ids.erp"]): one for one in found}


@pytest.mark.parametrize("ending", ["csv", "ndjson", "parquet"])
def test_ids_of_other_systems_and_topics_go_out_and_back_in(
    fuller: House, tmp_path: Path, ending: str
) -> None:
    found = _fuller_ones(fuller)
    assert set(found) == {"u1", "u2", "u3", "E-9"}
    mine = found["u1"]
    assert (mine["external_ids.erp"], mine["external_ids.crm.2"]) == (_ERP, _CRM)
    assert {topic: mine[f"topic.email.{topic}"] for topic, _ in _TOPICS} == dict(_TOPICS)
    path = tmp_path / f"people.{ending}"
    assert _write(fuller, path) == 4
    _forget(fuller)
    fuller.conn.execute("delete from identifier_namespace")
    fuller.conn.commit()
    fuller.processor = begin(fuller.conn, fuller.workspace)  # it knew the old ones
    _import(fuller, path)
    assert _plain(list(_fuller_ones(fuller).values())) == _plain(list(found.values()))


def test_two_customers_of_one_system_made_one_are_two_columns(fuller: House) -> None:
    rows = fuller.conn.execute(
        "select person from identifier join identifier_namespace using (kind)"
        " where name = 'erp' order by person"
    )
    first, second = [row[0] for row in rows]
    fuller.conn.execute("update profile set merged_into = %s where person = %s", (first, second))
    (mine,) = [one for one in _records(fuller.conn, fuller.workspace) if "external_ids.erp" in one]
    assert {mine["external_ids.erp"], mine["external_ids_2.erp"]} == {_ERP, "E-9"}


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
