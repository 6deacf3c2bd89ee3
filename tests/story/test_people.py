"""A list of customers comes in once, though its import is killed; staff find them; it goes out."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from kervan.kernel import config as configuration
from tests.sdk.door import until
from tests.story.running import Kervan

pytestmark = pytest.mark.usefixtures("healthy")
_ROWS = 5_000
_HEAD = "Müşteri no;E-posta;Cep telefonu;Ad;Soyad;Şehir;SMS izni;İzin tarihi\r\n"


def _list(path: Path) -> Path:
    """As a Turkish spreadsheet writes it: windows-1254, semicolons, quotation marks inside."""
    rows = [
        f'L{i};kisi{i}@liste.test;0533{i:07d};Şükrü{i};"Işık ""{i}""";İzmir;evet;01.02.2026\r\n'
        for i in range(_ROWS)
    ]
    path.write_bytes((_HEAD + "".join(rows) + ";;;Kimsesiz;;;;\r\n").encode("windows-1254"))
    return path


def _import(kervan: Kervan, path: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "kervan",
            "--data",
            str(kervan.config.data),
            "import",
            "people",
            path,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=configuration.environment(kervan.config),
    )


def _rows_done(path: Path) -> int:
    mark = path.with_name(path.name + ".import.json")
    return int(json.loads(mark.read_bytes())["rows_done"]) if mark.exists() else 0


def _customers(kervan: Kervan) -> int:
    ((count,),) = kervan.rows(
        "select count(distinct i.person) from identifier i join kervan.source s on s.id = i.source"
        " where i.kind = 1 and s.name = 'People'"
    )
    return int(count)


@pytest.mark.timeout(300)
def test_a_list_comes_in_once_though_the_import_is_killed(kervan: Kervan, tmp_path: Path) -> None:
    path = _list(tmp_path / "liste.csv")
    dry = kervan.cli("import", "people", str(path), "--dry-run")
    assert dry.returncode == 0 and "windows-1254" in dry.stdout, dry.stderr
    assert list(tmp_path.iterdir()) == [path]
    process = _import(kervan, path)
    until(lambda: _rows_done(path) > 0, lambda: "no rows were taken", 60)
    process.kill()
    process.wait()
    again = kervan.cli("import", "people", str(path))
    assert again.returncode == 0, again.stderr
    until(lambda: _customers(kervan) == _ROWS, lambda: f"{_customers(kervan)} customers", 120)
    kervan.processed()
    asked = "SELECT count(), uniqExact(person) FROM events WHERE kind = 'identify' AND channel = %s"
    once = kervan.history().query(asked % "'import'").result_rows
    assert once == [(_ROWS, _ROWS)]
    refused = (tmp_path / "liste.csv.refused.ndjson").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["row"] for line in refused] == [_ROWS + 1]
    for typed in ("sukru77 isik", "ŞÜKRÜ77", "kisi77@liste.test", "0533 000 00 77", "L77"):
        found = kervan.get(f"/v1/people/search?q={quote(typed)}")["people"]
        assert 'Şükrü77 Işık "77"' in [one["name"] for one in found], typed
    her = kervan.get(f"/v1/people/{kervan.person('L77')}")
    assert her["traits"]["city"]["value"] == "İzmir"
    assert her["traits"]["city"]["source"] == "People"
    assert {one["kind"] for one in her["identifiers"]} == {"customer_id", "email", "phone"}
    out = tmp_path / "out.ndjson"
    assert kervan.cli("export", "people", str(out)).returncode == 0
    mine = [
        one
        for one in map(json.loads, out.read_text(encoding="utf-8").splitlines())
        if one.get("customer_id") == "L77"
    ]
    assert [(one["consent.sms"], one["phone"]) for one in mine] == [("granted", "+905330000077")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"Ad;Soyad\nAli;Kaya\n", "--column"),
        (b"", "heading"),
        (b"email,email\na@b.com,c@d.com\n", "email"),
        (("email," + ",".join(f"c{i}" for i in range(600)) + "\n").encode(), "500"),
        (b'email\n"a@b.com\n' + b"x@y.com\n" * 40_000, "quotation"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_a_sentence(
    kervan: Kervan, tmp_path: Path, text: bytes, said: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(text)
    done = kervan.cli("import", "people", str(path))
    assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr


def test_three_hundred_columns_are_taken(kervan: Kervan, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    head = ",".join(["customer_id", *(f"c{i}" for i in range(299))])
    path.write_text(head + "\nwide-1," + ",".join("x" * 299) + "\n", encoding="utf-8-sig")
    assert kervan.cli("import", "people", str(path)).returncode == 0
    traits = kervan.get(f"/v1/people/{kervan.person('wide-1')}")["traits"]
    assert len(traits) == 299
