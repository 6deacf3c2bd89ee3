"""`kervan test` tells every story and ends with 1 when one went otherwise; `library` writes out."""

import argparse
import json
from pathlib import Path

import pytest

from kervan.app import testing
from kervan.kernel.config import Config
from tests.unit.journeys.tested.test_judge import JOURNEY
from tests.unit.journeys.tested.test_suite import MESSAGE, TESTS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("tests", TESTS), ("journey", JOURNEY), ("coats", MESSAGE)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def _run(folder: Path, *, as_json: bool = False, locale: str = "en") -> int:
    asked = argparse.Namespace(files=[folder], json=as_json)
    return testing.test(Config(data=folder, locale=locale), asked)


def test_status_and_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(folder) == 0
    assert capsys.readouterr().out.startswith("✓ By push\nTests: 1, as expected: 1, not: 0")
    tests = folder / "tests.yaml"
    tests.write_text(TESTS.replace("by: push", "by: sms"), encoding="utf-8")
    assert _run(folder, locale="tr") == 1
    said = capsys.readouterr().out
    assert "satır 9: şu mesaj bekleniyordu: coats · sms; gelenler: coats by push." in said
    assert _run(folder, as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["line"], told["failures"][0]["line"]) == (False, 5, 9)
    assert told["failures"][0]["code"] == "message"


def test_what_cannot_be_read_is_told_with_file_and_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tests = folder / "tests.yaml"
    tests.write_text(TESTS.replace("pass: 1 hour", "pass: soon"), encoding="utf-8")
    assert _run(folder) == 1
    assert "tests.yaml: These tests cannot run yet" in (said := capsys.readouterr().out)
    assert "line 8" in said and "“soon” cannot stand here" in said


def test_the_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = Config(data=tmp_path)
    assert testing.ready_made(config, argparse.Namespace(key="", folder=None)) == 0
    assert "welcome: Welcome" in capsys.readouterr().out
    mine = tmp_path / "mine"
    assert testing.ready_made(config, argparse.Namespace(key="welcome", folder=mine)) == 0
    assert f"kervan apply {mine}" in capsys.readouterr().out
    assert _run(mine) == 0
