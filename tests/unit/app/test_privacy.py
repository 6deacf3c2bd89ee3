"""The words of privacy on the command line: what they say, and with which status they end."""

import json
import uuid
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from kervan import cli
from kervan.app import ground, privacy
from kervan.collect import intake
from kervan.consent import ledger
from kervan.consent.ledger import Change
from kervan.delivery import outbox, refusals
from kervan.delivery.states import State
from kervan.kernel import clock, postgres
from kervan.kernel.config import Config
from kervan.privacy import erase as erasing
from tests.unit.delivery.world import intents

_HER = uuid.UUID(int=7)


@pytest.fixture(autouse=True)
def her(config: Config) -> None:
    """The one person of the installation."""
    key = ground.vault_of(config).workspace(config.workspace).new_person_key()
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        conn.execute(
            "insert into profile (person, id, key, created_at) overriding system value"
            " values (7, %s, %s, now())",
            (_HER, key),
        )


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
    assert [one["step"] for one in first["steps"]] == ["words", "rows", "history", "people"]
    assert _say(capsys, "erase", str(_HER), "--receipt", str(path))[0] == 0
    assert json.loads(path.read_text()) == first, "asking again gives the same receipt"


@pytest.mark.usefixtures("unheard")
def test_what_waits_to_be_sent_goes_with_the_consent_that_an_erasure_ends(config: Config) -> None:
    with privacy.desk(config) as mine:
        now = clock.now()
        intake.open_days(mine.conn, [now.date(), now.date() + timedelta(days=1)])
        word = Change("email", "granted", now, 7, contact=bytes(16), contact_kind="email")
        ledger.record(mine.conn, mine.keys, [word])
        assert outbox.intend(mine.conn, mine.keys, intents([7])) == 1
        one = privacy._begin(mine, str(_HER), at_once=False)
        assert privacy._do(mine, one, erasing.WORDS)
        found = mine.conn.execute("select state, reason from message").fetchall()
    assert found == [(State.CANCELLED, refusals.WITHDRAWN)], "at once, not when her rows go"
