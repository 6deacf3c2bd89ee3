"""Lists of people are read as spreadsheets write them, or refused with a word on what to do."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kervan.collect import read_people
from kervan.kernel.errors import KervanError

_ROW = 'C-1;"Şükrü ""Çağ"" Işık";"5; kat"\r\n'


def _cells(path: Path, skip: int = 0) -> list[list[object]]:
    return [row.cells for row in read_people.rows(read_people.open_sheet(path), skip)]


@pytest.mark.parametrize(
    ("encoding", "mark", "said"),
    [
        ("windows-1254", b"", "windows-1254"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8-sig"),
        ("utf-8", b"", "utf-8-sig"),
        ("utf-16", b"", "utf-16"),
    ],
)
def test_turkish_spreadsheets_are_read(
    tmp_path: Path, encoding: str, mark: bytes, said: str
) -> None:
    path = tmp_path / "müşteriler.csv"
    path.write_bytes(mark + ("Müşteri no;Ad;Adres\r\n" + _ROW).encode(encoding))
    sheet = read_people.open_sheet(path)
    assert (sheet.encoding, sheet.separator) == (said, ";")
    assert sheet.names == ["Müşteri no", "Ad", "Adres"]
    assert _cells(path) == [["C-1", 'Şükrü "Çağ" Işık', "5; kat"]]


def test_a_broken_letter_spoils_no_other_row_of_a_text_in_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id,ad\nC-1,Şükrü\n".encode() + b"C-2,\xde\xfckr\xfc\n")
    assert read_people.encoding_of(path) == "utf-8"
    assert _cells(path)[0] == ["C-1", "Şükrü"]


def test_three_hundred_columns_are_read_and_too_many_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(f"c{i}" for i in range(300)) + "\n" + ",".join("x" * 300) + "\n")
    assert len(_cells(path)[0]) == 300
    path.write_text(",".join(f"c{i}" for i in range(501)) + "\n")
    with pytest.raises(KervanError) as caught:
        read_people.open_sheet(path)
    assert caught.value.code == "collect.people_too_many_columns"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "collect.people_no_columns"),
        (b"id,,ad\n", "collect.people_nameless"),
        (b"id,ad,id\n", "collect.people_twice"),
        ("id,\u015e".encode() + b"\xde\n", "collect.people_letters"),
    ],
)
def test_a_heading_that_cannot_be_used_is_refused(tmp_path: Path, text: bytes, code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text)
    with pytest.raises(KervanError) as caught:
        read_people.open_sheet(path)
    assert caught.value.code == code


def test_a_quotation_mark_that_never_ends_says_where(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,ad\nC-1,Ali\nC-2,"Ayşe\n' + "C-3,x\n" * 40_000)
    found = read_people.rows(read_people.open_sheet(path))
    assert next(found).number == 1
    with pytest.raises(KervanError) as caught:
        list(found)
    assert (caught.value.code, caught.value.params["row"]) == ("collect.people_csv_broken", 2)


def test_rows_of_another_width_are_given_with_their_error(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,ad\nC-1\n\nC-2,Ali\n")
    found = list(read_people.rows(read_people.open_sheet(path)))
    assert [one.error.code if one.error else "" for one in found] == ["collect.import_width", ""]
    assert [one.number for one in found] == [1, 3]


def test_an_encoding_that_is_not_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id\n")
    with pytest.raises(KervanError) as caught:
        read_people.open_sheet(path, "ebcdic")
    assert caught.value.code == "collect.people_encoding"
    with pytest.raises(KervanError) as caught:
        read_people.open_sheet(tmp_path / "none.csv")
    assert caught.value.code == "collect.import_missing"


def test_lines_and_parquet_give_the_same_rows(tmp_path: Path) -> None:
    rows = [{"customer_id": "C-1", "traits": {"age": 7}}, {"customer_id": "C-2", "email": "a@b.tr"}]
    lines = tmp_path / "a.ndjson"
    lines.write_text("\n".join(map(json.dumps, rows)) + "\n[1]\n")
    sheet = read_people.open_sheet(lines)
    assert sheet.names == ["customer_id", "traits.age", "email"]
    found = list(read_people.rows(sheet))
    assert [one.cells for one in found[:2]] == [["C-1", 7, None], ["C-2", None, "a@b.tr"]]
    assert found[2].error is not None and found[2].error.code == "collect.import_not_json"
    table = tmp_path / "a.parquet"
    pq.write_table(
        pa.table(
            {"customer_id": ["C-1", "C-2"], "traits.age": [7, None], "email": [None, "a@b.tr"]}
        ),
        table,
    )
    assert _cells(table) == [["C-1", 7, None], ["C-2", None, "a@b.tr"]]
    assert _cells(table, skip=1) == [["C-2", None, "a@b.tr"]]
    lines.write_text(json.dumps(rows[0]) + "\n" + json.dumps({"late": 1}) + "\n")
    errors = [one.error.code for one in read_people.rows(sheet) if one.error]
    assert errors == ["collect.people_late_column"]
