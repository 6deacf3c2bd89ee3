"""Texts of messages and blocks are applied once by the command line, which finds what is wrong."""

import argparse
from pathlib import Path
from typing import Any

import pytest

from kervan.app import make_live, messages
from kervan.app.texts import find
from kervan.journeys import text as texts
from kervan.kernel import postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.i18n import LOCALES

MESSAGE = """\
message:
  key: autumn
  name: Autumn
  intent: Sell coats
  purpose: transactional
  variants:
    sms:
      tr:
        text: |
          Paltolar geldi.
          {% use "foot" %}
    push:
      tr: {title: Palto, body: "Yeni {{ person.x | default('palto') }}"}
"""
BLOCK = """\
block:
  key: foot
  name: Foot
  pieces:
    tr: {text: Çınar}
"""


@pytest.fixture
def config(postgres_url: str, workspace: str, tmp_path: Path) -> Config:
    return Config(data=tmp_path, postgres_url=postgres_url, workspace=workspace)


def test_a_text_is_applied_once(config: Config) -> None:
    assert "is new" in messages.apply_text(config, BLOCK, only_plan=True)
    assert "is new" in messages.apply_text(config, BLOCK)
    assert "as it was" in messages.apply_text(config, BLOCK)
    assert "is new" in messages.apply_text(config, MESSAGE, only_plan=True)
    assert "is new" in messages.apply_text(config, MESSAGE)
    assert "as it was" in messages.apply_text(config, MESSAGE)
    messages.apply_text(config, BLOCK.replace("Çınar", "Palmiye"))
    assert "version 2" in messages.apply_text(config, MESSAGE)
    with postgres.connect(config.postgres_url) as conn:
        deeds = conn.execute("select what, facts ->> 'key' from kervan.audit order by id")
        assert deeds.fetchall() == [
            ("block.new", "foot"), ("message.new", "autumn"), ("block.changed", "foot"),
            ("message.changed", "autumn"),
        ]  # fmt: skip


def test_what_is_wrong_is_told_with_its_line(config: Config) -> None:
    for text, place in (
        (MESSAGE, "line 11, column 1"),
        (MESSAGE.replace("'palto'", "(").replace('{% use "foot" %}', "x"), "line 13, column 26"),
        (MESSAGE.replace("intent", "intend"), "line 2, column 3"),
        (MESSAGE.replace("autumn", "Autumn"), "line 2, column 3"),
        (MESSAGE + "other: 1\n", "line 14, column 1"),
    ):
        with pytest.raises(KervanError) as caught:
            messages.apply_text(config, text)
        assert place in caught.value.say("en"), caught.value.say("en")
        for locale in LOCALES:
            assert "content." not in caught.value.say(locale)


def test_the_command_knows_them_by_their_first_word(
    engines_urls: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = engines_urls
    ready = Config(
        data=tmp_path, postgres_url=urls.postgres, clickhouse_url=urls.clickhouse,
        workspace=urls.workspace,
    )  # fmt: skip
    for text, said in ((BLOCK, "Foot"), (MESSAGE, "Autumn")):
        path = tmp_path / "text.yaml"
        path.write_text(text, encoding="utf-8")
        assert make_live.apply(ready, argparse.Namespace(file=path, plan=False)) == 0
        assert said in capsys.readouterr().out


def test_which_text_is_which() -> None:
    said = [messages.kind(text) for text in (MESSAGE, BLOCK, "journey: {}\n", "[1]")]
    assert said == ["message", "block", "", ""]


def test_what_is_not_there_is_found_above() -> None:
    root = texts.read("a:\n  - b: |\n      x\n      y\n")
    assert find(root, "/a/0/b", 2) == (4, 1)
    assert find(root, "/a/0/c") == (2, 5)
    assert find(root, "/a/7") == (1, 1)
    assert find(root, "") == (1, 1)
