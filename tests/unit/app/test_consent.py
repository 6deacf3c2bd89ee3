"""`kervan consent`: the chain is proven, broken by hand and found; a message shows its consent."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from kervan import cli
from kervan.app import consent, ground
from kervan.consent import ledger, notices
from kervan.consent.ledger import Change
from kervan.delivery import outbox
from kervan.kernel import clock, postgres
from kervan.kernel.config import Config
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from tests.conftest import Urls
from tests.unit.consent import people
from tests.unit.delivery.world import intents


class Shop:
    """An installation with one person who agreed, and one message that went to her."""

    def __init__(self, urls: Urls, data: Path) -> None:
        self.config = Config(
            data=data,
            postgres_url=urls.postgres,
            clickhouse_url=urls.clickhouse,
            workspace=urls.workspace,
            locale="en",
        )
        ground.prepare(self.config)
        self.keys: WorkspaceVault = ground.vault_of(self.config).workspace(urls.workspace)
        with self.connect() as conn:
            people.add(conn, 1, "ayse@ornek.test", vault=self.keys)
            shown = notices.publish(conn, "newsletter", "tr", "Kampanyaları bana yazın.")
            at = clock.now() - timedelta(days=1)
            said = {"form": "footer"}
            change = Change("email", "granted", at, person=1, notice=shown.id, proof=said)
            (event,) = ledger.record(conn, self.keys, [change])
            outbox.intend(conn, self.keys, intents([1]))
            outbox.intend(conn, self.keys, intents([1], message_class="transactional", key="b"))
            row = conn.execute(
                "update message set state = 2, consent_event = %s where class = 'marketing'"
                " returning id",
                (event,),
            ).fetchone()
            assert row is not None
            self.message = row[0]

    def connect(self) -> postgres.Connection:
        """A connection that commits at its end."""
        return postgres.connect(self.config.postgres_url, workspace=self.config.workspace)

    def run(self, *words: str) -> int:
        """`kervan consent WORDS`."""
        return consent.consent(self.config, cli.parser().parse_args(["consent", *words]))


@pytest.fixture
def shop(engines_urls: Urls, tmp_path: Path) -> Shop:
    return Shop(engines_urls, tmp_path)


def test_the_chain_is_proven_and_then_broken_by_hand_and_found(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shop.run("verify") == 0
    said = capsys.readouterr().out
    assert "The ledger is sound: 1 rows, signed up to row 1" in said
    noted = said.split("somewhere else: ")[1].strip()
    assert shop.run("verify", "--noted", noted) == 0
    with shop.connect() as conn:
        conn.execute("alter table consent_event disable trigger user")
        conn.execute("update consent_event set channel = 'sms'")
    capsys.readouterr()
    assert shop.run("verify") == 1
    said = capsys.readouterr().out
    assert "WRONG Row 1: what it says is not what was written" in said
    assert shop.run("verify", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["sound"] is False
    assert {"position": 1, "code": "consent.found_changed", "fact": ""} in told["findings"]


def test_a_message_shows_the_consent_that_allowed_it(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shop.run("prove", str(shop.message)) == 0
    said = capsys.readouterr().out
    for fact in (
        "row of the ledger: 1 / 1",
        "granted (email, marketing)",
        "newsletter/1/tr",
        "Kampanyaları bana yazın.",
        '{"form":"footer"}',
        "as they were written",
    ):
        assert fact in said
    assert shop.run("prove", str(shop.message), "--json") == 0
    assert json.loads(capsys.readouterr().out)["consent"]["proof"] == {"form": "footer"}


def test_a_message_that_needed_none_says_so_and_an_unknown_one_is_an_error(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    with shop.connect() as conn:
        row = conn.execute("select id from message where class = 'transactional'").fetchone()
    assert row is not None
    assert shop.run("prove", str(row[0])) == 0
    assert "need no consent" in capsys.readouterr().out
    with pytest.raises(KervanError) as caught:
        shop.run("prove", "00000000-0000-0000-0000-000000000007")
    assert caught.value.code == "consent.message_unknown"
    with pytest.raises(KervanError) as caught:
        shop.run("verify", "--noted", "yesterday")
    assert caught.value.code == "consent.noted_unreadable"


def test_the_rules_of_a_place_are_shown_with_their_sources(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for more in ([], ["--json"]):
        arguments = cli.parser().parse_args(["consent", "rules", "TR", *more])
        assert consent.consent(Config(), arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "refusal.stop_business_days = 3" in lines
    assert json.loads(lines[-1])["source"]


def test_the_doctor_says_that_no_registry_is_connected(shop: Shop) -> None:
    (found,) = consent.findings(shop.config)
    assert (found.ok, found.code) == (True, "consent.doctor_no_registry")
    with shop.connect() as conn:
        conn.execute(
            "insert into registry_account (brand, provider, settings, key, secrets, enabled,"
            " created_at, changed_at) values ('', 'direct', '{}', '', '', true, %(at)s, %(at)s)",
            {"at": clock.now()},
        )
    (found,) = consent.findings(shop.config)
    assert found.code == "consent.doctor_registry"
