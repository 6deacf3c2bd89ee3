"""The operator's words about the company: set one fact after the other, see them all."""

import json
from pathlib import Path

import pytest

from kervan import cli
from kervan.app import company
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection


def _run(conn: Connection, *words: str) -> int:
    arguments = cli.parser().parse_args(["company", *words])
    if arguments.action == "set":
        return company._set(conn, arguments)
    return company._show(conn, "tr", arguments)


def test_facts_are_set_one_after_the_other(
    postgres: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(postgres, "show") == 0
    assert "kervan company set" in capsys.readouterr().out
    with pytest.raises(KervanError):
        _run(postgres, "set", "--mersis", "0123456789012345")
    _run(postgres, "set", "--title", "Çınar A.Ş.")
    _run(postgres, "set", "--mersis", "0123456789012345")
    _run(postgres, "set", "--brand", "kids", "--title", "Kids")
    capsys.readouterr()
    _run(postgres, "show")
    said = capsys.readouterr().out.splitlines()
    assert said == ["-\ttitle=Çınar A.Ş.\tmersis=0123456789012345", "kids\ttitle=Kids"]
    _run(postgres, "show", "--json")
    assert json.loads(capsys.readouterr().out)["kids"]["title"] == "Kids"


def test_the_doctor_says_what_the_law_would_miss(
    postgres: Connection, postgres_url: str, workspace: str
) -> None:
    here = Config(postgres_url=postgres_url, workspace=workspace)
    postgres.commit()
    [found] = company.findings(here)
    assert found.ok
    assert "--title, --mersis" in found.say("az")
    words = ("--title", "Çınar A.Ş.", "--mersis", "0123456789012345", "--phone", "+902321234567")
    _run(postgres, "set", *words)
    assert company.findings(here) == []
    assert company.findings(Config(data=Path("/nowhere"))) == []
