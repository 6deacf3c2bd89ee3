"""Texts as files: planned as one change, applied all or not at all, written out as they were."""

import argparse
import threading
from pathlib import Path
from typing import Any

import pytest

from kervan.app import kinds
from kervan.cli import command, parser
from kervan.journeys import text as texts
from kervan.journeys.publish import deeds, state
from kervan.journeys.publish.state import How
from kervan.kernel import clock, postgres
from kervan.kernel.config import Config

JOURNEY = """\
journey:
  key: coats
  name: Coats
  trigger: {segment_entered: big}
  steps:
    - {key: say, kind: send, message: autumn}
    - {key: end, kind: exit}
"""
MESSAGE = """\
message:
  key: autumn
  name: "on"
  purpose: transactional
  variants:
    sms:
      tr:
        text: |
          Paltolar: 12:30'da
           geldi.
"""
BIG = "segment: {key: big, name: Big, tree: {kind: member, segment: vip}}\n"
VIP = "segment: {key: vip, name: Vip, sort: list}\n"
POLICY = """\
policy:
  name: İki ileti
  caps: [{name: few, most: 2, per: week}]
"""
TESTS = "tests: {journey: coats.yaml}\n"
ALL = {"a.yaml": JOURNEY, "b.yaml": MESSAGE, "segments/c.yaml": BIG, "segments/d.yaml": VIP,
       "policy.yaml": POLICY, "tests.yaml": TESTS}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _write(tmp_path / "texts", ALL)


def _write(folder: Path, given: dict[str, str]) -> Path:
    for name, text in given.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _ask(config: Config, *words: str) -> int:
    arguments: argparse.Namespace = parser().parse_args(list(words))
    return command(arguments.run)(config, arguments)


def _count(config: Config, table: str) -> Any:
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        [(count,)] = conn.execute(f"select count(*) from {table}").fetchall()
    return count


def test_a_folder_is_one_change_and_the_second_time_none(
    config: Config, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ask(config, "plan", str(folder)) == 0
    assert "5 new, 0 changed, 0 taken away, 0 as they are." in capsys.readouterr().out
    assert _count(config, "journey_version") == 0
    assert _ask(config, "apply", str(folder)) == 0
    assert _ask(config, "apply", str(folder)) == 0
    assert "0 new, 0 changed, 0 taken away, 5 as they are." in capsys.readouterr().out
    assert _ask(config, "diff", str(folder)) == 0
    (folder / "a.yaml").write_text(JOURNEY.replace("Coats", "Coats 2"))
    assert _ask(config, "diff", str(folder)) == 1
    out = capsys.readouterr().out
    assert "--- live/journey/coats" in out
    assert "+  name: Coats 2" in out


def test_what_is_written_out_is_called_the_same(
    config: Config, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _ask(config, "apply", str(folder))
    out = tmp_path / "out"
    assert _ask(config, "export", str(out)) == 0
    assert sorted(str(one.relative_to(out)) for one in out.rglob("*.yaml")) == [
        "journeys/coats.yaml", "messages/autumn.yaml", "policies/default.yaml",
        "segments/big.yaml", "segments/vip.yaml",
    ]  # fmt: skip
    capsys.readouterr()
    assert _ask(config, "plan", str(out)) == 0
    assert "5 as they are" in capsys.readouterr().out
    assert _ask(config, "diff", str(out)) == 0


def test_nothing_is_applied_where_one_is_wrong(
    config: Config, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(folder, {"x.yaml": JOURNEY.replace("coats", "x").replace("autumn", "winter"),
                    "y.yaml": JOURNEY.replace("coats", "y").replace("kind: exit", "kind: exot"),
                    "z.yaml": VIP, "u.yaml": "budget: {}\n"})  # fmt: skip
    assert _ask(config, "apply", str(folder)) == 1
    out = capsys.readouterr().out
    for word in (
        "x.yaml: ",
        "y.yaml: ",
        "z.yaml: ",
        "u.yaml: ",
        "winter",
        "Nothing was changed: 4",
    ):
        assert word in out, word
    assert (_count(config, "journey_version"), _count(config, "segment")) == (0, 0)


def test_what_has_no_file_any_more_goes_unless_it_is_in_use(
    config: Config, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _ask(config, "apply", str(folder))
    (folder / "segments/c.yaml").unlink()
    assert _ask(config, "plan", str(folder), "--prune") == 1
    assert "Coats (coats)" in capsys.readouterr().out
    (folder / "b.yaml").unlink()
    (folder / "a.yaml").unlink()
    assert _ask(config, "apply", str(folder), "--prune") == 0
    assert "2 taken away" in capsys.readouterr().out
    assert _ask(config, "journey", "list") == 0
    assert "stopped" in capsys.readouterr().out


def test_what_waits_for_a_second_person_is_not_taken_away_meanwhile(
    config: Config, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _ask(config, "apply", str(folder))
    _ask(config, "approve", "--require", "journey=all")
    (folder / "a.yaml").write_text(JOURNEY.replace("Coats", "Coats 2"))
    capsys.readouterr()
    assert _ask(config, "apply", str(folder), "--prune") == 0
    out = capsys.readouterr().out
    assert "waits" in out
    assert "0 taken away" in out
    assert _ask(config, "journey", "list") == 0
    assert "stopped" not in capsys.readouterr().out


def test_a_folder_waits_for_whoever_publishes_one_of_its_journeys(
    config: Config, folder: Path
) -> None:
    _write(folder, {"0.yaml": JOURNEY.replace("coats", "boots")})
    _ask(config, "apply", str(folder))
    for name, text in (("0.yaml", JOURNEY.replace("coats", "boots")), ("a.yaml", JOURNEY)):
        (folder / name).write_text(text.replace("Coats", "Coats 2"))
    told: list[int] = []
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        deeds.hold(conn, "coats")
        folders = threading.Thread(target=lambda: told.append(_ask(config, "apply", str(folder))))
        folders.start()
        asked = "select count(*) from pg_locks where not granted"
        for _ in range(600):
            if conn.execute(asked).fetchone() != (0,):
                break
            folders.join(0.05)
        state.do(conn, "coats", "pause", How(), clock.now(), "x")
    folders.join(60)
    assert told == [0]


def test_a_journey_is_paused_only_with_yes(
    config: Config, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _ask(config, "apply", str(folder))
    capsys.readouterr()
    assert _ask(config, "journey", "pause", "coats") == 0
    assert "--yes" in capsys.readouterr().out
    assert _ask(config, "journey", "pause", "coats", "--yes") == 0
    assert _ask(config, "journey", "list") == 0
    assert "paused" in capsys.readouterr().out


@pytest.mark.parametrize("minutes", ["nan", "inf", "-1", "1e9", "x"])
def test_people_go_on_within_a_time_that_can_be_waited_for(minutes: str) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["journey", "resume", "coats", "--spread-minutes", minutes])


def test_texts_are_written_as_they_are_read() -> None:
    odd = {"a": "on", "b": "1e3", "c": "12:30", "d": "x\n  y\n", "e": "", "f": "null", "g": "é ü",
           "h": " x ", "i": "- x", "j": 3, "k": 2.5, "l": True, "m": "# x", "n": "a\n\n\n b: c",
           "o": "\ttab\nline", "p": "trail \nx"}  # fmt: skip
    root = texts.read(kinds.dump({"x": odd}))
    assert {name: one.value for name, one in root.value["x"].value.items()} == odd
