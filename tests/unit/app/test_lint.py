"""`kervan lint` says each finding with its line, and by its status whether one is an error."""

import argparse
from pathlib import Path

import pytest

from kervan.app import lint, messages
from kervan.app.texts import TextNotValid
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError

TEXT = """\
message:
  key: coats
  name: Coats
  intent: Sell
  purpose: transactional
  variants:
    sms:
      tr:
        text: |
          Yeni paltolar
          geldi, UCUZA.
"""
BRAND = """\
brand:
  name: Çınar
  words: {tr: {avoid: {ucuz: uygun fiyatlı}}}
  checks: {tone_word: SEVERITY}
"""


@pytest.fixture
def config(postgres_url: str, workspace: str, tmp_path: Path) -> Config:
    return Config(data=tmp_path, postgres_url=postgres_url, workspace=workspace)


def _run(config: Config, tmp_path: Path, text: str) -> int:
    place = tmp_path / "text.yaml"
    place.write_text(text, encoding="utf-8")
    return lint.lint(config, argparse.Namespace(file=place, live=False))


def test_findings(config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(config, tmp_path, TEXT) == 0
    assert capsys.readouterr().out == "Nothing to mend.\n"
    assert "is new" in messages.apply_text(config, BRAND.replace("SEVERITY", "warning"))
    assert _run(config, tmp_path, TEXT) == 0
    said = capsys.readouterr().out
    assert said.startswith("line 11, column 1: warning [tone_word] “UCUZA”")
    assert "“UCUZA”" in messages.apply_text(config, TEXT, only_plan=True)
    messages.apply_text(config, BRAND.replace("SEVERITY", "error"))
    assert _run(config, tmp_path, TEXT) == 1
    with pytest.raises(KervanError, match="line 11"):
        messages.apply_text(config, TEXT)
    with pytest.raises(TextNotValid, match="line 4"):
        messages.apply_text(config, BRAND.replace("SEVERITY", "fatal"))


def test_only_messages(config: Config, tmp_path: Path) -> None:
    with pytest.raises(KervanError, match="message:"):
        _run(config, tmp_path, BRAND)
    with pytest.raises(KervanError):
        lint.lint(config, argparse.Namespace(file=tmp_path / "none", live=False))
    with pytest.raises(TextNotValid):
        _run(config, tmp_path, TEXT.replace("geldi", "{{ a() }}"))
