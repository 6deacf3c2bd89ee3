"""A segment's text is applied once by the command line, which says what is wrong and where."""

import argparse
from pathlib import Path
from typing import Any

import pytest

from kervan.app import make_live, segments
from kervan.kernel import postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError

TEXT = """\
segment:
  key: baku
  name: Bakı
  tree:
    kind: all
    of:
      - kind: trait
        trait: city
        test: {kind: text, op: eq, values: [Bakı]}
"""


@pytest.fixture
def config(engines_urls: Any, tmp_path: Path) -> Config:
    return Config(
        data=tmp_path,
        postgres_url=engines_urls.postgres,
        clickhouse_url=engines_urls.clickhouse,
        workspace=engines_urls.workspace,
    )


def test_a_text_is_applied_once_and_shown(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "baku.yaml"
    path.write_text(TEXT, encoding="utf-8")

    def apply(*, only_plan: bool = False) -> str:
        assert make_live.apply(config, argparse.Namespace(file=path, plan=only_plan)) == 0
        return capsys.readouterr().out

    planned = apply(only_plan=True)
    assert "is new" in planned and "Bakı" in planned and "Members now: 0" in planned
    assert apply() == planned
    assert "Nothing changes" in apply()
    with postgres.connect(config.postgres_url) as conn:
        deeds = conn.execute("select what, actor_kind, facts ->> 'key' from kervan.audit")
        assert deeds.fetchall() == [("segment.created", "command", "baku")]
    path.write_text(TEXT.replace("eq", "ne"), encoding="utf-8")
    assert "It was:" in apply(only_plan=True)
    for action, said in (("count", "0"), ("show", "Bakı (baku), active, 1")):
        assert segments.segment(config, argparse.Namespace(action=action, key="baku")) == 0
        assert capsys.readouterr().out.startswith(said)
    with pytest.raises(KervanError) as error:
        segments.segment(config, argparse.Namespace(action="show", key="none"))
    assert error.value.code == "segments.not_found"


def test_what_is_wrong_is_said_with_its_line(config: Config) -> None:
    for bad, place in (
        (TEXT.replace("kind: text", "kind: txet"), "line 9, column 16"),
        (TEXT.replace("  name: Bakı\n", ""), "line 2, column 3"),
        (TEXT.replace("trait: city", "trait: city\n        more: 1"), "line 9, column 9"),
        (TEXT.replace("segment:", "segment: 7\nother:"), "line 2, column 1"),
    ):
        with pytest.raises(KervanError) as error:
            segments.apply_text(config, bad)
        assert place in error.value.say(), error.value.say()
    lost = TEXT.partition("      - kind")[0] + "      - {kind: member, segment: nowhere}\n"
    for only_plan in (True, False):
        with pytest.raises(KervanError) as error:
            segments.apply_text(config, lost, only_plan=only_plan)
        assert "satır 7, sütun 24: “nowhere”" in error.value.say("tr")


def test_a_journeys_text_is_no_segments() -> None:
    assert segments.is_segment(TEXT) and segments.is_segment('{"segment": {}}')
    assert not segments.is_segment("journey: {}") and not segments.is_segment("[]")
