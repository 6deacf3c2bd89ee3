"""A list of people is taken once, whatever happens, and says what it left out."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from kervan.collect import import_people, importing
from kervan.collect.import_people import Settings

_NOW_MS = 1_795_000_000_000


def _settings(**more: Any) -> Settings:
    return Settings(country="TR", zone="Europe/Istanbul", now_ms=_NOW_MS, **more)


class _Door:
    """Takes bodies as the intake does, and can break at the n-th."""

    def __init__(self, breaks_at: int = 0) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.breaks_at = breaks_at

    def __call__(self, body: bytes) -> None:
        if self.breaks_at and len(self.bodies) + 1 == self.breaks_at:
            self.breaks_at = 0
            raise ConnectionError("gone")
        self.bodies.append(json.loads(body))

    @property
    def ids(self) -> list[str]:
        return [event["messageId"] for body in self.bodies for event in body["batch"]]


def _list(path: Path, rows: int) -> Path:
    lines = [f"C{i},kisi{i}@ornek.com,Ali{i}" for i in range(rows)]
    path.write_text("\n".join(["customer_id,email,firstName", *lines]) + "\n")
    os.utime(path, (1_790_000_000, 1_790_000_000))
    return path


def test_an_import_that_broke_goes_on_and_adds_nothing_twice(tmp_path: Path) -> None:
    path = _list(tmp_path / "a.csv", 950)
    door = _Door(breaks_at=4)
    with pytest.raises(ConnectionError):
        import_people.run(path, door, _settings(rows_per_batch=100))
    # The file's time may change meanwhile; the rows must stay the same messages.
    os.utime(path, (1_791_000_000, 1_791_000_000))
    seen: list[importing.Progress] = []
    done = import_people.run(path, door, _settings(rows_per_batch=100), on_progress=seen.append)
    assert (done.rows_done, done.rows_sent, done.rows_refused) == (950, 950, 0)
    assert seen[0].rows_done == 400 and seen[0].rows_total == 950
    whole = _Door()
    import_people.run(_list(tmp_path / "again.csv", 950), whole, _settings())
    assert sorted(door.ids) == sorted(whole.ids) and len(set(door.ids)) == 950
    again = _Door()
    assert import_people.run(path, again, _settings()).rows_sent == 950
    assert not again.bodies


def test_another_mapping_begins_anew(tmp_path: Path) -> None:
    path = _list(tmp_path / "a.csv", 3)
    import_people.run(path, _Door(), _settings())
    door = _Door()
    import_people.run(path, door, _settings(columns={"firstName": "traits.nick"}))
    assert door.bodies[0]["batch"][0]["traits"]["nick"] == "Ali0"


def test_refused_rows_and_values_left_out_are_kept_with_their_reasons(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "customer_id;email;age:number\nC1;a@b.com;7\n;;8\nC3;broken;9\nC4;c@d.com;old\n"
    )
    door = _Door()
    done = import_people.run(path, door, _settings(locale="tr"))
    assert (done.rows_sent, done.rows_refused, done.notes) == (2, 2, 1)
    lines = importing.refused_path(path).read_text(encoding="utf-8").splitlines()
    said = [json.loads(line) for line in lines]
    assert [(one["row"], one["taken"], one["code"]) for one in said] == [
        (2, False, "collect.people_nobody"),
        (3, True, "collect.people_not_good"),
        (4, False, "collect.import_value"),
    ]
    assert said[1]["cells"] == {"customer_id": "C3", "email": "broken", "age:number": "9"}
    assert said[1]["reason"].startswith("email sütunundaki")
    assert len(door.ids) == 2


def test_a_dry_run_sends_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Müşteri no;E-posta;SMS izni\nC1;a@b.com;evet\n;;evet\nC3;broken;belki\n")
    report = import_people.rehearse(path, _settings())
    assert (report.rows, report.taken, report.refused, report.events) == (3, 2, 1, 3)
    assert sum(report.reasons.values()) == 3 and set(report.first.values()) == {2, 3}
    assert [str(one) for one in report.places] == ["customer_id", "email", "consent.sms.marketing"]
    assert list(tmp_path.iterdir()) == [path]
