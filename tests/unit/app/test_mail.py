"""The command line shows how our mail stands, changes its limits, and lets a held domain go."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kervan import cli
from kervan.app import mail
from kervan.delivery import outbox
from kervan.delivery.mail import reports, standing
from kervan.delivery.mail.reports import Accepted
from kervan.kernel import clock, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError


def run(config: Config, *words: str) -> int:
    """One command, as it is typed."""
    arguments = cli.parser().parse_args(list(words))
    return cli.command(arguments.run)(config, arguments)


def test_limits_standing_and_a_hold(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = replace(config, bounce_domain="bounce.shop.example")
    path = tmp_path / "rules.json"
    began = clock.now().date().isoformat()
    wanted = {"warm_up": [{"account": "smtp", "began_on": began, "first": 7}]}
    path.write_text(json.dumps(wanted), encoding="utf-8")
    assert run(config, "mail", "rules", str(path)) == 0
    assert json.loads(capsys.readouterr().out)["warm_up"][0]["first"] == 7
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        reports.tally(conn, [Accepted(clock.now(), "gmail", "kids")] * 1200, 1)
        standing.judge(conn, clock.now())
        outbox.stop(conn, standing.REASON, clock.now(), domain="gmail", brand="kids")
    [held] = mail.findings(config)
    assert not held.ok and "gmail/kids" in held.say("tr")
    assert run(config, "mail", "show") == 0
    shown = capsys.readouterr().out
    for part in ("/hooks/mail/", "fbl+", "@bounce.shop.example", "smtp is being", "1200 accepted"):
        assert part in shown
    assert run(config, "channel", "list") == 0
    assert "smtp is being warmed up" in capsys.readouterr().out
    assert run(config, "resume", "--domain", "gmail", "--brand", "kids") == 0
    assert mail.findings(config) == []
    assert [one.ok for one in mail.findings(replace(config, smtp_url="smtp://x"))] == [True]
    with pytest.raises(KervanError) as nothing:
        run(config, "resume", "--domain", "gmail", "--brand", "kids")
    assert nothing.value.code == "delivery.not_stopped"
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        deeds = conn.execute("select what from kervan.audit order by id").fetchall()
    assert deeds == [("mail.rules_changed",), ("sending.resumed",)]


def test_what_is_no_json_changes_nothing(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(KervanError) as wrong:
        run(config, "mail", "rules", str(path))
    assert wrong.value.code == "delivery.account_file_unreadable"
