"""The words of privacy on the command line: what they say, and with which status they end."""

import json
import uuid
import zipfile
from pathlib import Path

import pytest

from kervan import cli
from kervan.app import ground
from kervan.kernel import config as configuration
from kervan.kernel import postgres
from kervan.kernel.config import Config
from tests.conftest import Urls

_HER = uuid.UUID(int=7)


@pytest.fixture
def config(engines_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A prepared installation with one person, which the command line finds too."""
    settings = {
        "postgres_url": engines_urls.postgres,
        "clickhouse_url": engines_urls.clickhouse,
        "workspace": engines_urls.workspace,
        "data": tmp_path,
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"KERVAN_{name.upper()}", str(value))
    found = configuration.load()
    ground.prepare(found)
    key = ground.vault_of(found).workspace(found.workspace).new_person_key()
    with postgres.connect(found.postgres_url, workspace=found.workspace) as conn:
        conn.execute(
            "insert into profile (person, id, key, created_at) overriding system value"
            " values (7, %s, %s, now())",
            (_HER, key),
        )
    return found


def _say(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main([*words])
    said = capsys.readouterr()
    return int(str(ended.value.code)), said.out, said.err


def test_a_request_from_its_day_to_its_end(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said, _ = _say(capsys, "privacy", "open", "access", str(_HER), "--proof", "signed_in")
    number = said.split("\t")[0]
    assert status == 0 and "due 20" in said
    status, said, _ = _say(capsys, "privacy", "requests")
    assert status == 0 and number in said and "open" in said
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        conn.execute("update privacy_request set due_at = now() - interval '1 day'")
    status, said, _ = _say(capsys, "privacy", "requests")
    assert status == 1 and "LATE" in said, "for a timer that tells somebody"
    assert _say(capsys, "privacy", "close", number, "--answer", "sent")[0] == 0
    status, _, error = _say(capsys, "privacy", "close", number)
    assert status == 1 and len(error.splitlines()) == 1
    assert _say(capsys, "privacy", "requests")[0] == 0


def test_the_register_and_the_rules_are_shown(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said, _ = _say(capsys, "privacy", "register")
    assert status == 0 and json.loads(said)["missing"] == []
    status, said, _ = _say(capsys, "privacy", "retention")
    assert status == 0 and "messages\t1095 days" in said and "for ever" in said


def test_her_data_goes_to_a_file_of_ours_alone(
    config: Config, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "her.zip"
    assert _say(capsys, "access", "export", str(_HER), str(path))[0] == 0
    assert path.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(path) as folder:
        assert json.loads(folder.read("profile.json"))["id"] == str(_HER)
    status, _, error = _say(capsys, "access", "export", str(_HER), str(tmp_path / "no" / "x.zip"))
    assert status == 1 and len(error.splitlines()) == 1
    assert not list(tmp_path.glob("*.part"))


def test_an_erasure_says_what_was_done_and_nobody_is_said_in_one_sentence(
    config: Config, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for said in ("nobody@ornek.test", str(uuid.uuid4()), "", "%"):
        status, _, error = _say(capsys, "erase", said)
        assert status == 1 and len(error.splitlines()) == 1, said
    path = tmp_path / "receipt.json"
    status, said, _ = _say(capsys, "erase", str(_HER), "--receipt", str(path))
    assert status == 0 and "erased on" in said
    first = json.loads(path.read_text())
    assert [one["step"] for one in first["steps"]] == ["words", "rows", "history"]
    assert _say(capsys, "erase", str(_HER), "--receipt", str(path))[0] == 0
    assert json.loads(path.read_text()) == first, "asking again gives the same receipt"
