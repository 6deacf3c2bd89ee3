"""The operator's words about coupons: set a pool, add codes of one's own, make some, list."""

from pathlib import Path

import pytest

from kervan import cli
from kervan.app import coupons
from kervan.kernel.config import Config
from kervan.kernel.postgres import Connection
from tests.unit.commerce.coupons.filling import counts


def _run(conn: Connection, place: Path, *words: str) -> int:
    arguments = cli.parser().parse_args(["coupon", *words])
    return coupons._run(conn, Config(data=place, locale="tr", workspace="main"), arguments)


def test_coupons(postgres: Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(postgres, tmp_path, "list") == 0
    assert "Henüz kupon havuzu yok" in capsys.readouterr().out
    pool = ("set", "autumn", "--name", "Güz", "--amount-minor", "5000", "--currency", "TRY")
    assert _run(postgres, tmp_path, *pool, "--valid-until", "2027-01-01T00:00+03:00") == 0
    (tmp_path / "codes.txt").write_text("AUT-1\n\nAUT-2\nç\n", encoding="utf-8")
    for _ in range(2):
        assert _run(postgres, tmp_path, "add", "autumn", str(tmp_path / "codes.txt")) == 1
    assert _run(postgres, tmp_path, "make", "autumn", "GUZ########", "3") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "autumn havuzuna 2 kod eklendi; 0 tanesi zaten vardı."
    assert said[1].startswith("4. satır: ") and said[2].startswith(
        "autumn havuzuna 0 kod eklendi; 2"
    )
    assert counts(postgres) == (5, 0, 0, 0)
    _run(postgres, tmp_path, "list")
    assert capsys.readouterr().out.startswith("autumn: Güz; boş 5,")
