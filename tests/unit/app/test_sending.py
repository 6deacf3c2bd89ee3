"""The command line puts policies into force, stops and resumes, and says why a message went."""

import argparse
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from kervan import cli
from kervan.app import make_live, sending
from kervan.delivery import outbox
from kervan.delivery.policy import store
from kervan.kernel import clock, postgres
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from tests.unit.delivery.gate import judge
from tests.unit.delivery.world import add_people, intend, intents

TEXT = """\
policy:
  caps:
    - name: two a day
      most: 2
      per: day
  quiet:
    - {name: night, from: "22:00", until: 09:00}
"""


@pytest.fixture
def config(engines_urls: Any, tmp_path: Path) -> Config:
    return Config(
        data=tmp_path,
        postgres_url=engines_urls.postgres,
        clickhouse_url=engines_urls.clickhouse,
        workspace=engines_urls.workspace,
    )


def run(config: Config, *words: str) -> int:
    """One command, as it is typed."""
    arguments = cli.parser().parse_args(list(words))
    return cli.command(arguments.run)(config, arguments)


def test_a_policys_text_is_applied_once(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(TEXT, encoding="utf-8")

    def apply(*, only_plan: bool = False) -> str:
        assert make_live.apply(config, argparse.Namespace(file=path, plan=only_plan)) == 0
        return capsys.readouterr().out

    assert "is new" in apply(only_plan=True)
    assert "is new" in apply()
    assert "as the text has it" in apply()
    path.write_text(TEXT.replace("most: 2", "most: 3"), encoding="utf-8")
    assert "changes to version 2" in apply()
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        found = store.versions(conn)
        assert [one.policy.caps[0].most for one in found] == [3, 2]
        deeds = conn.execute("select what from kervan.audit").fetchall()
        assert deeds == [("policy.changed",)] * 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("most: 2", "most: two", "line 4, column 7: “two” cannot stand here; what can: 0–10000."),
        ("until: 09:00", "until: 9", "line 7"),
        ("per: day", "per: day\n      window: sliding", "calendar, rolling"),
    ],
)
def test_what_is_wrong_in_a_text_is_said_with_its_line(
    config: Config, old: str, new: str, said: str
) -> None:
    with pytest.raises(KervanError) as caught:
        sending.apply_text(config, TEXT.replace(old, new))
    assert said in caught.value.say("en")
    with pytest.raises(KervanError, match="cap"):
        sending.apply_text(config, TEXT + "cap: []\n")


def test_stop_resume_and_why(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        intend(conn, intents(add_people(conn, ["a@ev.example"])))
        conn.commit()
        assert run(config, "stop", "wrong price", "--channel", "email") == 0
        judge(conn, clock.now())
        conn.commit()
        [stop] = outbox.stops(conn)
        conn.commit()
        assert (stop.scope, stop.reason, stop.author) == ("channel:email", "wrong price", "command")
        row = conn.execute("select id from message").fetchone()
        conn.commit()
    assert row is not None
    assert run(config, "why", str(row[0])) == 0
    assert run(config, "why", str(row[0]), "--json") == 0
    assert run(config, "resume", "--channel", "email", "--drop") == 0
    with pytest.raises(KervanError, match="channel:email"):
        run(config, "resume", "--channel", "email")
    with pytest.raises(KervanError, match="no message"):
        run(config, "why", str(uuid.UUID(int=1)))
    _, *said = capsys.readouterr().out.splitlines()
    assert any("Sending is stopped" in line for line in said)
    [told] = [json.loads(line) for line in said if line.startswith("{")]
    assert told["message"] == str(row[0])
