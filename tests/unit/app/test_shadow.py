"""`kervan shadow` puts a text, a draft or what is live in shadow, shows it and ends it."""

from pathlib import Path

import pytest

from kervan import cli
from kervan.journeys.publish import drafts
from kervan.kernel import clock, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from tests.unit.journeys.rehearse.test_rehearse import BASKET


def _run(config: Config, *words: str) -> None:
    arguments = cli.parser().parse_args(["shadow", *words])
    assert cli.command(arguments.run)(config, arguments) == 0


def test_started_shown_and_ended(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(config, "list")
    assert "No journey is in shadow" in capsys.readouterr().out
    file = tmp_path / "basket.yaml"
    file.write_text(BASKET, encoding="utf-8")
    _run(config, "start", str(file), "--days", "2")
    assert "“basket” is in shadow" in capsys.readouterr().out
    _run(config, "show", "basket")
    assert "Nothing is known yet" in capsys.readouterr().out
    _run(config, "show", "basket", "--json")
    assert capsys.readouterr().out == "null\n"
    _run(config, "stop", "basket")
    _run(config, "list")
    assert "was in shadow" in capsys.readouterr().out
    with postgres.connect(config.postgres_url) as conn:
        rows = conn.execute("select what from kervan.audit order by id").fetchall()
    assert [one for (one,) in rows] == ["journey.shadow_started", "journey.shadow_stopped"]


def test_a_key_means_its_draft(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KervanError, match="no journey with the key"):
        _run(config, "start", "basket")
    with pytest.raises(KervanError, match="Say which"):
        _run(config, "start")
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        drafts.write(conn, "basket", BASKET, 0, clock.now(), "me")
    _run(config, "start", "basket")
    assert "“basket” is in shadow" in capsys.readouterr().out
