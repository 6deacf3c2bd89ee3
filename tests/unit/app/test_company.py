"""The operator's words about the company: set one fact after the other, see them all."""

import json

import pytest

from kervan import cli
from kervan.app import company
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
