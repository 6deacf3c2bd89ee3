"""Accounts: secrets sealed, kept and never shown; settings checked against the provider's own."""

from datetime import UTC, datetime

import pytest

from kervan.delivery import accounts
from kervan.delivery.channels import found
from kervan.delivery.channels.webhook import Settings
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from tests.unit.delivery.world import VAULT

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECRET = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
SETTINGS = {"url": "https://erp.shop.example/hook", "secret": SECRET}


def test_secrets_are_sealed_kept_and_never_shown(postgres: Connection) -> None:
    made = accounts.save(postgres, VAULT, "erp", "webhook", SETTINGS, NOON, per_second=7)
    [kept] = accounts.every(postgres, VAULT)
    assert kept == made
    assert isinstance(kept.settings, Settings)
    assert kept.settings.secret == SECRET
    assert kept.able.per_second == 7
    assert kept.shown()["secret"] == accounts.KEPT
    assert kept.shown()["url"] == SETTINGS["url"]
    row = postgres.execute("select channel_account::text from channel_account").fetchone()
    assert row is not None
    for written in (row[0], repr(kept)):
        assert SECRET not in written
        assert SECRET.encode().hex() not in written
    # Shown and saved again, as a form does: the secret stays what it is.
    again = accounts.save(postgres, VAULT, "erp", "webhook", kept.shown(), NOON)
    assert again.settings == made.settings
    assert accounts.one(postgres, VAULT, "erp").settings == made.settings


def test_what_is_wrong_is_named_without_its_value(postgres: Connection) -> None:
    for name, provider, settings, code in (
        ("Ü", "webhook", SETTINGS, "delivery.account_name_invalid"),
        ("erp", "pigeon", SETTINGS, "delivery.provider_unknown"),
        ("erp", "webhook", {**SETTINGS, "speed": 3}, "delivery.account_setting_unknown"),
        ("erp", "webhook", {"url": ["x"], "secret": SECRET}, "delivery.account_settings_wrong"),
        ("erp", "webhook", {"url": "https://a.example"}, "delivery.account_settings_wrong"),
    ):
        with pytest.raises(KervanError) as caught:
            accounts.save(postgres, VAULT, name, provider, settings, NOON)
        assert caught.value.code == code
        assert SECRET not in str(caught.value)
    assert accounts.every(postgres, VAULT) == []


def test_an_account_is_switched_off_and_on(postgres: Connection) -> None:
    accounts.save(postgres, VAULT, "erp", "webhook", SETTINGS, NOON)
    before = accounts.changed(postgres)
    accounts.switch(postgres, "erp", NOON.replace(second=1), enabled=False)
    assert not accounts.one(postgres, VAULT, "erp").enabled
    assert accounts.changed(postgres) != before
    with pytest.raises(KervanError, match="other"):
        accounts.switch(postgres, "other", NOON, enabled=True)


def test_every_provider_is_found_by_its_file_and_says_what_it_needs() -> None:
    assert "webhook" in found.names()
    for name in found.names():
        provider = found.find(name)
        assert provider.name == name
        assert accounts.secrets_of(provider.settings) <= set(provider.settings.__struct_fields__)


def test_settings_that_cannot_work_are_told(postgres: Connection) -> None:
    smpp = {"host": "smsc.example", "system_id": "me", "password": "x", "sender": "ÇOK UZUN BİR AD"}
    accounts.save(postgres, VAULT, "smsc", "smpp", smpp, NOON)
    accounts.save(postgres, VAULT, "erp", "webhook", SETTINGS, NOON)
    accounts.save(postgres, VAULT, "list", "inbox", {}, NOON)
    told = {one.name: accounts.problem(one) for one in accounts.every(postgres, VAULT)}
    wrong = told.pop("smsc")
    assert wrong is not None and "“sender”" in wrong.say("tr")
    assert told == {"erp": None, "list": None}


def test_an_account_that_no_longer_fits_keeps_no_other_out(postgres: Connection) -> None:
    for name in ("erp", "old"):
        accounts.save(postgres, VAULT, name, "webhook", SETTINGS, NOON)
    postgres.execute(
        "update channel_account set settings = settings || '{\"fax\": 1}' where name = 'old'"
    )
    assert [one.name for one in accounts.every(postgres, VAULT)] == ["erp"]
    [out] = accounts.misfits(postgres, VAULT)
    assert (out.name, out.provider, out.channel) == ("old", "webhook", "webhook")
    assert out.problem.code == "delivery.account_setting_unknown"
    accounts.save(postgres, VAULT, "old", "webhook", SETTINGS, NOON)
    assert [one.name for one in accounts.every(postgres, VAULT)] == ["erp", "old"]
